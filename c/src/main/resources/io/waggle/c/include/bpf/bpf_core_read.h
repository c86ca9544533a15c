/* Reads of the kernel's structures that find their fields on any kernel. */
#ifndef __BPF_CORE_READ_H__
#define __BPF_CORE_READ_H__

#include "bpf_helpers.h"

/* What can be asked of a field, a type and an enumeration's value; the numbers are the compiler's. */
enum bpf_field_info_kind {
	BPF_FIELD_BYTE_OFFSET = 0,
	BPF_FIELD_BYTE_SIZE = 1,
	BPF_FIELD_EXISTS = 2,
	BPF_FIELD_SIGNED = 3,
	BPF_FIELD_LSHIFT_U64 = 4,
	BPF_FIELD_RSHIFT_U64 = 5,
};

enum bpf_type_id_kind {
	BPF_TYPE_ID_LOCAL = 0,
	BPF_TYPE_ID_TARGET = 1,
};

enum bpf_type_info_kind {
	BPF_TYPE_EXISTS = 0,
	BPF_TYPE_SIZE = 1,
	BPF_TYPE_MATCHES = 2,
};

enum bpf_enum_value_kind {
	BPF_ENUMVAL_EXISTS = 0,
	BPF_ENUMVAL_VALUE = 1,
};

/* A field is named by an expression, or by a type and a name. */
#define WAGGLE_FIELD_1(field) field
#define WAGGLE_FIELD_2(type, field) ((typeof(type) *)0)->field
#define WAGGLE_FIELD(...) \
	WAGGLE_JOIN(WAGGLE_FIELD_, WAGGLE_COUNT(__VA_ARGS__))(__VA_ARGS__)

#define bpf_core_field_exists(field...) \
	__builtin_preserve_field_info(WAGGLE_FIELD(field), BPF_FIELD_EXISTS)
#define bpf_core_field_size(field...) \
	__builtin_preserve_field_info(WAGGLE_FIELD(field), BPF_FIELD_BYTE_SIZE)
#define bpf_core_field_offset(field...) \
	__builtin_preserve_field_info(WAGGLE_FIELD(field), BPF_FIELD_BYTE_OFFSET)

#define bpf_core_type_id_local(type) \
	__builtin_btf_type_id(*(typeof(type) *)0, BPF_TYPE_ID_LOCAL)
#define bpf_core_type_id_kernel(type) \
	__builtin_btf_type_id(*(typeof(type) *)0, BPF_TYPE_ID_TARGET)
#define bpf_core_type_exists(type) \
	__builtin_preserve_type_info(*(typeof(type) *)0, BPF_TYPE_EXISTS)
#define bpf_core_type_size(type) \
	__builtin_preserve_type_info(*(typeof(type) *)0, BPF_TYPE_SIZE)
#define bpf_core_type_matches(type) \
	__builtin_preserve_type_info(*(typeof(type) *)0, BPF_TYPE_MATCHES)

#define bpf_core_enum_value_exists(type, value) \
	__builtin_preserve_enum_value(*(typeof(type) *)value, BPF_ENUMVAL_EXISTS)
#define bpf_core_enum_value(type, value) \
	__builtin_preserve_enum_value(*(typeof(type) *)value, BPF_ENUMVAL_VALUE)

/* Reads with a relocated address. */
#define bpf_core_read(dst, size, src) \
	bpf_probe_read_kernel(dst, size, (const void *)__builtin_preserve_access_index(src))
#define bpf_core_read_user(dst, size, src) \
	bpf_probe_read_user(dst, size, (const void *)__builtin_preserve_access_index(src))
#define bpf_core_read_str(dst, size, src) \
	bpf_probe_read_kernel_str(dst, size, (const void *)__builtin_preserve_access_index(src))
#define bpf_core_read_user_str(dst, size, src) \
	bpf_probe_read_user_str(dst, size, (const void *)__builtin_preserve_access_index(src))

/* A pointer as one to a type of the kernel, which the verifier then follows. */
extern void *bpf_rdonly_cast(const void *obj, __u32 btf_id) __ksym __weak;
#define bpf_core_cast(pointer, type) \
	((typeof(type) *)bpf_rdonly_cast((pointer), bpf_core_type_id_kernel(type)))

/* The value of a bit field, whatever its place and width on this kernel. */
#define WAGGLE_BITFIELD(s, field, value)                                                     \
	({                                                                                   \
		(value) <<= __builtin_preserve_field_info((s)->field, BPF_FIELD_LSHIFT_U64); \
		__builtin_preserve_field_info((s)->field, BPF_FIELD_SIGNED)                  \
			? (unsigned long long)((long long)(value) >>                         \
			    __builtin_preserve_field_info((s)->field, BPF_FIELD_RSHIFT_U64)) \
			: (value) >>                                                         \
			    __builtin_preserve_field_info((s)->field, BPF_FIELD_RSHIFT_U64); \
	})

