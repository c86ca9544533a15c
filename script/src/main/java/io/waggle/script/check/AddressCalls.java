package io.waggle.script.check;

import io.waggle.bpf.Nearest;
import io.waggle.linux.Architecture;
import io.waggle.script.plan.Attachment;
import io.waggle.script.plan.Fact;
import io.waggle.script.syntax.Expr;
import io.waggle.script.syntax.Expr.BinaryOp;
import io.waggle.script.syntax.Span;
import io.waggle.script.syntax.TypeName;
import io.waggle.script.types.Type;
import io.waggle.script.types.Type.AddressSpace;
import io.waggle.script.types.Type.Int;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;

/** Addresses of the kernel and of processes, registers, and the bytes of numbers. */
final class AddressCalls {
  /** Kinds of probe whose context starts with the registers. */
  private static final List<String> WITH_REGISTERS =
      List.of(
          "kprobe",
          "kretprobe",
          "uprobe",
          "uretprobe",
          "usdt",
          "profile",
          "interval",
          "software",
          "hardware",
          "watchpoint",
          "asyncwatchpoint");

  private AddressCalls() {}

  static Term value(CallSite call) {
    return switch (call.function()) {
      case BSWAP -> bswap(call);
      case IS_ERR -> isError(call);
      case KADDR -> kaddr(call);
      case KFUNC_ALLOWED, KFUNC_EXIST -> hasFunction(call);
      case KPTR -> pointer(call, AddressSpace.KERNEL);
      case UPTR -> pointer(call, AddressSpace.USER);
      case PERCPU_KADDR -> perCpu(call);
      case REG -> register(call);
      case CONTAINER_OF -> container(call);
      case PATH -> path(call);
      case SOCKET_COOKIE -> cookie(call);
      case UADDR -> uaddr(call);
      default -> throw new IllegalStateException("no function of addresses: " + call.name());
    };
  }

  private static Term bswap(CallSite call) {
    Term number = call.term(0);
    if (Types.isUnknown(number.type())) {
      return number;
    }
    if (!(number.type() instanceof Int type)) {
      return call.error(
          0,
          "bswap() only supports integer arguments (" + Types.name(number.type()) + " provided)");
    }
    Int swapped = new Int(type.size(), false);
    if (number instanceof Term.Number(Span span, Type.Plain _, long value)) {
      long bytes = Long.reverseBytes(value) >>> 64 - 8 * type.size();
      return new Term.Number(span, swapped, bytes);
    }
    return new Term.Compute(call.span(), swapped, new Operation.SwapBytes(), List.of(number));
  }

  /** IS_ERR of include/linux/err.h. */
  private static Term isError(CallSite call) {
    Term pointer = call.integer(0, "is_err() expects a pointer");
    return Types.isUnknown(pointer.type())
        ? pointer
        : new Term.Compare(
            call.span(),
            BinaryOp.GE,
            Conversion.to(pointer, Int.UINT64),
            new Term.Number(call.span(), Int.UINT64, -4095));
  }

  private static Term kaddr(CallSite call) {
    Optional<String> name = call.literal(0);
    return name.isPresent() ? kernelAddress(call, name.get()) : call.unknown();
  }

  /** The address of a symbol, or the question for it in a package. */
  private static Term kernelAddress(CallSite call, String name) {
    CheckOptions options = call.context().options();
    if (options.portable()) {
      return new Term.Compute(
          call.span(),
          Int.UINT64,
          new Operation.MachineFact(new Fact.KernelSymbol(name)),
          List.of());
    }
    OptionalLong address = options.machine().kernelAddress(name);
    return address.isPresent()
        ? new Term.Number(call.span(), Int.UINT64, address.getAsLong())
        : call.error("Failed to resolve kernel symbol: " + name);
  }

  private static Term hasFunction(CallSite call) {
    return call.literal(0)
        .<Term>map(
            name ->
                new Term.Number(
                    call.span(),
                    new Type.Bool(),
                    call.context().options().machine().hasKernelFunction(name) ? 1 : 0))
        .orElseGet(call::unknown);
  }

  private static Term pointer(CallSite call, AddressSpace space) {
    Term term = call.term(0);
    return switch (term.type()) {
      case Type.None _ -> term;
      case Type.Pointer(Type.Plain target, AddressSpace _) ->
          Conversion.to(term, new Type.Pointer(target, space));
      case Int _ ->
          Conversion.to(Conversion.to(term, Int.UINT64), new Type.Pointer(new Type.None(), space));
      default ->
          call.error(
              0,
              call.name()
                  + " only supports pointer arguments ("
                  + Types.name(term.type())
                  + " provided)");
    };
  }

  private static Term perCpu(CallSite call) {
    Machine machine = call.context().options().machine();
    Optional<String> name = call.literal(0);
    Term cpu =
        call.has(1)
            ? call.integer(1, "percpu_kaddr() expects the number of a CPU")
            : new Term.ReadBuiltin(call.span(), Int.UINT32, Builtin.CPU);
    if (name.isEmpty() || Types.isUnknown(cpu.type())) {
      return call.unknown();
    }
    Term symbol = kernelAddress(call, name.get());
    Term offsets = kernelAddress(call, "__per_cpu_offset");
    return Types.isUnknown(symbol.type()) || Types.isUnknown(offsets.type())
        ? call.unknown()
        : new Term.Compute(
            call.span(),
            new Type.Pointer(Int.UINT64, AddressSpace.KERNEL),
            new Operation.PerCpuAddress(machine.cpus()),
            List.of(Conversion.to(cpu, Int.UINT64), symbol, offsets));
  }

