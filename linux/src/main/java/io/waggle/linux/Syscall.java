package io.waggle.linux;

/**
 * System call numbers per architecture. Sources: {@code arch/x86/entry/syscalls/syscall_64.tbl} and
 * {@code include/uapi/asm-generic/unistd.h}, which arm64 uses.
 */
enum Syscall {
  BIND(49, 200),
  BPF(321, 280),
  CAPGET(125, 90),
  CLOCK_GETTIME(228, 113),
  CLOSE(3, 57),
  EPOLL_CREATE1(291, 20),
  EPOLL_CTL(233, 21),
  EPOLL_PWAIT(281, 22),
  EVENTFD2(290, 19),
  EXECVE(59, 221),
  FCNTL(72, 25),
  GETEUID(107, 175),
  GETPEERNAME(52, 205),
  GETSOCKNAME(51, 204),
  GETSOCKOPT(55, 209),
  GETTID(186, 178),
  IOCTL(16, 29),
  KILL(62, 129),
  MMAP(9, 222),
  MOUNT(165, 40),
  MUNMAP(11, 215),
  OPENAT(257, 56),
  PERF_EVENT_OPEN(298, 241),
  PIDFD_GETFD(438, 438),
  PIDFD_OPEN(434, 434),
  PRCTL(157, 167),
  PTRACE(101, 117),
  READ(0, 63),
  RECVFROM(45, 207),
  SCHED_GETAFFINITY(204, 123),
  SCHED_SETAFFINITY(203, 122),
  SENDTO(44, 206),
  SETNS(308, 268),
  SETSOCKOPT(54, 208),
  SOCKET(41, 198),
  TIMERFD_CREATE(283, 85),
  TIMERFD_SETTIME(286, 86),
  WAIT4(61, 260),
  WRITE(1, 64);

  private final int x86;
  private final int arm64;
  private final int number;

  Syscall(int x86, int arm64) {
    this.x86 = x86;
    this.arm64 = arm64;
    this.number = on(Architecture.current());
  }

  /** The number on the architecture this JVM runs on. */
  int number() {
    return number;
  }

  int on(Architecture architecture) {
    return switch (architecture) {
      case X86_64 -> x86;
      case ARM64 -> arm64;
    };
  }
}
