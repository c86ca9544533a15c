package io.waggle.bpf.needs;

import io.waggle.bpf.AttachType;
import io.waggle.bpf.Helper;
import io.waggle.bpf.KernelOption;
import io.waggle.bpf.MachineFeature;
import io.waggle.bpf.MapType;
import io.waggle.bpf.ProgramType;
import java.util.Locale;
import java.util.Optional;

/** Something of the kernel, or of who loads, that an object cannot do without. */
public sealed interface Subject {
  /** For a heading, in the plural. */
  String heading();

  /** What it is called. */
  String name();

  /** Programs of a type. */
  record OfProgramType(ProgramType type) implements Subject {
    @Override
    public String heading() {
      return "Program types";
    }

    @Override
    public String name() {
      return type.name().toLowerCase(Locale.ROOT);
    }
  }

  /**
   * A way to attach.
   *
   * @param form the section's name without its target, such as {@code kprobe.multi}
   */
  record OfAttaching(String form, ProgramType program, Optional<AttachType> type)
      implements Subject {
    @Override
    public String heading() {
      return "Attaching";
    }

    @Override
    public String name() {
      return form;
    }
  }

  /** Maps of a type. */
  record OfMapType(MapType type) implements Subject {
    @Override
    public String heading() {
      return "Map types";
    }

    @Override
    public String name() {
      return type.name().toLowerCase(Locale.ROOT);
    }
  }

  /** A helper, called by programs of a type. */
  record OfHelper(Helper helper, ProgramType caller) implements Subject {
    @Override
    public String heading() {
      return "Helpers";
    }

    @Override
    public String name() {
      return "bpf_" + helper.name();
    }
  }

  /** A function of the kernel, called by programs of a type. */
  record OfFunction(String name, ProgramType caller) implements Subject {
    @Override
    public String heading() {
      return "Kernel functions";
    }
  }

  /** A variable or function of the kernel whose address is taken. */
  record OfSymbol(String name, boolean isTyped) implements Subject {
    @Override
    public String heading() {
      return "Kernel symbols";
    }
  }

  /** Something of the BPF machine. */
  record OfMachine(MachineFeature feature) implements Subject {
    @Override
    public String heading() {
      return "Instructions";
    }

    @Override
    public String name() {
      return feature.meaning();
    }
  }

  /** The kernel's description of its types. */
  record OfTypes() implements Subject {
    @Override
    public String heading() {
      return "Kernel types";
    }

    @Override
    public String name() {
      return "BTF of the kernel";
    }
  }

  /** A field, type or name in the kernel's types (CO-RE). */
  record OfType(String name) implements Subject {
    @Override
    public String heading() {
      return "Kernel types";
    }
  }

  /** An option that the kernel must have been built with. */
  record OfOption(KernelOption option) implements Subject {
    @Override
    public String heading() {
      return "Kernel options";
    }

    @Override
    public String name() {
      return option.name();
    }
  }

  /** A capability of the process that loads. */
  record OfCapability(String name) implements Subject {
    @Override
    public String heading() {
      return "Capabilities";
    }
  }
}
