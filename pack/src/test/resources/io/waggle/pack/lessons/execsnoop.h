#ifndef EXECSNOOP_H
#define EXECSNOOP_H

struct event {
  int pid;
  int ppid;
  int uid;
  int retval;
  bool is_exit;
  char comm[16];
};

#endif
