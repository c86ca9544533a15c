package io.waggle.script.header;

import io.waggle.script.types.CTypes;
import io.waggle.script.types.Integers;
import io.waggle.script.types.Layout;
import io.waggle.script.types.Type;
import io.waggle.script.types.Type.AddressSpace;
import io.waggle.script.types.Type.Int;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** Reads types of C: what stands before a name, and what around it. */
final class CSpecifiers {
  /** Words that say nothing of a type's layout. */
  private static final Set<String> PASSED_OVER =
      Set.of(
          "const",
          "volatile",
          "restrict",
          "__const",
          "__volatile__",
          "__restrict",
          "__restrict__",
          "static",
          "extern",
          "inline",
          "__inline",
          "__inline__",
          "register",
          "auto",
          "_Noreturn",
          "_Thread_local",
          "__thread",
          "__extension__");

  private static final Set<String> BASIC =
      Set.of(
          "void",
          "char",
          "short",
          "int",
          "long",
          "signed",
          "__signed__",
          "unsigned",
          "float",
          "double",
          "_Bool",
          "bool",
          "__int128",
          "_Complex",
          "struct",
          "union",
          "enum");

  private final CTokens tokens;
  private final Declarations declarations;

  CSpecifiers(CTokens tokens, Declarations declarations) {
    this.tokens = tokens;
    this.declarations = declarations;
  }

  /** What attributes ask for. */
  static final class Attributes {
    private boolean packed;
    private int alignment;
  }

  /**
   * What stands before the names of a declaration.
   *
   * @param isDefinition whether a struct, union or enum is defined there
   */
  record Base(Type.Plain type, boolean typedef, boolean isDefinition) {}

  /** A name with its type; the name may be empty. */
  record Declared(String name, Type.Plain type) {}

  boolean isType(CToken token) {
    return token.kind() == CToken.Kind.WORD
        && (BASIC.contains(token.text())
            || PASSED_OVER.contains(token.text())
            || declarations.has(token.text())
            || Integers.named(token.text()).isPresent());
  }

  /** A type without a name, as {@code sizeof} takes. */
  Type.Plain typeName() {
    return declarator(base(new Attributes()).type()).type();
  }

  // Specifiers.

  Base base(Attributes attributes) {
    boolean typedef = false;
    boolean definition = false;
    Optional<Type.Plain> type = Optional.empty();
    List<String> words = new ArrayList<>();
    while (tokens.peek().kind() == CToken.Kind.WORD) {
      CToken token = tokens.peek();
      if (token.is("typedef")) {
        typedef = true;
        tokens.next();
      } else if (PASSED_OVER.contains(token.text())) {
        tokens.next();
      } else if (isAttribute(token)) {
        attributes(attributes);
      } else if (type.isPresent()) {
        break;
      } else if (token.is("struct") || token.is("union")) {
        int before = tokens.position();
        type = Optional.of(structure(tokens.next()));
        definition = isDefined(before);
      } else if (token.is("enum")) {
        int before = tokens.position();
        tokens.next();
        type = Optional.of(enumeration());
        definition = isDefined(before);
      } else if (BASIC.contains(token.text())) {
        words.add(tokens.next().text());
      } else if (words.isEmpty()) {
        type = Optional.of(named(tokens.next()));
      } else {
        break;
      }
    }
    if (type.isEmpty() && words.isEmpty()) {
      throw tokens.error(tokens.peek(), "expected a type");
    }
    return new Base(type.orElseGet(() -> basic(words)), typedef, definition);
  }

  /** Whether a body in braces was passed since. */
  private boolean isDefined(int before) {
    int now = tokens.position();
    tokens.position(before);
    boolean found = false;
    while (tokens.position() < now) {
      found |= tokens.next().is("{");
    }
    return found;
  }

  private Type.Plain named(CToken word) {
    Optional<Type.Plain> standard =
        declarations.has(word.text()) ? Optional.empty() : Integers.named(word.text());
    return standard
        .or(() -> declarations.named(word.text()))
        .orElseThrow(() -> tokens.error(word, "unknown type name '" + word.text() + "'"));
  }

