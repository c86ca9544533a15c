#ifndef BITS_BPF_H
#define BITS_BPF_H

// The number of the highest bit that is set, 0 for 0.
static __always_inline u64 log2l(u64 value) {
  u64 bits = 0;
  for (int step = 32; step > 0; step /= 2) {
    if (value >> step) {
      value >>= step;
      bits += step;
    }
  }
  return bits;
}

#endif