  private static Term register(CallSite call) {
    Optional<String> name = call.literal(0);
    if (name.isEmpty()) {
      return call.unknown();
    }
    String kind = NameChecker.kind(call.context().place().attachment());
    if (!WITH_REGISTERS.contains(kind)) {
      return call.error("reg() can not be used with '" + kind + "' probes");
    }
    Machine machine = call.context().options().machine();
    OptionalInt offset = Registers.offset(machine.architecture(), name.get());
    return offset.isPresent()
        ? new Term.Compute(
            call.span(), Int.UINT64, new Operation.ReadRegister(offset.getAsInt()), List.of())
        : call.context()
            .error(
                call.argument(0).span(),
                "'"
                    + name.get()
                    + "' is not a valid register on this architecture ("
                    + machine.architecture().name().toLowerCase(java.util.Locale.ROOT)
                    + ")",
                Nearest.hint(name.get(), Registers.names(machine.architecture())));
  }

  /** {@code container_of(pointer, typeof(struct x), member)}. */
  private static Term container(CallSite call) {
    Term pointer = call.integer(0, "container_of() expects a pointer");
    if (!(call.argument(1) instanceof Expr.TypeOf(Span _, TypeName name))
        || !(call.argument(2) instanceof Expr.Name(Span where, String member))) {
      return call.error("container_of() expects a pointer, typeof(a type), and a member's name");
    }
    Optional<Type.Plain> type = call.expressions().type(name, call.scope());
    if (type.isEmpty() || Types.isUnknown(pointer.type())) {
      return type.isEmpty() ? call.error(1, "Unknown type: " + name) : pointer;
    }
    Term offset =
        call.expressions().check(new Expr.OffsetOf(where, name, List.of(member)), call.scope());
    if (Types.isUnknown(offset.type())) {
      return offset;
    }
    Term start =
        new Term.Arithmetic(
            call.span(),
            Int.UINT64,
            BinaryOp.SUB,
            Conversion.to(pointer, Int.UINT64),
            Conversion.to(offset, Int.UINT64));
    AddressSpace space =
        call.term(0).type() instanceof Type.Pointer(Type.Plain _, AddressSpace known)
            ? known
            : AddressSpace.UNKNOWN;
    return Conversion.to(start, new Type.Pointer(type.get(), space));
  }

  /** {@code path(args.file.f_path, size)}: the struct itself or a pointer to it. */
  private static Term path(CallSite call) {
    Term path = call.term(0);
    if (Types.isUnknown(path.type())) {
      return path;
    }
    Term address =
        path instanceof Term.Load load && path.type() instanceof Type.Structure
            ? load.address()
            : path;
    if (!(address.type() instanceof Type.Pointer)) {
      return call.error(
          0, "path() only supports pointer argument (" + Types.name(path.type()) + " provided)");
    }
    long size = call.context().options().maxText();
    if (call.has(1)) {
      Optional<Long> given = call.constant(1);
      if (given.isEmpty()) {
        return call.unknown();
      }
      size = Math.clamp(given.get(), 1, size);
    }
    return new Term.Compute(
        call.span(), new Type.Text((int) size), new Operation.ReadPath(), List.of(address));
  }

  private static Term cookie(CallSite call) {
    Term socket = call.term(0);
    if (Types.isUnknown(socket.type())) {
      return socket;
    }
    return socket.type() instanceof Type.Pointer
        ? new Term.Compute(call.span(), Int.UINT64, new Operation.SocketCookie(), List.of(socket))
        : call.error(
            0,
            "socket_cookie() only supports pointer arguments ("
                + Types.name(socket.type())
                + " provided)");
  }

  /** The address of a variable of the traced program, with the width that its symbol tells. */
  private static Term uaddr(CallSite call) {
    Optional<String> name = call.literal(0);
    if (name.isEmpty()) {
      return call.unknown();
    }
    if (!(call.context().place().attachment() instanceof Attachment.Uprobes uprobes)) {
      return call.error(
          "uaddr() can not be used with '"
              + NameChecker.kind(call.context().place().attachment())
              + "' probes");
    }
    Optional<Machine.UserSymbol> symbol =
        call.context().options().machine().userSymbol(uprobes.path(), name.get());
    if (symbol.isEmpty()) {
      return call.error("Could not resolve symbol: " + uprobes.path() + ":" + name.get());
    }
    Int width =
        switch ((int) symbol.get().size()) {
          case 1, 2, 4 -> new Int((int) symbol.get().size(), false);
          default -> Int.UINT64;
        };
    Type.Pointer type = new Type.Pointer(width, AddressSpace.USER);
    if (!symbol.get().movable()) {
      return new Term.Number(call.span(), type, symbol.get().address());
    }
    if (uprobes.atReturn() || uprobes.sites().size() != 1) {
      return call.error(
          "uaddr() needs a uprobe at the entry of one function where the file may be loaded"
              + " anywhere");
    }
    // The probe's own address tells where the file was loaded.
    long distance =
        symbol.get().address()
            - call.context()
                .options()
                .machine()
                .userAddress(uprobes.path(), uprobes.sites().getFirst().offset());
    int instruction =
        Registers.offset(
                call.context().options().machine().architecture(),
                call.context().options().machine().architecture() == Architecture.X86_64
                    ? "ip"
                    : "pc")
            .orElseThrow();
    return Conversion.to(
        new Term.Arithmetic(
            call.span(),
            Int.UINT64,
            BinaryOp.ADD,
            new Term.Compute(
                call.span(), Int.UINT64, new Operation.ReadRegister(instruction), List.of()),
            new Term.Number(call.span(), Int.UINT64, distance)),
        type);
  }
}
