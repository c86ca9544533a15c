package io.waggle.linux;

import java.util.List;

/**
 * What the kernel says about a program ({@code struct bpf_prog_info}).
 *
 * @param xlatedBytes size of the verified instructions
 * @param jitedBytes size of the machine code, 0 when interpreted
 * @param loadTimeNs when it was loaded, nanoseconds since boot
 * @param runTimeNs total run time, counted while {@link Bpf#enableStats} is on
 * @param runCount runs, counted while {@link Bpf#enableStats} is on
 * @param recursionMisses runs skipped because the program was running on that CPU already
 * @param verifiedInstructions instructions the verifier walked over
 * @param btfId id of the types it was loaded with, 0 for none
 * @param maps ids of the maps it uses
 */
public record ProgramDescription(
    int id,
    int type,
    String name,
    int xlatedBytes,
    int jitedBytes,
    long loadTimeNs,
    long runTimeNs,
    long runCount,
    long recursionMisses,
    int verifiedInstructions,
    int btfId,
    List<Integer> maps) {}
