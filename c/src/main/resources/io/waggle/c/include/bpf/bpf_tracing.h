/* Arguments and results of probed functions, by architecture. */
#ifndef __BPF_TRACING_H__
#define __BPF_TRACING_H__

#include "bpf_helpers.h"

#if defined(__TARGET_ARCH_x86)
#define bpf_target_x86
#elif defined(__TARGET_ARCH_arm64)
#define bpf_target_arm64
#elif defined(__TARGET_ARCH_s390)
#define bpf_target_s390
#elif defined(__TARGET_ARCH_riscv)
#define bpf_target_riscv
#elif defined(__TARGET_ARCH_powerpc)
#define bpf_target_powerpc
#elif defined(__TARGET_ARCH_loongarch)
#define bpf_target_loongarch
#elif defined(__TARGET_ARCH_arm)
#define bpf_target_arm
#elif defined(__TARGET_ARCH_mips)
#define bpf_target_mips
#elif defined(__TARGET_ARCH_sparc)
#define bpf_target_sparc
#elif defined(__TARGET_ARCH_arc)
#define bpf_target_arc
#endif

/*
 * Registers that hold arguments of functions and of system calls, the result, the stack and frame
 * pointers and the place of the instruction, by the names of the kernel's struct pt_regs.
 */
struct pt_regs;

