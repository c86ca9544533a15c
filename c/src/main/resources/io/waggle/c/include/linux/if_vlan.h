/* The kernel's types, which its BTF has all. */
#include "vmlinux.h"