#if __BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__
#define WAGGLE_BITFIELD_PLACE(value, size) ((void *)&(value))
#else
#define WAGGLE_BITFIELD_PLACE(value, size) ((void *)&(value) + (8 - (size)))
#endif

#define BPF_CORE_READ_BITFIELD_PROBED(s, field)                                              \
	({                                                                                   \
		unsigned long long __bits = 0;                                               \
		unsigned int __size =                                                        \
			__builtin_preserve_field_info((s)->field, BPF_FIELD_BYTE_SIZE);      \
		bpf_probe_read_kernel(WAGGLE_BITFIELD_PLACE(__bits, __size), __size,          \
			(const void *)(s) +                                                  \
			__builtin_preserve_field_info((s)->field, BPF_FIELD_BYTE_OFFSET));   \
		WAGGLE_BITFIELD(s, field, __bits);                                           \
	})

/* The same in programs that may follow the pointer. */
#define BPF_CORE_READ_BITFIELD(s, field)                                                     \
	({                                                                                   \
		const void *__at = (const void *)(s) +                                       \
			__builtin_preserve_field_info((s)->field, BPF_FIELD_BYTE_OFFSET);    \
		unsigned long long __bits = 0;                                               \
		asm volatile("" : "+r"(__at));                                               \
		switch (__builtin_preserve_field_info((s)->field, BPF_FIELD_BYTE_SIZE)) {    \
		case 1: __bits = *(const unsigned char *)__at; break;                        \
		case 2: __bits = *(const unsigned short *)__at; break;                       \
		case 4: __bits = *(const unsigned int *)__at; break;                         \
		case 8: __bits = *(const unsigned long long *)__at; break;                   \
		}                                                                            \
		WAGGLE_BITFIELD(s, field, __bits);                                           \
	})

/*
 * The way back: shifts by both amounts leave ones where the field's bits are, and what lies beside
 * them in the same bytes stays.
 */
#define BPF_CORE_WRITE_BITFIELD(s, field, new)                                               \
	({                                                                                   \
		void *__at = (void *)(s) +                                                   \
			__builtin_preserve_field_info((s)->field, BPF_FIELD_BYTE_OFFSET);    \
		unsigned int __left =                                                        \
			__builtin_preserve_field_info((s)->field, BPF_FIELD_LSHIFT_U64);     \
		unsigned int __right =                                                       \
			__builtin_preserve_field_info((s)->field, BPF_FIELD_RSHIFT_U64);     \
		unsigned long long __mask = ~0ull << __right >> __left;                      \
		unsigned long long __bits =                                                  \
			(unsigned long long)(new) << (__right - __left) & __mask;            \
		asm volatile("" : "+r"(__at));                                               \
		switch (__builtin_preserve_field_info((s)->field, BPF_FIELD_BYTE_SIZE)) {    \
		case 1: WAGGLE_BITFIELD_PUT(unsigned char); break;                           \
		case 2: WAGGLE_BITFIELD_PUT(unsigned short); break;                          \
		case 4: WAGGLE_BITFIELD_PUT(unsigned int); break;                            \
		case 8: WAGGLE_BITFIELD_PUT(unsigned long long); break;                      \
		}                                                                            \
	})
#define WAGGLE_BITFIELD_PUT(type) \
	*(type *)__at = (*(type *)__at & ~(type)__mask) | (type)__bits

