package io.waggle.formats.elf;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.lang.foreign.MemorySegment;
import java.nio.ByteOrder;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class ElfWriterTest {
  private static final int ALLOCATED = 2;
  private static final int CODE = 4;

  static Stream<ByteOrder> orders() {
    return Stream.of(ByteOrder.LITTLE_ENDIAN, ByteOrder.BIG_ENDIAN);
  }

  @ParameterizedTest
  @MethodSource("orders")
  void writesWhatIsRead(ByteOrder order) {
    ElfWriter writer = new ElfWriter(ElfHeader.BPF, order);
    byte[] code = {1, 2, 3, 4, 5, 6, 7, 8};
    int text = writer.section("code", Section.PROGBITS, ALLOCATED | CODE, 8, code);
    int bss = writer.zeros(".bss", ALLOCATED | 1, 32, 4096);
    Symbol local = new Symbol("", 0, 0, Symbol.SECTION, Symbol.LOCAL, text);
    Symbol hidden = new Symbol("f", 0, 8, Symbol.FUNC, Symbol.GLOBAL, text);
    Symbol weak = new Symbol("v", 16, 4, Symbol.OBJECT, Symbol.WEAK, bss);
    assertThat(writer.symbol(local, Symbol.DEFAULT)).isEqualTo(1);
    assertThat(writer.symbol(hidden, Symbol.HIDDEN)).isEqualTo(2);
    assertThat(writer.symbol(weak, Symbol.DEFAULT)).isEqualTo(3);
    writer.relocation(text, new Relocation(0, 1, 3, 0));
    try (ElfFile elf = ElfFile.of("x", MemorySegment.ofArray(writer.bytes()))) {
      assertThat(elf.header().order()).isEqualTo(order);
      assertThat(elf.header().type()).isEqualTo(ElfHeader.RELOCATABLE);
      assertThat(elf.header().machine()).isEqualTo(ElfHeader.BPF);
      assertThat(elf.sections())
          .extracting(Section::name)
          .containsExactly("", "code", ".bss", ".relcode", ".symtab", ".strtab");
      assertThat(elf.content(elf.sections().get(text)).copy(0, 8)).isEqualTo(code);
      assertThat(elf.sections().get(text).isExecutable()).isTrue();
      assertThat(elf.sections().get(bss).size()).isEqualTo(4096);
      assertThat(elf.sections().get(bss).alignment()).isEqualTo(32);
      SymbolTable symbols = elf.symbols().orElseThrow();
      assertThat(symbols.count()).isEqualTo(4);
      assertThat(List.of(symbols.symbol(1), symbols.symbol(2), symbols.symbol(3)))
          .containsExactly(local, hidden, weak);
      assertThat(symbols.visibility(2)).isEqualTo(Symbol.HIDDEN);
      Section relocations = elf.section(".relcode").orElseThrow();
      assertThat(relocations.info()).isEqualTo(text);
      assertThat(elf.relocations(relocations)).containsExactly(new Relocation(0, 1, 3, 0));
      assertThat(elf.section(".symtab").orElseThrow().info()).isEqualTo(2);
    }
  }

  @Test
  void wantsLocalSymbolsFirst() {
    ElfWriter writer = new ElfWriter(ElfHeader.BPF, ByteOrder.LITTLE_ENDIAN);
    writer.symbol(new Symbol("g", 0, 0, Symbol.FUNC, Symbol.GLOBAL, 0), Symbol.DEFAULT);
    assertThatThrownBy(
            () -> writer.symbol(new Symbol("l", 0, 0, 0, Symbol.LOCAL, 0), Symbol.DEFAULT))
        .hasMessageContaining("local symbol l after a global one");
  }
}
