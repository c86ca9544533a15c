/* The address families, as linux/in.h. */
#include <linux/in.h>
