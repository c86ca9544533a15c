/* What every BPF program needs: sections, declarations of maps, the kernel's helpers, printing. */
#ifndef __BPF_HELPERS__
#define __BPF_HELPERS__

#include "bpf_helper_defs.h"

/* Sections and map declarations. */
#define SEC(name) __attribute__((section(name), used))
#define __uint(name, value) int (*name)[value]
#define __type(name, value) typeof(value) *name
#define __array(name, value) typeof(value) *name[]
#define __ulong(name, value) enum { WAGGLE_JOIN(__unique_value, __COUNTER__) = value } name

#define WAGGLE_JOIN(a, b) WAGGLE_JOIN_(a, b)
#define WAGGLE_JOIN_(a, b) a##b

/* Attributes. */
#undef __always_inline
#define __always_inline inline __attribute__((always_inline))
#ifndef __noinline
#define __noinline __attribute__((noinline))
#endif
#ifndef __weak
#define __weak __attribute__((weak))
#endif
#ifndef __hidden
#define __hidden __attribute__((visibility("hidden")))
#endif
#ifndef __packed
#define __packed __attribute__((packed))
#endif
#ifndef __aligned
#define __aligned(x) __attribute__((aligned(x)))
#endif
#define __kconfig __attribute__((section(".kconfig")))
#define __ksym __attribute__((section(".ksyms")))
#if __has_attribute(btf_type_tag)
#define __kptr_untrusted __attribute__((btf_type_tag("kptr_untrusted")))
#define __kptr __attribute__((btf_type_tag("kptr")))
#define __percpu_kptr __attribute__((btf_type_tag("percpu_kptr")))
#define __uptr __attribute__((btf_type_tag("uptr")))
#else
#define __kptr_untrusted
#define __kptr
#define __percpu_kptr
#define __uptr
#endif
#if __has_attribute(btf_decl_tag)
#define __arg_ctx __attribute__((btf_decl_tag("arg:ctx")))
#define __arg_nonnull __attribute__((btf_decl_tag("arg:nonnull")))
#define __arg_nullable __attribute__((btf_decl_tag("arg:nullable")))
#define __arg_trusted __attribute__((btf_decl_tag("arg:trusted")))
#define __arg_untrusted __attribute__((btf_decl_tag("arg:untrusted")))
#define __arg_arena __attribute__((btf_decl_tag("arg:arena")))
#else
#define __arg_ctx
#define __arg_nonnull
#define __arg_nullable
#define __arg_trusted
#define __arg_untrusted
#define __arg_arena
#endif

/* Small things of the kernel's own headers. */
#ifndef NULL
#define NULL ((void *)0)
#endif
#ifndef KERNEL_VERSION
#define KERNEL_VERSION(a, b, c) (((a) << 16) + ((b) << 8) + ((c) > 255 ? 255 : (c)))
#endif
#ifndef offsetof
#define offsetof(type, member) __builtin_offsetof(type, member)
#endif
#ifndef container_of
#define container_of(pointer, type, member)                          \
	({                                                           \
		void *__member = (void *)(pointer);                  \
		(type *)(__member - offsetof(type, member));         \
	})
#endif
#ifndef likely
#define likely(x) __builtin_expect(!!(x), 1)
#endif
#ifndef unlikely
#define unlikely(x) __builtin_expect(!!(x), 0)
#endif

/* Keeps the compiler from moving or merging what stands on either side. */
#ifndef barrier
#define barrier() asm volatile("" ::: "memory")
#endif
/* Makes the compiler forget what it knows of a variable, so that checks of it stay. */
#ifndef barrier_var
#define barrier_var(var) asm volatile("" : "+r"(var))
#endif
#ifndef __bpf_unreachable
#define __bpf_unreachable() __builtin_trap()
#endif

enum libbpf_pin_type {
	LIBBPF_PIN_NONE,
	LIBBPF_PIN_BY_NAME,
};

enum libbpf_tristate {
	TRI_NO = 0,
	TRI_YES = 1,
	TRI_MODULE = 2,
};

