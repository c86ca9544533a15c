package io.waggle.script.lower;

import io.waggle.compiler.Target;
import io.waggle.linux.Architecture;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * What lowering has to know of the machine, of the settings and of what is traced.
 *
 * @param target instructions and helpers the kernel offers
 * @param architecture decides where arguments are
 * @param cpus how many CPUs the machine can have, for reading per-CPU values
 * @param onlineCpus what {@code ncpus} gives
 * @param uprobeMulti whether uprobes attach through one link (6.6), which programs must declare
 * @param kprobeMulti whether many kprobes attach through one link (5.18)
 * @param maxMapKeys entries of a map that the script does not size
 * @param onStackLimit largest object in bytes to be kept on the BPF stack
 * @param maxTextSize room for one text of {@code join}
 * @param ringBytes size of the ring buffer, a power of two; 0 to choose by what the script does
 * @param start what {@code elapsed} counts from, nanoseconds of CLOCK_BOOTTIME
 * @param pidFilter the process that probes without a filter of their own are limited to
 * @param pidNamespace the process namespace whose numbers scripts see, unless it is the first one
 * @param maxFileBytes how much of a file {@code cat} prints
 * @param helperErrors whether reads that fail are told
 * @param portable whether the code is to run on other machines, and so asks for {@link
 *     io.waggle.script.plan.Fact facts}
 * @param license of the programs
 * @param kernelFields where fields of kernel types lie; asked only by scripts that need one
 */
public record LoweringOptions(
    Target target,
    Architecture architecture,
    int cpus,
    int onlineCpus,
    boolean uprobeMulti,
    boolean kprobeMulti,
    int maxMapKeys,
    int onStackLimit,
    int maxTextSize,
    int ringBytes,
    long start,
    OptionalInt pidFilter,
    Optional<PidNamespace> pidNamespace,
    int maxFileBytes,
    boolean helperErrors,
    boolean portable,
    String license,
    KernelFields kernelFields) {

  LoweringOptions withOnStackLimit(int bytes) {
    return new LoweringOptions(
        target,
        architecture,
        cpus,
        onlineCpus,
        uprobeMulti,
        kprobeMulti,
        maxMapKeys,
        bytes,
        maxTextSize,
        ringBytes,
        start,
        pidFilter,
        pidNamespace,
        maxFileBytes,
        helperErrors,
        portable,
        license,
        kernelFields);
  }

  /** A process namespace, by the file that stands for it in {@code /proc/self/ns}. */
  public record PidNamespace(long device, long inode) {}

  /** Where fields of the kernel's structures lie. */
  @FunctionalInterface
  public interface KernelFields {

    /**
     * Bytes from the start of {@code struct structure} to {@code field}.
     *
     * @throws RuntimeException if the kernel does not tell, worded for the user
     */
    int offset(String structure, String field);
  }
}