#if defined(bpf_target_x86)
#define WAGGLE_REGS(x) ((struct pt_regs *)(x))
#define WAGGLE_PARM1 di
#define WAGGLE_PARM2 si
#define WAGGLE_PARM3 dx
#define WAGGLE_PARM4 cx
#define WAGGLE_PARM5 r8
#define WAGGLE_PARM6 r9
#define WAGGLE_SYSCALL1 di
#define WAGGLE_SYSCALL2 si
#define WAGGLE_SYSCALL3 dx
#define WAGGLE_SYSCALL4 r10
#define WAGGLE_SYSCALL5 r8
#define WAGGLE_SYSCALL6 r9
#define WAGGLE_RET sp
#define WAGGLE_FP bp
#define WAGGLE_RC ax
#define WAGGLE_SP sp
#define WAGGLE_IP ip
#elif defined(bpf_target_arm64)
#define WAGGLE_REGS(x) ((struct user_pt_regs *)(x))
#define WAGGLE_PARM1 regs[0]
#define WAGGLE_PARM2 regs[1]
#define WAGGLE_PARM3 regs[2]
#define WAGGLE_PARM4 regs[3]
#define WAGGLE_PARM5 regs[4]
#define WAGGLE_PARM6 regs[5]
#define WAGGLE_PARM7 regs[6]
#define WAGGLE_PARM8 regs[7]
#define WAGGLE_SYSCALL1 regs[0]
#define WAGGLE_SYSCALL2 regs[1]
#define WAGGLE_SYSCALL3 regs[2]
#define WAGGLE_SYSCALL4 regs[3]
#define WAGGLE_SYSCALL5 regs[4]
#define WAGGLE_SYSCALL6 regs[5]
#define WAGGLE_RET regs[30]
#define WAGGLE_FP regs[29]
#define WAGGLE_RC regs[0]
#define WAGGLE_SP sp
#define WAGGLE_IP pc
#elif defined(bpf_target_s390)
#define WAGGLE_REGS(x) ((user_pt_regs *)(x))
#define WAGGLE_PARM1 gprs[2]
#define WAGGLE_PARM2 gprs[3]
#define WAGGLE_PARM3 gprs[4]
#define WAGGLE_PARM4 gprs[5]
#define WAGGLE_PARM5 gprs[6]
#define WAGGLE_SYSCALL1 gprs[2]
#define WAGGLE_SYSCALL2 gprs[3]
#define WAGGLE_SYSCALL3 gprs[4]
#define WAGGLE_SYSCALL4 gprs[5]
#define WAGGLE_SYSCALL5 gprs[6]
#define WAGGLE_SYSCALL6 gprs[7]
#define WAGGLE_RET gprs[14]
#define WAGGLE_FP gprs[11]
#define WAGGLE_RC gprs[2]
#define WAGGLE_SP gprs[15]
#define WAGGLE_IP psw.addr
#elif defined(bpf_target_riscv)
#define WAGGLE_REGS(x) ((struct user_regs_struct *)(x))
#define WAGGLE_PARM1 a0
#define WAGGLE_PARM2 a1
#define WAGGLE_PARM3 a2
#define WAGGLE_PARM4 a3
#define WAGGLE_PARM5 a4
#define WAGGLE_PARM6 a5
#define WAGGLE_PARM7 a6
#define WAGGLE_PARM8 a7
#define WAGGLE_SYSCALL1 a0
#define WAGGLE_SYSCALL2 a1
#define WAGGLE_SYSCALL3 a2
#define WAGGLE_SYSCALL4 a3
#define WAGGLE_SYSCALL5 a4
#define WAGGLE_SYSCALL6 a5
#define WAGGLE_RET ra
#define WAGGLE_FP s0
#define WAGGLE_RC a0
#define WAGGLE_SP sp
#define WAGGLE_IP pc
#elif defined(bpf_target_powerpc)
#define WAGGLE_REGS(x) ((struct pt_regs *)(x))
#define WAGGLE_PARM1 gpr[3]
#define WAGGLE_PARM2 gpr[4]
#define WAGGLE_PARM3 gpr[5]
#define WAGGLE_PARM4 gpr[6]
#define WAGGLE_PARM5 gpr[7]
#define WAGGLE_PARM6 gpr[8]
#define WAGGLE_PARM7 gpr[9]
#define WAGGLE_PARM8 gpr[10]
#define WAGGLE_SYSCALL1 orig_gpr3
#define WAGGLE_SYSCALL2 gpr[4]
#define WAGGLE_SYSCALL3 gpr[5]
#define WAGGLE_SYSCALL4 gpr[6]
#define WAGGLE_SYSCALL5 gpr[7]
#define WAGGLE_SYSCALL6 gpr[8]
#define WAGGLE_RET link
#define WAGGLE_FP gpr[31]
#define WAGGLE_RC gpr[3]
#define WAGGLE_SP gpr[1]
#define WAGGLE_IP nip
#elif defined(bpf_target_loongarch)
#define WAGGLE_REGS(x) ((struct pt_regs *)(x))
#define WAGGLE_PARM1 regs[4]
#define WAGGLE_PARM2 regs[5]
#define WAGGLE_PARM3 regs[6]
#define WAGGLE_PARM4 regs[7]
#define WAGGLE_PARM5 regs[8]
#define WAGGLE_PARM6 regs[9]
#define WAGGLE_PARM7 regs[10]
#define WAGGLE_PARM8 regs[11]
#define WAGGLE_SYSCALL1 orig_a0
#define WAGGLE_SYSCALL2 regs[5]
#define WAGGLE_SYSCALL3 regs[6]
#define WAGGLE_SYSCALL4 regs[7]
#define WAGGLE_SYSCALL5 regs[8]
#define WAGGLE_SYSCALL6 regs[9]
#define WAGGLE_RET regs[1]
#define WAGGLE_FP regs[22]
#define WAGGLE_RC regs[4]
#define WAGGLE_SP regs[3]
#define WAGGLE_IP csr_era
#elif defined(bpf_target_arm)
#define WAGGLE_REGS(x) ((struct pt_regs *)(x))
#define WAGGLE_PARM1 uregs[0]
#define WAGGLE_PARM2 uregs[1]
#define WAGGLE_PARM3 uregs[2]
#define WAGGLE_PARM4 uregs[3]
#define WAGGLE_SYSCALL1 uregs[17]
#define WAGGLE_SYSCALL2 uregs[1]
#define WAGGLE_SYSCALL3 uregs[2]
#define WAGGLE_SYSCALL4 uregs[3]
#define WAGGLE_SYSCALL5 uregs[4]
#define WAGGLE_SYSCALL6 uregs[5]
#define WAGGLE_RET uregs[14]
#define WAGGLE_FP uregs[11]
#define WAGGLE_RC uregs[0]
#define WAGGLE_SP uregs[13]
#define WAGGLE_IP uregs[15]
#endif

