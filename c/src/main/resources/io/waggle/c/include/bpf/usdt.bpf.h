/*
 * Static probes of user programs. The loader finds where a probe's arguments are and tells it
 * through two maps; the program then asks for an argument by its number.
 */
#ifndef __USDT_BPF_H__
#define __USDT_BPF_H__

#include "bpf_helpers.h"
#include "bpf_tracing.h"

#define BPF_USDT_MAX_ARG_CNT 12
#ifndef BPF_USDT_MAX_SPEC_CNT
#define BPF_USDT_MAX_SPEC_CNT 256
#endif
#ifndef BPF_USDT_MAX_IP_CNT
#define BPF_USDT_MAX_IP_CNT (4 * BPF_USDT_MAX_SPEC_CNT)
#endif

enum __bpf_usdt_arg_type {
	BPF_USDT_ARG_CONST,
	BPF_USDT_ARG_REG,
	BPF_USDT_ARG_REG_DEREF,
	BPF_USDT_ARG_SIB,
};

/*
 * Where one argument is: a constant, a register, memory at register + value, or at register +
 * (index << scale) + value. Offsets of registers are in struct pt_regs. The value is then shifted
 * left and right by the shift, which cuts it to its size and extends its sign. The layout is that
 * of libbpf since 1.7, so that either loader serves either header.
 */
struct __bpf_usdt_arg_spec {
	__u64 val_off;
	__u8 arg_type;
	__u8 unused1;
	__u16 index; /* offset of the index register, and above 12 bits the scale */
	__u8 unused2[2];
	__s16 reg_off;
	__u8 arg_signed;
	__u8 arg_bitshift;
	__u8 unused3[6];
};

struct __bpf_usdt_spec {
	struct __bpf_usdt_arg_spec args[BPF_USDT_MAX_ARG_CNT];
	__u64 usdt_cookie;
	__s16 arg_cnt;
	__u8 unused[6];
};

/* By the number that the loader gives as the probe's cookie. */
struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(max_entries, BPF_USDT_MAX_SPEC_CNT);
	__type(key, int);
	__type(value, struct __bpf_usdt_spec);
} __bpf_usdt_specs SEC(".maps") __weak;

/* By the place of the probe, on kernels that know no cookies. */
struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(max_entries, BPF_USDT_MAX_IP_CNT);
	__type(key, long);
	__type(value, __u32);
} __bpf_usdt_ip_to_spec_id SEC(".maps") __weak;

extern const _Bool LINUX_HAS_BPF_COOKIE __kconfig;

static __always_inline struct __bpf_usdt_spec *__bpf_usdt_find(struct pt_regs *ctx)
{
	int id;

	if (LINUX_HAS_BPF_COOKIE) {
		id = (int)bpf_get_attach_cookie(ctx);
	} else {
		long ip = PT_REGS_IP(ctx);
		int *known = bpf_map_lookup_elem(&__bpf_usdt_ip_to_spec_id, &ip);
		if (!known)
			return NULL;
		id = *known;
	}
	return bpf_map_lookup_elem(&__bpf_usdt_specs, &id);
}

/* How many arguments the probe has; negative where the loader does not know the place. */
__weak __hidden int bpf_usdt_arg_cnt(struct pt_regs *ctx)
{
	struct __bpf_usdt_spec *spec = __bpf_usdt_find(ctx);

	return spec ? spec->arg_cnt : -3;
}

static __always_inline long __bpf_usdt_register(struct pt_regs *ctx, short at)
{
	long value = 0;

	bpf_probe_read_kernel(&value, sizeof(value), (void *)ctx + at);
	return value;
}

/* Argument number n, from 0, into *res. Negative: -2 there is none such, -3 an unknown place. */
__weak __hidden int bpf_usdt_arg(struct pt_regs *ctx, __u64 n, long *res)
{
	struct __bpf_usdt_spec *spec;
	struct __bpf_usdt_arg_spec *arg;
	unsigned long value;
	int error;

	*res = 0;
	spec = __bpf_usdt_find(ctx);
	if (!spec)
		return -3;
	if (n >= BPF_USDT_MAX_ARG_CNT)
		return -2;
	barrier_var(n);
	if (n >= spec->arg_cnt || n >= BPF_USDT_MAX_ARG_CNT)
		return -2;
	arg = &spec->args[n];
	switch (arg->arg_type) {
	case BPF_USDT_ARG_CONST:
		value = arg->val_off;
		break;
	case BPF_USDT_ARG_REG:
		value = __bpf_usdt_register(ctx, arg->reg_off);
		break;
	case BPF_USDT_ARG_REG_DEREF:
	case BPF_USDT_ARG_SIB:
		value = __bpf_usdt_register(ctx, arg->reg_off) + arg->val_off;
		if (arg->arg_type == BPF_USDT_ARG_SIB)
			value += __bpf_usdt_register(ctx, arg->index & 0xfff) << (arg->index >> 12);
		error = bpf_probe_read_user(&value, sizeof(value), (void *)value);
		if (error)
			return error;
#if __BYTE_ORDER__ == __ORDER_BIG_ENDIAN__
		value >>= arg->arg_bitshift;
#endif
		break;
	default:
		return -22;
	}
	value <<= arg->arg_bitshift;
	*res = arg->arg_signed ? (long)value >> arg->arg_bitshift
			       : (long)(value >> arg->arg_bitshift);
	return 0;
}

/* What the user attached the probe with. */
__weak __hidden long bpf_usdt_cookie(struct pt_regs *ctx)
{
	struct __bpf_usdt_spec *spec = __bpf_usdt_find(ctx);

	return spec ? spec->usdt_cookie : 0;
}

#define WAGGLE_FROM_USDT(n) , ({ long __arg; bpf_usdt_arg(ctx, n, &__arg); (void *)__arg; })
#define WAGGLE_FROM_USDT_0
#define WAGGLE_FROM_USDT_1 WAGGLE_FROM_USDT(0)
#define WAGGLE_FROM_USDT_2 WAGGLE_FROM_USDT_1 WAGGLE_FROM_USDT(1)
#define WAGGLE_FROM_USDT_3 WAGGLE_FROM_USDT_2 WAGGLE_FROM_USDT(2)
#define WAGGLE_FROM_USDT_4 WAGGLE_FROM_USDT_3 WAGGLE_FROM_USDT(3)
#define WAGGLE_FROM_USDT_5 WAGGLE_FROM_USDT_4 WAGGLE_FROM_USDT(4)
#define WAGGLE_FROM_USDT_6 WAGGLE_FROM_USDT_5 WAGGLE_FROM_USDT(5)
#define WAGGLE_FROM_USDT_7 WAGGLE_FROM_USDT_6 WAGGLE_FROM_USDT(6)
#define WAGGLE_FROM_USDT_8 WAGGLE_FROM_USDT_7 WAGGLE_FROM_USDT(7)
#define WAGGLE_FROM_USDT_9 WAGGLE_FROM_USDT_8 WAGGLE_FROM_USDT(8)
#define WAGGLE_FROM_USDT_10 WAGGLE_FROM_USDT_9 WAGGLE_FROM_USDT(9)
#define WAGGLE_FROM_USDT_11 WAGGLE_FROM_USDT_10 WAGGLE_FROM_USDT(10)
#define WAGGLE_FROM_USDT_12 WAGGLE_FROM_USDT_11 WAGGLE_FROM_USDT(11)

#define BPF_USDT(name, args...) \
	WAGGLE_REGS_PROGRAM(name, WAGGLE_JOIN(WAGGLE_FROM_USDT_, WAGGLE_COUNT(args)), ##args)

#endif
