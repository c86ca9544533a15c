#ifndef TCPSTATES_H
#define TCPSTATES_H

enum tcp_state_name {
  ESTABLISHED = 1,
  SYN_SENT,
  SYN_RECV,
  FIN_WAIT1,
  FIN_WAIT2,
  TIME_WAIT,
  CLOSE,
  CLOSE_WAIT,
  LAST_ACK,
  LISTEN,
  CLOSING,
  NEW_SYN_RECV,
};

struct event {
  void *skaddr;
  __u32 pid;
  char comm[16];
  __u16 lport;
  __u16 dport;
  enum tcp_state_name oldstate;
  enum tcp_state_name newstate;
  __u64 delta_us;
};

#endif