#if defined(WAGGLE_PARM1)
/* PT_REGS_x reads the context itself, PT_REGS_x_CORE any registers, wherever fields lie. */
#define WAGGLE_PLAIN(x, reg) (WAGGLE_REGS(x)->reg)
#define WAGGLE_CORE(x, reg)                                                      \
	({                                                                       \
		typeof(WAGGLE_REGS(x)->reg) __reg;                               \
		bpf_core_read(&__reg, sizeof(__reg), &WAGGLE_REGS(x)->reg);      \
		__reg;                                                           \
	})
#include "bpf_core_read.h"
#define WAGGLE_NO_REGISTER \
	_Pragma("GCC error \"this architecture does not pass that many arguments in registers\"")
#define PT_REGS_PARM1(x) ((unsigned long)WAGGLE_PLAIN(x, WAGGLE_PARM1))
#define PT_REGS_PARM1_CORE(x) ((unsigned long)WAGGLE_CORE(x, WAGGLE_PARM1))
#define PT_REGS_PARM2(x) ((unsigned long)WAGGLE_PLAIN(x, WAGGLE_PARM2))
#define PT_REGS_PARM2_CORE(x) ((unsigned long)WAGGLE_CORE(x, WAGGLE_PARM2))
#define PT_REGS_PARM3(x) ((unsigned long)WAGGLE_PLAIN(x, WAGGLE_PARM3))
#define PT_REGS_PARM3_CORE(x) ((unsigned long)WAGGLE_CORE(x, WAGGLE_PARM3))
#define PT_REGS_PARM4(x) ((unsigned long)WAGGLE_PLAIN(x, WAGGLE_PARM4))
#define PT_REGS_PARM4_CORE(x) ((unsigned long)WAGGLE_CORE(x, WAGGLE_PARM4))
#ifdef WAGGLE_PARM5
#define PT_REGS_PARM5(x) ((unsigned long)WAGGLE_PLAIN(x, WAGGLE_PARM5))
#define PT_REGS_PARM5_CORE(x) ((unsigned long)WAGGLE_CORE(x, WAGGLE_PARM5))
#else
#define PT_REGS_PARM5(x) ({ WAGGLE_NO_REGISTER 0ul; })
#define PT_REGS_PARM5_CORE(x) ({ WAGGLE_NO_REGISTER 0ul; })
#endif
#ifdef WAGGLE_PARM6
#define PT_REGS_PARM6(x) ((unsigned long)WAGGLE_PLAIN(x, WAGGLE_PARM6))
#define PT_REGS_PARM6_CORE(x) ((unsigned long)WAGGLE_CORE(x, WAGGLE_PARM6))
#else
#define PT_REGS_PARM6(x) ({ WAGGLE_NO_REGISTER 0ul; })
#define PT_REGS_PARM6_CORE(x) ({ WAGGLE_NO_REGISTER 0ul; })
#endif
#ifdef WAGGLE_PARM7
#define PT_REGS_PARM7(x) ((unsigned long)WAGGLE_PLAIN(x, WAGGLE_PARM7))
#define PT_REGS_PARM7_CORE(x) ((unsigned long)WAGGLE_CORE(x, WAGGLE_PARM7))
#else
#define PT_REGS_PARM7(x) ({ WAGGLE_NO_REGISTER 0ul; })
#define PT_REGS_PARM7_CORE(x) ({ WAGGLE_NO_REGISTER 0ul; })
#endif
#ifdef WAGGLE_PARM8
#define PT_REGS_PARM8(x) ((unsigned long)WAGGLE_PLAIN(x, WAGGLE_PARM8))
#define PT_REGS_PARM8_CORE(x) ((unsigned long)WAGGLE_CORE(x, WAGGLE_PARM8))
#else
#define PT_REGS_PARM8(x) ({ WAGGLE_NO_REGISTER 0ul; })
#define PT_REGS_PARM8_CORE(x) ({ WAGGLE_NO_REGISTER 0ul; })
#endif
#define PT_REGS_PARM1_SYSCALL(x) ((unsigned long)WAGGLE_PLAIN(x, WAGGLE_SYSCALL1))
#define PT_REGS_PARM1_CORE_SYSCALL(x) ((unsigned long)WAGGLE_CORE(x, WAGGLE_SYSCALL1))
#define PT_REGS_PARM2_SYSCALL(x) ((unsigned long)WAGGLE_PLAIN(x, WAGGLE_SYSCALL2))
#define PT_REGS_PARM2_CORE_SYSCALL(x) ((unsigned long)WAGGLE_CORE(x, WAGGLE_SYSCALL2))
#define PT_REGS_PARM3_SYSCALL(x) ((unsigned long)WAGGLE_PLAIN(x, WAGGLE_SYSCALL3))
#define PT_REGS_PARM3_CORE_SYSCALL(x) ((unsigned long)WAGGLE_CORE(x, WAGGLE_SYSCALL3))
#define PT_REGS_PARM4_SYSCALL(x) ((unsigned long)WAGGLE_PLAIN(x, WAGGLE_SYSCALL4))
#define PT_REGS_PARM4_CORE_SYSCALL(x) ((unsigned long)WAGGLE_CORE(x, WAGGLE_SYSCALL4))
#define PT_REGS_PARM5_SYSCALL(x) ((unsigned long)WAGGLE_PLAIN(x, WAGGLE_SYSCALL5))
#define PT_REGS_PARM5_CORE_SYSCALL(x) ((unsigned long)WAGGLE_CORE(x, WAGGLE_SYSCALL5))
#define PT_REGS_PARM6_SYSCALL(x) ((unsigned long)WAGGLE_PLAIN(x, WAGGLE_SYSCALL6))
#define PT_REGS_PARM6_CORE_SYSCALL(x) ((unsigned long)WAGGLE_CORE(x, WAGGLE_SYSCALL6))
#define PT_REGS_PARM7_SYSCALL(x) ({ WAGGLE_NO_REGISTER 0ul; })
#define PT_REGS_PARM7_CORE_SYSCALL(x) ({ WAGGLE_NO_REGISTER 0ul; })
#define __PT_REGS_CAST(x) WAGGLE_REGS(x)
#define PT_REGS_RET(x) ((unsigned long)WAGGLE_PLAIN(x, WAGGLE_RET))
#define PT_REGS_RET_CORE(x) ((unsigned long)WAGGLE_CORE(x, WAGGLE_RET))
#define PT_REGS_FP(x) ((unsigned long)WAGGLE_PLAIN(x, WAGGLE_FP))
#define PT_REGS_FP_CORE(x) ((unsigned long)WAGGLE_CORE(x, WAGGLE_FP))
#define PT_REGS_RC(x) ((unsigned long)WAGGLE_PLAIN(x, WAGGLE_RC))
#define PT_REGS_RC_CORE(x) ((unsigned long)WAGGLE_CORE(x, WAGGLE_RC))
#define PT_REGS_SP(x) ((unsigned long)WAGGLE_PLAIN(x, WAGGLE_SP))
#define PT_REGS_SP_CORE(x) ((unsigned long)WAGGLE_CORE(x, WAGGLE_SP))
#define PT_REGS_IP(x) ((unsigned long)WAGGLE_PLAIN(x, WAGGLE_IP))
#define PT_REGS_IP_CORE(x) ((unsigned long)WAGGLE_CORE(x, WAGGLE_IP))

