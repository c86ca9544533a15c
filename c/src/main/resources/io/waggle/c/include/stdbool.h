/* The kernel's own bool, true and false. */
#include "vmlinux.h"
