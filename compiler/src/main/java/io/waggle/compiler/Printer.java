package io.waggle.compiler;

import java.util.Locale;

/** A program as text, one value a line; for {@code -d} and for tests. */
final class Printer {
  private final StringBuilder out = new StringBuilder();

  private Printer() {}

  static String print(Program program) {
    Printer printer = new Printer();
    for (Function function : program.functions) {
      printer.print(function);
    }
    return printer.out.toString();
  }

  private void print(Function function) {
    out.append("function ").append(function.name).append('\n');
    for (Block block : function.blocks) {
      out.append(block).append(":\n");
      for (int i = 0; i < block.size; i++) {
        out.append("  ");
        print(block, block.values[i]);
        out.append('\n');
      }
    }
  }

  private void print(Block block, Value value) {
    if (value.type != Type.VOID) {
      out.append(value).append(" = ");
    }
    out.append(lower(value.op));
    if (value.size != null) {
      out.append(value.signed ? ".s" : ".u").append(8 * value.size.bytes());
    }
    if (value.atomic != null) {
      out.append('.').append(lower(value.atomic)).append(value.fetch ? ".fetch" : "");
    }
    if (value.condition != null) {
      out.append('.').append(lower(value.condition));
    }
    switch (value.op) {
      case CONST, STACK, MAP, MAP_VALUE, FUNCTION -> {
        out.append(' ');
        leaf(value);
      }
      case CALL -> out.append(' ').append(((HelperSignature) value.symbol).name());
      case CALL_LOCAL -> out.append(' ').append(((Function) value.symbol).name);
      default -> {}
    }
    for (int i = 0; i < value.args.length; i++) {
      out.append(i == 0 ? " " : ", ");
      argument(value.args[i].resolve());
      if (i == 0 && value.size != null) {
        offset(value.imm);
      }
    }
    switch (value.op) {
      case ZEXT, SEXT, BSWAP, BOUND_MASK, BOUND_MAX -> out.append(", ").append(value.imm);
      case PARAM -> out.append(' ').append(value.imm);
      default -> {}
    }
    if (value.op.isTerminator()) {
      for (int i = 0; i < block.successors.length; i++) {
        out.append(i == 0 ? " -> " : ", ").append(block.successors[i]);
      }
    }
  }

  private void argument(Value value) {
    if (value.op.isLeaf() && value.block == null) {
      leaf(value);
    } else {
      out.append(value);
    }
  }

  private void leaf(Value value) {
    switch (value.op) {
      case CONST -> out.append(value.imm);
      case STACK -> {
        out.append('&').append(((StackSlot) value.symbol).name());
        offset(value.imm);
      }
      case MAP -> out.append("map ").append(value.symbol);
      case MAP_VALUE -> {
        out.append("value of ").append(value.symbol);
        offset(value.imm);
      }
      case FUNCTION -> out.append("function ").append(((Function) value.symbol).name);
      default -> throw new IllegalStateException(value + " is no leaf");
    }
  }

  private void offset(long offset) {
    if (offset != 0) {
      out.append(offset < 0 ? "" : "+").append(offset);
    }
  }

  private static String lower(Enum<?> constant) {
    return constant.name().toLowerCase(Locale.ROOT);
  }
}