/* Whether the kernel has a symbol that is declared extern, __ksym and __weak. */
#define bpf_ksym_exists(symbol)                                                   \
	({                                                                        \
		_Static_assert(!__builtin_constant_p(!!symbol), #symbol " should be __weak"); \
		!!symbol;                                                         \
	})

/* A tail call whose slot the JIT can turn into a jump, as it is a constant. */
static __always_inline void bpf_tail_call_static(void *ctx, const void *map, const __u32 slot)
{
	asm volatile("r1 = %[ctx]\n\t"
		     "r2 = %[map]\n\t"
		     "r3 = %[slot]\n\t"
		     "call 12"
		     : : [ctx] "r"(ctx), [map] "r"(map), [slot] "i"(slot)
		     : "r0", "r1", "r2", "r3", "r4", "r5");
}

/* How many arguments there are, up to 12. */
#define WAGGLE_COUNT(...) \
	WAGGLE_COUNT_(_, ##__VA_ARGS__, 12, 11, 10, 9, 8, 7, 6, 5, 4, 3, 2, 1, 0)
#define WAGGLE_COUNT_(_, a, b, c, d, e, f, g, h, i, j, k, l, n, ...) n

/* The arguments as elements of an array of numbers. */
#define WAGGLE_WORDS_0()
#define WAGGLE_WORDS_1(a) (unsigned long long)(a)
#define WAGGLE_WORDS_2(a, ...) (unsigned long long)(a), WAGGLE_WORDS_1(__VA_ARGS__)
#define WAGGLE_WORDS_3(a, ...) (unsigned long long)(a), WAGGLE_WORDS_2(__VA_ARGS__)
#define WAGGLE_WORDS_4(a, ...) (unsigned long long)(a), WAGGLE_WORDS_3(__VA_ARGS__)
#define WAGGLE_WORDS_5(a, ...) (unsigned long long)(a), WAGGLE_WORDS_4(__VA_ARGS__)
#define WAGGLE_WORDS_6(a, ...) (unsigned long long)(a), WAGGLE_WORDS_5(__VA_ARGS__)
#define WAGGLE_WORDS_7(a, ...) (unsigned long long)(a), WAGGLE_WORDS_6(__VA_ARGS__)
#define WAGGLE_WORDS_8(a, ...) (unsigned long long)(a), WAGGLE_WORDS_7(__VA_ARGS__)
#define WAGGLE_WORDS_9(a, ...) (unsigned long long)(a), WAGGLE_WORDS_8(__VA_ARGS__)
#define WAGGLE_WORDS_10(a, ...) (unsigned long long)(a), WAGGLE_WORDS_9(__VA_ARGS__)
#define WAGGLE_WORDS_11(a, ...) (unsigned long long)(a), WAGGLE_WORDS_10(__VA_ARGS__)
#define WAGGLE_WORDS_12(a, ...) (unsigned long long)(a), WAGGLE_WORDS_11(__VA_ARGS__)
#define WAGGLE_WORDS(...) \
	WAGGLE_JOIN(WAGGLE_WORDS_, WAGGLE_COUNT(__VA_ARGS__))(__VA_ARGS__)

#define WAGGLE_FORMATTED(call, format, ...)                                     \
	({                                                                      \
		static const char __format[] = format;                          \
		unsigned long long __words[] = { WAGGLE_WORDS(__VA_ARGS__) };    \
		call;                                                           \
	})

#define BPF_SEQ_PRINTF(seq, format, ...)                                                   \
	WAGGLE_FORMATTED(bpf_seq_printf(seq, __format, sizeof(__format), __words,           \
					sizeof(__words)), format, ##__VA_ARGS__)

#define BPF_SNPRINTF(out, size, format, ...)                                               \
	WAGGLE_FORMATTED(bpf_snprintf(out, size, __format, __words, sizeof(__words)),       \
			 format, ##__VA_ARGS__)

/*
 * Prints to the kernel's trace: up to three values by the old helper, more by the new one. Programs
 * for kernels without global data keep the format on the stack.
 */
#ifdef BPF_NO_GLOBAL_DATA
#define BPF_PRINTK_FMT_MOD
#else
#define BPF_PRINTK_FMT_MOD static const
#endif

#define WAGGLE_PRINTK(format, ...)                                                   \
	({                                                                           \
		BPF_PRINTK_FMT_MOD char __format[] = format;                         \
		bpf_trace_printk(__format, sizeof(__format), ##__VA_ARGS__);         \
	})
#define WAGGLE_VPRINTK(format, ...)                                                  \
	WAGGLE_FORMATTED(bpf_trace_vprintk(__format, sizeof(__format), __words,       \
					   sizeof(__words)), format, ##__VA_ARGS__)
#define WAGGLE_PRINT_0 WAGGLE_PRINTK
#define WAGGLE_PRINT_1 WAGGLE_PRINTK
#define WAGGLE_PRINT_2 WAGGLE_PRINTK
#define WAGGLE_PRINT_3 WAGGLE_PRINTK
#define WAGGLE_PRINT_4 WAGGLE_VPRINTK
#define WAGGLE_PRINT_5 WAGGLE_VPRINTK
#define WAGGLE_PRINT_6 WAGGLE_VPRINTK
#define WAGGLE_PRINT_7 WAGGLE_VPRINTK
#define WAGGLE_PRINT_8 WAGGLE_VPRINTK
#define WAGGLE_PRINT_9 WAGGLE_VPRINTK
#define WAGGLE_PRINT_10 WAGGLE_VPRINTK
#define WAGGLE_PRINT_11 WAGGLE_VPRINTK
#define WAGGLE_PRINT_12 WAGGLE_VPRINTK
#define __bpf_printk WAGGLE_PRINTK
#define __bpf_vprintk WAGGLE_VPRINTK
#define bpf_printk(format, ...) \
	WAGGLE_JOIN(WAGGLE_PRINT_, WAGGLE_COUNT(__VA_ARGS__))(format, ##__VA_ARGS__)

/* Prints to a stream that programs have: BPF_STDOUT, BPF_STDERR. */
#define bpf_stream_printk(stream, format, ...)                                        \
	WAGGLE_FORMATTED(bpf_stream_vprintk(stream, __format, __words, sizeof(__words)), \
			 format, ##__VA_ARGS__)

/* Names that macros of other headers build on. */
#define ___bpf_concat(a, b) WAGGLE_JOIN_(a, b)
#define ___bpf_apply(name, count) WAGGLE_JOIN(name, count)
#define ___bpf_narg(...) WAGGLE_COUNT(__VA_ARGS__)
#define ___bpf_fill(array, ...)                                                       \
	({                                                                            \
		unsigned long long __filled[] = { WAGGLE_WORDS(__VA_ARGS__) };        \
		__builtin_memcpy(array, __filled, sizeof(__filled));                  \
	})

struct bpf_iter_num;

extern int bpf_iter_num_new(struct bpf_iter_num *it, int start, int end) __weak __ksym;
extern int *bpf_iter_num_next(struct bpf_iter_num *it) __weak __ksym;
extern void bpf_iter_num_destroy(struct bpf_iter_num *it) __weak __ksym;

/* Loops over any kind of open-coded iterator that the kernel has. */
#ifndef bpf_for_each
#define bpf_for_each(kind, item, arguments...)                                              \
	for (struct bpf_iter_##kind                                                         \
		     __it __attribute__((aligned(8), cleanup(bpf_iter_##kind##_destroy))),  \
	     *__made __attribute__((unused)) =                                              \
		     (bpf_iter_##kind##_new(&__it, ##arguments),                            \
		      (void)bpf_iter_##kind##_destroy, (void *)0);                          \
	     (((item) = bpf_iter_##kind##_next(&__it)));)
#endif

/*
 * Space for the kernel's struct bpf_iter_num, whose members are its own. A name of ours, for the
 * types of a kernel before 6.4 have none; a program may still loop where a newer kernel runs it.
 */
struct __waggle_count {
	unsigned long long opaque[1];
} __attribute__((aligned(8)));

static __always_inline __attribute__((unused)) void __waggle_count_end(struct __waggle_count *it)
{
	bpf_iter_num_destroy((struct bpf_iter_num *)it);
}

#define WAGGLE_COUNT_FROM(start, end)                                                       \
	struct __waggle_count __it __attribute__((cleanup(__waggle_count_end))),            \
	       *__made __attribute__((unused)) =                                            \
		       (bpf_iter_num_new((struct bpf_iter_num *)&__it, (start), (end)), (void *)0)

/* Counts from start up to, not including, end. */
#ifndef bpf_for
#define bpf_for(i, start, end)                                                              \
	for (WAGGLE_COUNT_FROM(start, end);                                                 \
	     ({                                                                             \
		     int *__next = bpf_iter_num_next((struct bpf_iter_num *)&__it);         \
		     __next ? ((i) = *__next, (i) >= (start) && (i) < (end)) : 0;           \
	     });)
#endif

#ifndef bpf_repeat
#define bpf_repeat(times)                                                                   \
	for (WAGGLE_COUNT_FROM(0, times); bpf_iter_num_next((struct bpf_iter_num *)&__it);)
#endif

#endif
