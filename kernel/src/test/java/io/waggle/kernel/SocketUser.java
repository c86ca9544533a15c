package io.waggle.kernel;

import io.waggle.testing.ControlGroup;
import io.waggle.testing.NativeProgram;
import io.waggle.testing.RunningProgram;
import java.nio.file.Path;

/**
 * A program that makes the calls which the hooks of control groups watch: it answers each line on
 * its input, the name of a call, with {@code ok} or the number of the error.
 */
record SocketUser(NativeProgram program) {
  private static final String SOURCE =
      """
      #define _GNU_SOURCE
      #include <arpa/inet.h>
      #include <errno.h>
      #include <fcntl.h>
      #include <stdio.h>
      #include <string.h>
      #include <sys/socket.h>
      #include <sys/un.h>
      #include <unistd.h>

      typedef struct { struct sockaddr_storage bytes; socklen_t length; } address;

      static address any(int family) {
        address a = {0};
        if (family == AF_INET) {
          struct sockaddr_in *in = (void *) &a.bytes;
          in->sin_addr.s_addr = htonl(INADDR_LOOPBACK);
          a.length = sizeof *in;
        } else if (family == AF_INET6) {
          struct sockaddr_in6 *in = (void *) &a.bytes;
          in->sin6_addr = in6addr_loopback;
          a.length = sizeof *in;
        } else {
          static int count;
          struct sockaddr_un *un = (void *) &a.bytes;
          int n = sprintf(un->sun_path + 1, "waggle-%d-%d", getpid(), count++);
          a.length = sizeof un->sun_family + 1 + n; /* abstract: no file is left */
        }
        a.bytes.ss_family = family;
        return a;
      }

      #define TO(a) (struct sockaddr *) &(a).bytes, (a).length
      #define INTO(a) (struct sockaddr *) &(a).bytes, &(a).length
      static int family, listener, sock;

      static int open_bound(int type, address *a) {
        int s = socket(family, type, 0);
        *a = any(family);
        if (s < 0 || bind(s, TO(*a)) < 0) return -1;
        a->length = sizeof a->bytes;
        return getsockname(s, INTO(*a)) < 0 ? -1 : s;
      }

      static int stream(void) {
        address a;
        listener = open_bound(SOCK_STREAM, &a);
        if (listener < 0 || listen(listener, 1) < 0) return -1;
        sock = socket(family, SOCK_STREAM, 0);
        return connect(sock, TO(a));
      }

      static int datagram(int also_receive) {
        address a;
        char text[8] = "waggle";
        listener = open_bound(SOCK_DGRAM, &a);
        if (listener < 0) return -1;
        address own;
        sock = open_bound(SOCK_DGRAM, &own); /* a name, so that there is one to tell */
        if (sock < 0 || sendto(sock, text, 6, 0, TO(a)) < 0) return -1;
        own.length = sizeof own.bytes;
        return also_receive ? recvfrom(listener, text, 6, 0, INTO(own)) : 0;
      }

      static int call(const char *name) {
        address a = { .length = sizeof a.bytes };
        int value = 1;
        socklen_t size = sizeof value;
        if (!strcmp(name, "socket")) return sock = socket(AF_INET, SOCK_DGRAM, 0);
        if (!strcmp(name, "bind")) return listener = open_bound(SOCK_DGRAM, &a);
        if (!strcmp(name, "connect")) return stream();
        if (!strcmp(name, "send")) return datagram(0);
        if (!strcmp(name, "receive")) return datagram(1);
        if (!strcmp(name, "peer")) return stream() < 0 ? -1 : getpeername(sock, INTO(a));
        if (!strcmp(name, "own")) return stream() < 0 ? -1 : getsockname(sock, INTO(a));
        if (!strcmp(name, "set")) {
          sock = socket(AF_INET, SOCK_DGRAM, 0);
          return setsockopt(sock, SOL_SOCKET, SO_BROADCAST, &value, size);
        }
        if (!strcmp(name, "get")) {
          sock = socket(AF_INET, SOCK_DGRAM, 0);
          return getsockopt(sock, SOL_SOCKET, SO_BROADCAST, &value, &size);
        }
        if (!strcmp(name, "device")) return sock = open("/dev/zero", O_RDONLY);
        if (!strcmp(name, "sysctl")) {
          char text[8];
          sock = open("/proc/sys/kernel/ostype", O_RDONLY);
          return read(sock, text, sizeof text);
        }
        errno = ENOSYS;
        return -1;
      }

      int main(void) {
        char line[64], name[32];
        setvbuf(stdout, NULL, _IOLBF, 0);
        while (fgets(line, sizeof line, stdin)) {
          family = AF_INET;
          listener = sock = -1;
          if (sscanf(line, "%31s %d", name, &family) < 1) continue;
          int result = call(name), error = errno;
          if (sock >= 0) close(sock);
          if (listener >= 0) close(listener);
          if (result < 0) printf("%d\\n", error); else puts("ok");
        }
      }
      """;

  static final int INET = 2;
  static final int INET6 = 10;
  static final int UNIX = 1;

  static SocketUser compile(Path folder) {
    return new SocketUser(NativeProgram.compile(folder, "user", SOURCE));
  }

  /** A process of it, inside a control group. */
  record Running(RunningProgram process) implements AutoCloseable {
    /** Makes a call; {@code ok} or the number of the error. */
    String call(String name, int family) {
      process.send(name + " " + family);
      return process.readLine();
    }

    @Override
    public void close() {
      process.close();
    }
  }

  Running start(ControlGroup group) {
    RunningProgram process = program.start();
    group.enter(process.pid());
    return new Running(process);
  }
}