/* The registers of a system call, behind the wrapper where the architecture has one. */
#if defined(bpf_target_x86) || defined(bpf_target_arm64) || defined(bpf_target_s390) || \
	defined(bpf_target_riscv)
#define PT_REGS_SYSCALL_REGS(ctx) ((struct pt_regs *)PT_REGS_PARM1(ctx))
#else
#define PT_REGS_SYSCALL_REGS(ctx) ctx
#endif

/* Where the function returns to, and where the return probe's caller is. */
#if defined(bpf_target_x86)
#define BPF_KPROBE_READ_RET_IP(ip, ctx) \
	({ bpf_probe_read_kernel(&(ip), sizeof(ip), (void *)PT_REGS_SP(ctx)); })
#define BPF_KRETPROBE_READ_RET_IP(ip, ctx) \
	({ bpf_probe_read_kernel(&(ip), sizeof(ip), (void *)(PT_REGS_FP(ctx) + sizeof(ip))); })
#else
#define BPF_KPROBE_READ_RET_IP(ip, ctx) ({ (ip) = PT_REGS_RET(ctx); })
#define BPF_KRETPROBE_READ_RET_IP BPF_KPROBE_READ_RET_IP
#endif
#else
#define WAGGLE_NO_ARCH \
	_Pragma("GCC error \"say for which architecture: -D__TARGET_ARCH_x86, _arm64 and others\"")
