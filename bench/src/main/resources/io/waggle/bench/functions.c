/* A program that calls a traced function every millisecond; the others are there to be probed. */
#include <unistd.h>

#define FUNCTION(n) __attribute__((noinline)) void work##n(void) { asm volatile("nop"); }
#define TEN(n) FUNCTION(n##0) FUNCTION(n##1) FUNCTION(n##2) FUNCTION(n##3) FUNCTION(n##4) \
	FUNCTION(n##5) FUNCTION(n##6) FUNCTION(n##7) FUNCTION(n##8) FUNCTION(n##9)
TEN(0) TEN(1) TEN(2)

int main(void)
{
	for (;;) {
		work00();
		usleep(1000);
	}
}
