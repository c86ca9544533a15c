package io.waggle.compiler;

/** A program as text, one value a line; for {@code -d} and for tests. */
final class Printer {
  private Printer() {}

  static String print(Program program) {
    StringBuilder out = new StringBuilder();
    for (Function function : program.functions) {
      out.append("function ").append(function.name).append('\n');
      for (Block block : function.blocks) {
        out.append(block).append(":\n");
        for (int i = 0; i < block.size; i++) {
          out.append("  ");
          print(out, block.values[i]);
          out.append('\n');
        }
      }
    }
    return out.toString();
  }

  private static void print(StringBuilder out, Value value) {
    if (value.type != Type.VOID) {
      out.append(value).append(" = ");
    }
    out.append(value.op.name().toLowerCase(java.util.Locale.ROOT));
    if (value.size != null) {
      out.append(value.signed ? ".s" : ".").append(8 * value.size.bytes());
    }
    if (value.atomic != null) {
      out.append('.').append(value.atomic.name().toLowerCase(java.util.Locale.ROOT));
    }
    if (value.condition != null) {
      out.append('.').append(value.condition.name().toLowerCase(java.util.Locale.ROOT));
    }
    switch (value.symbol) {
      case null -> {}
      case StackSlot slot -> out.append(' ').append(slot.name()).append('#').append(slot.id());
      case HelperSignature helper -> out.append(' ').append(helper.name());
      case Function function -> out.append(' ').append(function.name);
      default -> out.append(' ').append(value.symbol);
    }
    for (Value arg : value.args) {
      out.append(' ').append(arg.resolve());
    }
    if (value.imm != 0 || value.op == Op.CONST) {
      out.append(" #").append(value.imm);
    }
    for (Block successor : value.op.isTerminator() ? value.block.successors : new Block[0]) {
      out.append(" -> ").append(successor);
    }
  }
}
