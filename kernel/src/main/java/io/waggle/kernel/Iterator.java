package io.waggle.kernel;

import io.waggle.bpf.AttachType;
import io.waggle.linux.BpfLink;
import io.waggle.linux.Errno;
import io.waggle.linux.Fd;
import io.waggle.linux.PermissionDeniedException;
import io.waggle.linux.SystemCallException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.OptionalInt;

/**
 * Objects of the kernel that a program walks over: tasks, sockets, maps, what its section names.
 * What the program prints for each is read as a stream, one walk for each stream.
 *
 * @param target what parts of it to walk over
 */
public record Iterator(Target target) implements AttachPoint {

  /** What to walk over, where the iterator asks. */
  public sealed interface Target {
    /** All there is. */
    record All() implements Target {}

    /** The elements of a map, for {@code iter/bpf_map_elem} and {@code iter/bpf_sk_storage_map}. */
    record Map(LoadedMap map) implements Target {}

    /** A process with all its threads (Linux 6.1). */
    record Process(int pid) implements Target {}

    /** One thread (Linux 6.1). */
    record Thread(int tid) implements Target {}

    /** Control groups from one on, for {@code iter/cgroup} (Linux 6.1). */
    record Cgroups(Cgroup.Group group, Order order) implements Target {}

    /** Which control groups, as the kernel numbers it from 1 on. */
    enum Order {
      /** That one alone. */
      SELF,
      /** That one, then all below it, each before those below itself. */
      DOWN,
      /** All below that one and itself, each after those below itself. */
      DOWN_LAST,
      /** That one, then all above it. */
      UP
    }
  }

  /** All there is. */
  public Iterator() {
    this(new Target.All());
  }

  @Override
  public Walk attach(LoadedProgram program) {
    checkTasks();
    try {
      Fd link =
          switch (target) {
            case Target.All _ -> BpfLink.create(program.fd(), 0, AttachType.TRACE_ITER.id(), 0);
            case Target.Map(LoadedMap map) -> BpfLink.iterateMap(program.fd(), map.fd());
            case Target.Process(int pid) ->
                BpfLink.iterateTasks(program.fd(), OptionalInt.empty(), OptionalInt.of(pid));
            case Target.Thread(int tid) ->
                BpfLink.iterateTasks(program.fd(), OptionalInt.of(tid), OptionalInt.empty());
            case Target.Cgroups(Cgroup.Group group, Target.Order order) -> {
              try (Fd open = group.open()) {
                yield BpfLink.iterateCgroups(program.fd(), order.ordinal() + 1, open);
              }
            }
          };
      return new Walk(link);
    } catch (PermissionDeniedException denied) {
      throw denied;
    } catch (SystemCallException refused) {
      throw new AttachException(
          "cannot attach iterator '" + program.spec().name() + "': " + reason(refused), refused);
    }
  }

  /** The kernel does not: it walks over nothing. */
  private void checkTasks() {
    OptionalInt task =
        switch (target) {
          case Target.Process(int pid) -> OptionalInt.of(pid);
          case Target.Thread(int tid) -> OptionalInt.of(tid);
          default -> OptionalInt.empty();
        };
    if (task.isPresent() && !Files.exists(Path.of("/proc", Integer.toString(task.getAsInt())))) {
      throw new AttachException("there is no process or thread " + task.getAsInt());
    }
  }

  private String reason(SystemCallException refused) {
    boolean isOpen = target instanceof Target.All;
    return switch (refused.errno()) {
      case Errno.EBADF, Errno.EINVAL ->
          isOpen
              ? "it walks over a part of what there is: say which map or control groups"
              : "it does not take such a part (" + refused.getMessage() + ")";
      case Errno.ENOENT -> "its target has gone";
      default -> refused.getMessage();
    };
  }

  /** An attached iterator. */
  public static final class Walk implements Link {
    private final Fd fd;

    private Walk(Fd fd) {
      this.fd = fd;
    }

    /** Starts a walk. The program runs while the stream is read; the caller closes the stream. */
    public InputStream open() {
      return BpfLink.read(fd);
    }

    @Override
    public void close() {
      fd.close();
    }
  }
}
