package io.waggle.bpf.core;

import io.waggle.bpf.Instruction;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Code as it fits one kernel.
 *
 * @param code of as many slots as before
 * @param poisoned what could not be answered, by slot
 */
public record Relocated(List<Instruction> code, List<Poison> poisoned) {
  public Relocated {
    code = List.copyOf(code);
    poisoned = List.copyOf(poisoned);
  }

  /** Why each poisoned instruction is, for people, by slot. */
  public Map<Integer, String> messages() {
    Map<Integer, String> messages = new HashMap<>();
    poisoned.forEach(poison -> messages.put(poison.slot(), poison.message()));
    return messages;
  }
}
