#ifndef TCPCONNLAT_H
#define TCPCONNLAT_H

struct event {
  __u32 tgid;
  char comm[16];
  __u32 af;
  __u32 saddr_v4;
  __u32 daddr_v4;
  __u16 lport;
  __u16 dport;
  __u64 delta_us;
};

#endif
