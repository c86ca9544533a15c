#ifndef TCPRTT_H
#define TCPRTT_H

#define MAX_SLOTS 27

struct hist {
  __u64 latency;
  __u64 cnt;
  __u32 slots[MAX_SLOTS];
};

#endif