/* What is asked of a field, by the last word of the question's name. */
#define __CORE_RELO(s, field, info) \
	__builtin_preserve_field_info((s)->field, BPF_FIELD_##info)

/*
 * BPF_CORE_READ(a, b, c, d) is a->b->c->d, each arrow a read of kernel memory. A walk is written
 * step by step: WAGGLE_TO_n is the C expression of the first n arrows, whose type is that of the
 * pointer read; WAGGLE_WALK_n makes the reads up to there into __at.
 */
#define WAGGLE_TO_1(a, b) ((a)->b)
#define WAGGLE_TO_2(a, b, c) (WAGGLE_TO_1(a, b)->c)
#define WAGGLE_TO_3(a, b, c, d) (WAGGLE_TO_2(a, b, c)->d)
#define WAGGLE_TO_4(a, b, c, d, e) (WAGGLE_TO_3(a, b, c, d)->e)
#define WAGGLE_TO_5(a, b, c, d, e, f) (WAGGLE_TO_4(a, b, c, d, e)->f)
#define WAGGLE_TO_6(a, b, c, d, e, f, g) (WAGGLE_TO_5(a, b, c, d, e, f)->g)
#define WAGGLE_TO_7(a, b, c, d, e, f, g, h) (WAGGLE_TO_6(a, b, c, d, e, f, g)->h)
#define WAGGLE_TO_8(a, b, c, d, e, f, g, h, i) (WAGGLE_TO_7(a, b, c, d, e, f, g, h)->i)
#define WAGGLE_TO_9(a, b, c, d, e, f, g, h, i, j) (WAGGLE_TO_8(a, b, c, d, e, f, g, h, i)->j)

#define WAGGLE_WALK_0(read, a)
#define WAGGLE_WALK_1(read, a, b) read((void *)&__at, sizeof(__at), &((a)->b))
#define WAGGLE_WALK_2(read, a, b, c) \
	WAGGLE_WALK_1(read, a, b); \
	read((void *)&__at, sizeof(__at), &((typeof(WAGGLE_TO_1(a, b)))__at)->c)
#define WAGGLE_WALK_3(read, a, b, c, d) \
	WAGGLE_WALK_2(read, a, b, c); \
	read((void *)&__at, sizeof(__at), &((typeof(WAGGLE_TO_2(a, b, c)))__at)->d)
#define WAGGLE_WALK_4(read, a, b, c, d, e) \
	WAGGLE_WALK_3(read, a, b, c, d); \
	read((void *)&__at, sizeof(__at), &((typeof(WAGGLE_TO_3(a, b, c, d)))__at)->e)
#define WAGGLE_WALK_5(read, a, b, c, d, e, f) \
	WAGGLE_WALK_4(read, a, b, c, d, e); \
	read((void *)&__at, sizeof(__at), &((typeof(WAGGLE_TO_4(a, b, c, d, e)))__at)->f)
#define WAGGLE_WALK_6(read, a, b, c, d, e, f, g) \
	WAGGLE_WALK_5(read, a, b, c, d, e, f); \
	read((void *)&__at, sizeof(__at), &((typeof(WAGGLE_TO_5(a, b, c, d, e, f)))__at)->g)
#define WAGGLE_WALK_7(read, a, b, c, d, e, f, g, h) \
	WAGGLE_WALK_6(read, a, b, c, d, e, f, g); \
	read((void *)&__at, sizeof(__at), &((typeof(WAGGLE_TO_6(a, b, c, d, e, f, g)))__at)->h)
#define WAGGLE_WALK_8(read, a, b, c, d, e, f, g, h, i) \
	WAGGLE_WALK_7(read, a, b, c, d, e, f, g, h); \
	read((void *)&__at, sizeof(__at), &((typeof(WAGGLE_TO_7(a, b, c, d, e, f, g, h)))__at)->i)
#define WAGGLE_WALK_9(read, a, b, c, d, e, f, g, h, i, j) \
	WAGGLE_WALK_8(read, a, b, c, d, e, f, g, h, i); \
	read((void *)&__at, sizeof(__at), &((typeof(WAGGLE_TO_8(a, b, c, d, e, f, g, h, i)))__at)->j)

/* The last arrow reads the value itself. */
#define WAGGLE_LAST_1(read, last, dst, size, a, b) last(dst, size, &((a)->b))
#define WAGGLE_LAST_2(read, last, dst, size, a, b, c) \
	({ const void *__at = 0; WAGGLE_WALK_1(read, a, b); \
	   last(dst, size, &((typeof(WAGGLE_TO_1(a, b)))__at)->c); })
#define WAGGLE_LAST_3(read, last, dst, size, a, b, c, d) \
	({ const void *__at = 0; WAGGLE_WALK_2(read, a, b, c); \
	   last(dst, size, &((typeof(WAGGLE_TO_2(a, b, c)))__at)->d); })
#define WAGGLE_LAST_4(read, last, dst, size, a, b, c, d, e) \
	({ const void *__at = 0; WAGGLE_WALK_3(read, a, b, c, d); \
	   last(dst, size, &((typeof(WAGGLE_TO_3(a, b, c, d)))__at)->e); })
#define WAGGLE_LAST_5(read, last, dst, size, a, b, c, d, e, f) \
	({ const void *__at = 0; WAGGLE_WALK_4(read, a, b, c, d, e); \
	   last(dst, size, &((typeof(WAGGLE_TO_4(a, b, c, d, e)))__at)->f); })
#define WAGGLE_LAST_6(read, last, dst, size, a, b, c, d, e, f, g) \
	({ const void *__at = 0; WAGGLE_WALK_5(read, a, b, c, d, e, f); \
	   last(dst, size, &((typeof(WAGGLE_TO_5(a, b, c, d, e, f)))__at)->g); })
#define WAGGLE_LAST_7(read, last, dst, size, a, b, c, d, e, f, g, h) \
	({ const void *__at = 0; WAGGLE_WALK_6(read, a, b, c, d, e, f, g); \
	   last(dst, size, &((typeof(WAGGLE_TO_6(a, b, c, d, e, f, g)))__at)->h); })
#define WAGGLE_LAST_8(read, last, dst, size, a, b, c, d, e, f, g, h, i) \
	({ const void *__at = 0; WAGGLE_WALK_7(read, a, b, c, d, e, f, g, h); \
	   last(dst, size, &((typeof(WAGGLE_TO_7(a, b, c, d, e, f, g, h)))__at)->i); })
#define WAGGLE_LAST_9(read, last, dst, size, a, b, c, d, e, f, g, h, i, j) \
	({ const void *__at = 0; WAGGLE_WALK_8(read, a, b, c, d, e, f, g, h, i); \
	   last(dst, size, &((typeof(WAGGLE_TO_8(a, b, c, d, e, f, g, h, i)))__at)->j); })

/* How many arrows a list of names has: one less than names. */
#define WAGGLE_ARROWS(...) \
	WAGGLE_ARROWS_(__VA_ARGS__, 9, 8, 7, 6, 5, 4, 3, 2, 1, 0)
#define WAGGLE_ARROWS_(a, b, c, d, e, f, g, h, i, j, n, ...) n

#define WAGGLE_READ_WITH(read, last, dst, size, ...) \
	WAGGLE_JOIN(WAGGLE_LAST_, WAGGLE_ARROWS(__VA_ARGS__))(read, last, dst, size, __VA_ARGS__)
#define WAGGLE_VALUE_OF(...) \
	WAGGLE_JOIN(WAGGLE_TO_, WAGGLE_ARROWS(__VA_ARGS__))(__VA_ARGS__)

#define WAGGLE_RESULT(read, ...)                                                  \
	({                                                                        \
		typeof(WAGGLE_VALUE_OF(__VA_ARGS__)) __value;                     \
		WAGGLE_READ_WITH(read, read, (void *)&__value, sizeof(__value), __VA_ARGS__); \
		__value;                                                          \
	})

/* Into a variable of the caller's, and as text; *_USER reads the memory of the process. */
#define BPF_CORE_READ_INTO(dst, ...) \
	WAGGLE_READ_WITH(bpf_core_read, bpf_core_read, dst, sizeof(*(dst)), __VA_ARGS__)
#define BPF_CORE_READ_USER_INTO(dst, ...) \
	WAGGLE_READ_WITH(bpf_core_read_user, bpf_core_read_user, dst, sizeof(*(dst)), __VA_ARGS__)
#define BPF_PROBE_READ_INTO(dst, ...) \
	WAGGLE_READ_WITH(bpf_probe_read_kernel, bpf_probe_read_kernel, dst, sizeof(*(dst)), \
			 __VA_ARGS__)
#define BPF_PROBE_READ_USER_INTO(dst, ...) \
	WAGGLE_READ_WITH(bpf_probe_read_user, bpf_probe_read_user, dst, sizeof(*(dst)), __VA_ARGS__)
#define BPF_CORE_READ_STR_INTO(dst, ...) \
	WAGGLE_READ_WITH(bpf_core_read, bpf_core_read_str, dst, sizeof(*(dst)), __VA_ARGS__)
#define BPF_CORE_READ_USER_STR_INTO(dst, ...) \
	WAGGLE_READ_WITH(bpf_core_read_user, bpf_core_read_user_str, dst, sizeof(*(dst)), __VA_ARGS__)
#define BPF_PROBE_READ_STR_INTO(dst, ...) \
	WAGGLE_READ_WITH(bpf_probe_read_kernel, bpf_probe_read_kernel_str, dst, sizeof(*(dst)), \
			 __VA_ARGS__)
#define BPF_PROBE_READ_USER_STR_INTO(dst, ...) \
	WAGGLE_READ_WITH(bpf_probe_read_user, bpf_probe_read_user_str, dst, sizeof(*(dst)), \
			 __VA_ARGS__)

#define BPF_CORE_READ(...) WAGGLE_RESULT(bpf_core_read, __VA_ARGS__)
#define BPF_CORE_READ_USER(...) WAGGLE_RESULT(bpf_core_read_user, __VA_ARGS__)
#define BPF_PROBE_READ(...) WAGGLE_RESULT(bpf_probe_read_kernel, __VA_ARGS__)
#define BPF_PROBE_READ_USER(...) WAGGLE_RESULT(bpf_probe_read_user, __VA_ARGS__)

#endif
