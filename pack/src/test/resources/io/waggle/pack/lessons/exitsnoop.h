#ifndef EXITSNOOP_H
#define EXITSNOOP_H

struct event {
  int pid;
  int ppid;
  unsigned exit_code;
  unsigned long long duration_ns;
  char comm[16];
};

#endif
