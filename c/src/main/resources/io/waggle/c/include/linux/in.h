/* The kernel's types, and what its header defines as macros, which no BTF has. */
#ifndef _LINUX_IN_H
#define _LINUX_IN_H
#include "vmlinux.h"
#define AF_UNSPEC 0
#define AF_UNIX 1
#define AF_INET 2
#define AF_INET6 10
#define INADDR_ANY 0x00000000u
#define INADDR_LOOPBACK 0x7f000001u
#define INADDR_BROADCAST 0xffffffffu
#endif