#define PT_REGS_PARM1(x) ({ WAGGLE_NO_ARCH 0ul; })
#define PT_REGS_RC(x) ({ WAGGLE_NO_ARCH 0ul; })
#endif

/*
 * A program whose arguments have names and types. What the kernel calls takes the context alone and
 * hands the arguments, made of it one by one, to the body, which becomes part of it.
 */
#define WAGGLE_REGS_PROGRAM(name, pass, args...)                                             \
	name(struct pt_regs *ctx);                                                           \
	static __always_inline typeof(name(0)) ____##name(struct pt_regs *ctx, ##args);      \
	typeof(name(0)) name(struct pt_regs *ctx)                                            \
	{                                                                                    \
		_Pragma("GCC diagnostic push")                                               \
		_Pragma("GCC diagnostic ignored \"-Wint-conversion\"")                       \
		return ____##name(ctx pass);                                                 \
		_Pragma("GCC diagnostic pop")                                                \
	}                                                                                    \
	static __always_inline typeof(name(0)) ____##name(struct pt_regs *ctx, ##args)

/* From an array of 64-bit words: raw tracepoints, fentry, LSM, struct_ops. */
#define WAGGLE_FROM_WORDS_0
#define WAGGLE_FROM_WORDS_1 , (void *)((unsigned long long *)ctx)[0]
#define WAGGLE_FROM_WORDS_2 WAGGLE_FROM_WORDS_1, (void *)((unsigned long long *)ctx)[1]
#define WAGGLE_FROM_WORDS_3 WAGGLE_FROM_WORDS_2, (void *)((unsigned long long *)ctx)[2]
#define WAGGLE_FROM_WORDS_4 WAGGLE_FROM_WORDS_3, (void *)((unsigned long long *)ctx)[3]
#define WAGGLE_FROM_WORDS_5 WAGGLE_FROM_WORDS_4, (void *)((unsigned long long *)ctx)[4]
#define WAGGLE_FROM_WORDS_6 WAGGLE_FROM_WORDS_5, (void *)((unsigned long long *)ctx)[5]
#define WAGGLE_FROM_WORDS_7 WAGGLE_FROM_WORDS_6, (void *)((unsigned long long *)ctx)[6]
#define WAGGLE_FROM_WORDS_8 WAGGLE_FROM_WORDS_7, (void *)((unsigned long long *)ctx)[7]
#define WAGGLE_FROM_WORDS_9 WAGGLE_FROM_WORDS_8, (void *)((unsigned long long *)ctx)[8]
#define WAGGLE_FROM_WORDS_10 WAGGLE_FROM_WORDS_9, (void *)((unsigned long long *)ctx)[9]
#define WAGGLE_FROM_WORDS_11 WAGGLE_FROM_WORDS_10, (void *)((unsigned long long *)ctx)[10]
#define WAGGLE_FROM_WORDS_12 WAGGLE_FROM_WORDS_11, (void *)((unsigned long long *)ctx)[11]

struct pt_regs;
#define BPF_PROG(name, args...)                                                              \
	name(unsigned long long *ctx);                                                       \
	static __always_inline typeof(name(0)) ____##name(unsigned long long *ctx, ##args);  \
	typeof(name(0)) name(unsigned long long *ctx)                                        \
	{                                                                                    \
		_Pragma("GCC diagnostic push")                                               \
		_Pragma("GCC diagnostic ignored \"-Wint-conversion\"")                       \
		return ____##name(ctx WAGGLE_JOIN(WAGGLE_FROM_WORDS_, WAGGLE_COUNT(args)));  \
		_Pragma("GCC diagnostic pop")                                                \
	}                                                                                    \
	static __always_inline typeof(name(0)) ____##name(unsigned long long *ctx, ##args)

/*
 * The same where arguments may be structures of up to 16 bytes, which take two words: each argument
 * is given as a type and a name with a comma between.
 */
