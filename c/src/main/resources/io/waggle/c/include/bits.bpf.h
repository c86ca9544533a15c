/* Slots of histograms by powers of two. */
#ifndef __BITS_BPF_H
#define __BITS_BPF_H

/* The highest bit that is set; 0 for 0. */
static __always_inline u64 log2(u32 v)
{
	u32 high, bit;

	high = (v > 0xffff) << 4, v >>= high;
	bit = (v > 0xff) << 3, v >>= bit, high |= bit;
	bit = (v > 0xf) << 2, v >>= bit, high |= bit;
	bit = (v > 0x3) << 1, v >>= bit, high |= bit;
	return high | v >> 1;
}

static __always_inline u64 log2l(u64 v)
{
	u32 high = v >> 32;

	return high ? log2(high) + 32 : log2(v);
}

#endif
