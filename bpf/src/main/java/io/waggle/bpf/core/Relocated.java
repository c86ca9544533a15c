package io.waggle.bpf.core;

import io.waggle.bpf.Instruction;
import java.util.List;
import java.util.Map;

/**
 * Code that fits a kernel.
 *
 * @param poisoned what the kernel lacks, by the slot of the instruction that needs it. Such an
 *     instruction is a call that no kernel accepts ({@link #POISON}): harmless where the verifier
 *     finds that it is never reached, and recognised in the verifier's log where it is.
 */
public record Relocated(List<Instruction> code, Map<Integer, String> poisoned) {
  /** The number of the helper that poisoned instructions call, libbpf's too. */
  public static final int POISON = 195896080;

  public Relocated {
    code = List.copyOf(code);
    poisoned = Map.copyOf(poisoned);
  }
}