  private static Type.Plain basic(List<String> words) {
    boolean signed = !words.contains("unsigned");
    if (words.contains("void")) {
      return new Type.None();
    }
    if (words.contains("_Bool") || words.contains("bool")) {
      return new Type.Bool();
    }
    // Numbers with a fraction keep their room; BPF cannot calculate with them.
    if (words.contains("float")) {
      return Int.UINT32;
    }
    if (words.contains("double")) {
      return words.contains("long") ? new Type.Array(Int.UINT64, 2) : Int.UINT64;
    }
    if (words.contains("__int128")) {
      return new Type.Array(Int.UINT64, 2);
    }
    int size =
        words.contains("char") ? 1 : words.contains("short") ? 2 : words.contains("long") ? 8 : 4;
    return new Int(size, signed);
  }

  // Structures.

  private Type.Plain structure(CToken word) {
    Attributes attributes = new Attributes();
    attributes(attributes);
    String name = tag(word.text());
    attributes(attributes);
    if (!tokens.accept("{")) {
      return declarations.structure(name);
    }
    StructureBuilder builder = new StructureBuilder(word.is("union"));
    while (!tokens.accept("}")) {
      if (tokens.atEnd()) {
        throw tokens.error(tokens.peek(), "expected }");
      }
      if (tokens.peek().kind() == CToken.Kind.DIRECTIVE || tokens.at(";")) {
        tokens.next();
      } else {
        members(builder);
      }
    }
    attributes(attributes);
    Layout layout = builder.build(attributes.packed, attributes.alignment);
    Type.Structure made = new Type.Structure(name, layout);
    declarations.type(name, made);
    return made;
  }

  private String tag(String word) {
    if (tokens.peek().kind() == CToken.Kind.WORD && !isAttribute(tokens.peek())) {
      return word + " " + tokens.next().text();
    }
    return declarations.nameless(word);
  }

  private void members(StructureBuilder builder) {
    Attributes attributes = new Attributes();
    Type.Plain type = base(attributes).type();
    if (tokens.at(";") || tokens.at("}")) {
      builder.add("", type, -1, attributes.alignment);
    }
    while (!tokens.at(";") && !tokens.at("}")) {
      CToken start = tokens.peek();
      Declared member = declarator(type);
      int bits = tokens.accept(":") ? Math.toIntExact(constant()) : -1;
      attributes(attributes);
      if (isIncomplete(member.type())) {
        throw tokens.error(start, "field has incomplete type '" + written(member.type()) + "'");
      }
      builder.add(member.name(), member.type(), bits, attributes.alignment);
      if (!tokens.accept(",")) {
        break;
      }
    }
    if (!tokens.accept(";") && !tokens.at("}")) {
      throw tokens.error(tokens.peek(), "expected ; after a member");
    }
  }

  /** Whether the type has no size; an empty structure has one, which is 0. */
  private boolean isIncomplete(Type.Plain type) {
    return type instanceof Type.None
        || type instanceof Type.Structure structure
            && structure.size() == 0
            && structure.layout().members().isEmpty()
            && !declarations.has(structure.name());
  }

  private static String written(Type.Plain type) {
    return type instanceof Type.Structure structure ? structure.name() : "void";
  }

  private Type.Plain enumeration() {
    attributes(new Attributes());
    String name = tag("enum");
    if (!tokens.accept("{")) {
      return declarations.named(name).orElse(Int.UINT32);
    }
    Map<String, Long> values = new LinkedHashMap<>();
    long next = 0;
    while (!tokens.accept("}")) {
      CToken word = tokens.next();
      if (word.kind() == CToken.Kind.DIRECTIVE) {
        continue;
      }
      if (word.kind() != CToken.Kind.WORD) {
        throw tokens.error(word, "expected a name");
      }
      attributes(new Attributes());
      long value = tokens.accept("=") ? constant() : next;
      values.put(word.text(), value);
      // Those that follow may be made of it.
      declarations.constant(word.text(), new CTypes.Constant(Int.INT64, value));
      next = value + 1;
      if (!tokens.accept(",") && !tokens.at("}")) {
        throw tokens.error(tokens.peek(), "expected , or }");
      }
    }
    attributes(new Attributes());
    Type.Enumeration type = enumeration(name, values);
    values.forEach(
        (word, value) -> declarations.constant(word, new CTypes.Constant(type.wide(), value)));
    declarations.type(name, type);
    return type;
  }

