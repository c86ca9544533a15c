/* The kernel's size_t, and what the compiler's header defines as macros. */
#ifndef _STDDEF_H
#define _STDDEF_H
#include "vmlinux.h"
#ifndef NULL
#define NULL ((void *)0)
#endif
#ifndef offsetof
#define offsetof(type, member) __builtin_offsetof(type, member)
#endif
typedef long ptrdiff_t;
#endif
