package io.waggle.pack;

import io.waggle.bpf.BpfObject;
import io.waggle.bpf.MapSpec;
import io.waggle.bpf.ProgramSpec;
import io.waggle.formats.text.OutputFile;
import io.waggle.kernel.LoadedObject;
import io.waggle.kernel.LoadedProgram;
import io.waggle.linux.ProgramDescription;

/** What loading does, a line for each step, for {@code --verbose}. */
final class LoadReport {
  private final OutputFile out;

  LoadReport(OutputFile out) {
    this.out = out;
  }

  /** What is asked of the kernel. */
  void before(BpfObject object) {
    for (MapSpec map : object.maps()) {
      out.text().put("map ").put(map.name()).put(": ").put(map.type().name());
      out.text().put(", keys of ").decimal(map.keySize());
      out.text().put(" bytes, values of ").decimal(map.valueSize());
      out.text().put(", max_entries ").decimal(map.maxEntries()).put('\n');
    }
    for (ProgramSpec program : object.programs()) {
      out.text().put("program ").put(program.name()).put(": ").put(program.type().name());
      out.text().put(", section ").put(program.section());
      out.text().put(", ").decimal(program.code().size()).put(" instructions, ");
      out.text().decimal(program.relocations().size()).put(" CO-RE relocations");
      out.text().put(program.autoload() ? "\n" : ", not loaded\n");
    }
    out.commit();
  }

  /** What the kernel made of it. */
  void loaded(LoadedObject loaded) {
    for (LoadedProgram program : loaded.programs()) {
      ProgramDescription made = program.describe();
      out.text().put("loaded ").put(program.spec().name()).put(": id ").decimal(made.id());
      out.text().put(", the verifier walked ").decimal(made.verifiedInstructions());
      out.text().put(" instructions, ").decimal(made.jitedBytes()).put(" bytes of machine code\n");
    }
    out.commit();
  }

  /** That all programs are attached. */
  void attached(LoadedObject loaded) {
    for (LoadedProgram program : loaded.programs()) {
      out.text().put("attached ").put(program.spec().name()).put(": ");
      out.text().put(program.spec().section()).put('\n');
    }
    out.commit();
  }
}