#define WAGGLE_SLOTS(type) ((sizeof(type) + 7) / 8)
#define WAGGLE_TYPED_0()
#define WAGGLE_NAMED_0()
#define WAGGLE_TAKE_0(at)
#define WAGGLE_TYPED_1(t, x, ...) , t x WAGGLE_TYPED_0(__VA_ARGS__)
#define WAGGLE_TAKE_1(at, t, x, ...) \
	, ({ t __x; __builtin_memcpy(&__x, &ctx[at], sizeof(__x)); __x; }) \
	WAGGLE_TAKE_0(at + WAGGLE_SLOTS(t), ##__VA_ARGS__)
#define WAGGLE_TYPED_2(t, x, ...) , t x WAGGLE_TYPED_1(__VA_ARGS__)
#define WAGGLE_TAKE_2(at, t, x, ...) \
	, ({ t __x; __builtin_memcpy(&__x, &ctx[at], sizeof(__x)); __x; }) \
	WAGGLE_TAKE_1(at + WAGGLE_SLOTS(t), ##__VA_ARGS__)
#define WAGGLE_TYPED_3(t, x, ...) , t x WAGGLE_TYPED_2(__VA_ARGS__)
#define WAGGLE_TAKE_3(at, t, x, ...) \
	, ({ t __x; __builtin_memcpy(&__x, &ctx[at], sizeof(__x)); __x; }) \
	WAGGLE_TAKE_2(at + WAGGLE_SLOTS(t), ##__VA_ARGS__)
#define WAGGLE_TYPED_4(t, x, ...) , t x WAGGLE_TYPED_3(__VA_ARGS__)
#define WAGGLE_TAKE_4(at, t, x, ...) \
	, ({ t __x; __builtin_memcpy(&__x, &ctx[at], sizeof(__x)); __x; }) \
	WAGGLE_TAKE_3(at + WAGGLE_SLOTS(t), ##__VA_ARGS__)
#define WAGGLE_TYPED_5(t, x, ...) , t x WAGGLE_TYPED_4(__VA_ARGS__)
#define WAGGLE_TAKE_5(at, t, x, ...) \
	, ({ t __x; __builtin_memcpy(&__x, &ctx[at], sizeof(__x)); __x; }) \
	WAGGLE_TAKE_4(at + WAGGLE_SLOTS(t), ##__VA_ARGS__)
#define WAGGLE_TYPED_6(t, x, ...) , t x WAGGLE_TYPED_5(__VA_ARGS__)
#define WAGGLE_TAKE_6(at, t, x, ...) \
	, ({ t __x; __builtin_memcpy(&__x, &ctx[at], sizeof(__x)); __x; }) \
	WAGGLE_TAKE_5(at + WAGGLE_SLOTS(t), ##__VA_ARGS__)
#define WAGGLE_TYPED_7(t, x, ...) , t x WAGGLE_TYPED_6(__VA_ARGS__)
#define WAGGLE_TAKE_7(at, t, x, ...) \
	, ({ t __x; __builtin_memcpy(&__x, &ctx[at], sizeof(__x)); __x; }) \
	WAGGLE_TAKE_6(at + WAGGLE_SLOTS(t), ##__VA_ARGS__)
#define WAGGLE_TYPED_8(t, x, ...) , t x WAGGLE_TYPED_7(__VA_ARGS__)
#define WAGGLE_TAKE_8(at, t, x, ...) \
	, ({ t __x; __builtin_memcpy(&__x, &ctx[at], sizeof(__x)); __x; }) \
	WAGGLE_TAKE_7(at + WAGGLE_SLOTS(t), ##__VA_ARGS__)
#define WAGGLE_TYPED_9(t, x, ...) , t x WAGGLE_TYPED_8(__VA_ARGS__)
#define WAGGLE_TAKE_9(at, t, x, ...) \
	, ({ t __x; __builtin_memcpy(&__x, &ctx[at], sizeof(__x)); __x; }) \
	WAGGLE_TAKE_8(at + WAGGLE_SLOTS(t), ##__VA_ARGS__)
#define WAGGLE_TYPED_10(t, x, ...) , t x WAGGLE_TYPED_9(__VA_ARGS__)
#define WAGGLE_TAKE_10(at, t, x, ...) \
	, ({ t __x; __builtin_memcpy(&__x, &ctx[at], sizeof(__x)); __x; }) \
	WAGGLE_TAKE_9(at + WAGGLE_SLOTS(t), ##__VA_ARGS__)
#define WAGGLE_TYPED_11(t, x, ...) , t x WAGGLE_TYPED_10(__VA_ARGS__)
#define WAGGLE_TAKE_11(at, t, x, ...) \
	, ({ t __x; __builtin_memcpy(&__x, &ctx[at], sizeof(__x)); __x; }) \
	WAGGLE_TAKE_10(at + WAGGLE_SLOTS(t), ##__VA_ARGS__)
#define WAGGLE_TYPED_12(t, x, ...) , t x WAGGLE_TYPED_11(__VA_ARGS__)
#define WAGGLE_TAKE_12(at, t, x, ...) \
	, ({ t __x; __builtin_memcpy(&__x, &ctx[at], sizeof(__x)); __x; }) \
	WAGGLE_TAKE_11(at + WAGGLE_SLOTS(t), ##__VA_ARGS__)
#define WAGGLE_PAIRS(...) \
	WAGGLE_PAIRS_(_, ##__VA_ARGS__, 12, _, 11, _, 10, _, 9, _, 8, _, 7, _, 6, _, 5, _, 4, _, 3, _, 2, _, 1, _, 0)
#define WAGGLE_PAIRS_(_, a1, a2, b1, b2, c1, c2, d1, d2, e1, e2, f1, f2, g1, g2, h1, h2, i1, i2, \
		      j1, j2, k1, k2, l1, l2, n, ...) n
#define BPF_PROG2(name, args...)                                                             \
	name(unsigned long long *ctx);                                                       \
	static __always_inline typeof(name(0)) ____##name(                                   \
		unsigned long long *ctx WAGGLE_JOIN(WAGGLE_TYPED_, WAGGLE_PAIRS(args))(args)); \
	typeof(name(0)) name(unsigned long long *ctx)                                        \
	{                                                                                    \
		return ____##name(ctx                                                        \
			WAGGLE_JOIN(WAGGLE_TAKE_, WAGGLE_PAIRS(args))(0, ##args));           \
	}                                                                                    \
	static __always_inline typeof(name(0)) ____##name(                                   \
		unsigned long long *ctx WAGGLE_JOIN(WAGGLE_TYPED_, WAGGLE_PAIRS(args))(args))

/* From the registers of a function that is entered. */
#define WAGGLE_FROM_REGS_0
#define WAGGLE_FROM_REGS_1 , (void *)PT_REGS_PARM1(ctx)
#define WAGGLE_FROM_REGS_2 WAGGLE_FROM_REGS_1, (void *)PT_REGS_PARM2(ctx)
#define WAGGLE_FROM_REGS_3 WAGGLE_FROM_REGS_2, (void *)PT_REGS_PARM3(ctx)
#define WAGGLE_FROM_REGS_4 WAGGLE_FROM_REGS_3, (void *)PT_REGS_PARM4(ctx)
#define WAGGLE_FROM_REGS_5 WAGGLE_FROM_REGS_4, (void *)PT_REGS_PARM5(ctx)
#define WAGGLE_FROM_REGS_6 WAGGLE_FROM_REGS_5, (void *)PT_REGS_PARM6(ctx)
#define WAGGLE_FROM_REGS_7 WAGGLE_FROM_REGS_6, (void *)PT_REGS_PARM7(ctx)
#define WAGGLE_FROM_REGS_8 WAGGLE_FROM_REGS_7, (void *)PT_REGS_PARM8(ctx)
#define BPF_KPROBE(name, args...) \
	WAGGLE_REGS_PROGRAM(name, WAGGLE_JOIN(WAGGLE_FROM_REGS_, WAGGLE_COUNT(args)), ##args)
#define BPF_UPROBE(name, args...) BPF_KPROBE(name, ##args)

/* From the register of the result, if that is asked for. */
#define WAGGLE_FROM_RESULT_0
#define WAGGLE_FROM_RESULT_1 , (void *)PT_REGS_RC(ctx)
#define BPF_KRETPROBE(name, args...) \
	WAGGLE_REGS_PROGRAM(name, WAGGLE_JOIN(WAGGLE_FROM_RESULT_, WAGGLE_COUNT(args)), ##args)
#define BPF_URETPROBE(name, args...) BPF_KRETPROBE(name, ##args)

/* From the registers of a system call: read where a wrapper stands between, else as they are. */
#define WAGGLE_FROM_PLAIN_CALL_0
#define WAGGLE_FROM_PLAIN_CALL_1 , (void *)PT_REGS_PARM1_SYSCALL(__regs)
#define WAGGLE_FROM_PLAIN_CALL_2 WAGGLE_FROM_PLAIN_CALL_1, (void *)PT_REGS_PARM2_SYSCALL(__regs)
#define WAGGLE_FROM_PLAIN_CALL_3 WAGGLE_FROM_PLAIN_CALL_2, (void *)PT_REGS_PARM3_SYSCALL(__regs)
#define WAGGLE_FROM_PLAIN_CALL_4 WAGGLE_FROM_PLAIN_CALL_3, (void *)PT_REGS_PARM4_SYSCALL(__regs)
#define WAGGLE_FROM_PLAIN_CALL_5 WAGGLE_FROM_PLAIN_CALL_4, (void *)PT_REGS_PARM5_SYSCALL(__regs)
#define WAGGLE_FROM_PLAIN_CALL_6 WAGGLE_FROM_PLAIN_CALL_5, (void *)PT_REGS_PARM6_SYSCALL(__regs)
#define WAGGLE_FROM_CORE_CALL_0
#define WAGGLE_FROM_CORE_CALL_1 , (void *)PT_REGS_PARM1_CORE_SYSCALL(__regs)
#define WAGGLE_FROM_CORE_CALL_2 WAGGLE_FROM_CORE_CALL_1, (void *)PT_REGS_PARM2_CORE_SYSCALL(__regs)
#define WAGGLE_FROM_CORE_CALL_3 WAGGLE_FROM_CORE_CALL_2, (void *)PT_REGS_PARM3_CORE_SYSCALL(__regs)
#define WAGGLE_FROM_CORE_CALL_4 WAGGLE_FROM_CORE_CALL_3, (void *)PT_REGS_PARM4_CORE_SYSCALL(__regs)
#define WAGGLE_FROM_CORE_CALL_5 WAGGLE_FROM_CORE_CALL_4, (void *)PT_REGS_PARM5_CORE_SYSCALL(__regs)
#define WAGGLE_FROM_CORE_CALL_6 WAGGLE_FROM_CORE_CALL_5, (void *)PT_REGS_PARM6_CORE_SYSCALL(__regs)
#define BPF_KSYSCALL(name, args...)                                                          \
	name(struct pt_regs *ctx);                                                           \
	extern _Bool LINUX_HAS_SYSCALL_WRAPPER __kconfig;                                    \
	static __always_inline typeof(name(0)) ____##name(struct pt_regs *ctx, ##args);      \
	typeof(name(0)) name(struct pt_regs *ctx)                                            \
	{                                                                                    \
		struct pt_regs *__regs = LINUX_HAS_SYSCALL_WRAPPER                           \
			? (struct pt_regs *)PT_REGS_PARM1(ctx) : ctx;                        \
		_Pragma("GCC diagnostic push")                                               \
		_Pragma("GCC diagnostic ignored \"-Wint-conversion\"")                       \
		if (LINUX_HAS_SYSCALL_WRAPPER)                                               \
			return ____##name(ctx                                                \
				WAGGLE_JOIN(WAGGLE_FROM_CORE_CALL_, WAGGLE_COUNT(args)));    \
		return ____##name(ctx WAGGLE_JOIN(WAGGLE_FROM_PLAIN_CALL_, WAGGLE_COUNT(args))); \
		_Pragma("GCC diagnostic pop")                                                \
	}                                                                                    \
	static __always_inline typeof(name(0)) ____##name(struct pt_regs *ctx, ##args)
#define BPF_KPROBE_SYSCALL BPF_KSYSCALL

#endif