  private static Type.Enumeration enumeration(String name, Map<String, Long> values) {
    boolean signed = false;
    boolean wide = false;
    Map<Long, String> names = new LinkedHashMap<>();
    for (Map.Entry<String, Long> entry : values.entrySet()) {
      long value = entry.getValue();
      signed |= value < 0;
      wide |= value > 0xffff_ffffL || value < Integer.MIN_VALUE;
      names.putIfAbsent(value, entry.getKey());
    }
    return new Type.Enumeration(name, new Int(wide ? 8 : 4, signed), names);
  }

  // Declarators.

  /** Stars, a name, lengths and parameters; the name may be missing. */
  Declared declarator(Type.Plain base) {
    Type.Plain type = base;
    while (true) {
      if (tokens.accept("*")) {
        type = new Type.Pointer(type, AddressSpace.UNKNOWN);
      } else if (PASSED_OVER.contains(tokens.peek().text())) {
        tokens.next();
      } else if (isAttribute(tokens.peek())) {
        attributes(new Attributes());
      } else {
        break;
      }
    }
    if (tokens.at("(") && isNested()) {
      int inner = tokens.position() + 1;
      tokens.skipBrackets();
      Type.Plain outer = suffixes(type);
      int after = tokens.position();
      tokens.position(inner);
      Declared declared = declarator(outer);
      tokens.expect(")");
      tokens.position(after);
      return declared;
    }
    String name = tokens.peek().kind() == CToken.Kind.WORD ? tokens.next().text() : "";
    return new Declared(name, suffixes(type));
  }

  /** Whether the parenthesis holds a declarator rather than parameters. */
  private boolean isNested() {
    CToken inside = tokens.peek(1);
    return inside.is("*")
        || inside.is("(")
        || isAttribute(inside)
        || inside.kind() == CToken.Kind.WORD && !isType(inside);
  }

  private Type.Plain suffixes(Type.Plain type) {
    if (tokens.at("(")) {
      tokens.skipBrackets();
      // A function; only pointers to one have values.
      return new Type.None();
    }
    if (!tokens.accept("[")) {
      return type;
    }
    while (PASSED_OVER.contains(tokens.peek().text())) {
      tokens.next();
    }
    long count = tokens.at("]") ? 0 : constant();
    tokens.expect("]");
    Type.Plain element = suffixes(type);
    if (count < 0 || count > Integer.MAX_VALUE / Math.max(1, element.size())) {
      throw tokens.error(tokens.peek(), "an array of " + count + " elements has no place");
    }
    boolean text = count > 0 && element.equals(new Int(1, true));
    return text ? new Type.Text((int) count) : new Type.Array(element, (int) count);
  }

  private long constant() {
    return new CExpression(tokens, this, declarations, 0).value();
  }

  // Attributes.

  private static boolean isAttribute(CToken token) {
    return token.is("__attribute__")
        || token.is("__attribute")
        || token.is("_Alignas")
        || token.is("__asm__")
        || token.is("asm");
  }

  void attributes(Attributes into) {
    while (isAttribute(tokens.peek())) {
      CToken word = tokens.next();
      if (!tokens.at("(")) {
        return;
      }
      int start = tokens.position();
      tokens.skipBrackets();
      int end = tokens.position();
      tokens.position(start);
      while (tokens.position() < end) {
        CToken token = tokens.next();
        if (token.is("packed") || token.is("__packed__")) {
          into.packed = true;
        } else if (token.is("aligned") || token.is("__aligned__") || word.is("_Alignas")) {
          boolean counted = word.is("_Alignas") || tokens.accept("(");
          into.alignment = counted ? Math.max(into.alignment, Math.toIntExact(constant())) : 16;
          break;
        }
      }
      tokens.position(end);
    }
  }
}
