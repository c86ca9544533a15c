/**
 * The kernel's interfaces through {@code java.lang.foreign}: the only module with native calls.
 *
 * <p>Every system call goes through one downcall handle ({@link io.waggle.linux.Syscall} has the
 * numbers, {@code Native} the handle), because each further handle costs start-up time. A call that
 * fails throws {@link io.waggle.linux.SystemCallException} with the call, its arguments, the errno
 * and its meaning; {@link io.waggle.linux.PermissionDeniedException} also names the capabilities
 * that are missing.
 *
 * <p>Start reading at {@link io.waggle.linux.BpfMap}, {@link io.waggle.linux.BpfProgram} and {@link
 * io.waggle.linux.BpfLink} for bpf(2), {@link io.waggle.linux.PerfEvent} for perf_event_open(2),
 * {@link io.waggle.linux.Mapping} for mapped memory, {@link io.waggle.linux.Epoll} for waiting and
 * {@link io.waggle.linux.Child} for processes held before their first instruction.
 *
 * <p>What is open belongs to an {@link io.waggle.linux.Fd} and is released when that is closed or
 * when the process dies; nothing is pinned unless asked for.
 */
package io.waggle.linux;
