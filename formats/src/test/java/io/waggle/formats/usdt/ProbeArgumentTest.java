package io.waggle.formats.usdt;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.waggle.formats.usdt.ProbeArgument.Place;
import io.waggle.formats.usdt.ProbeArgument.Syntax;
import java.util.List;
import java.util.Optional;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.CharRange;
import net.jqwik.api.constraints.Chars;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ProbeArgumentTest {
  private static ProbeArgument signed(int size, Place place) {
    return new ProbeArgument(size, true, place);
  }

  private static ProbeArgument unsigned(int size, Place place) {
    return new ProbeArgument(size, false, place);
  }

  private static Place memory(String base, long offset) {
    return new Place.Memory(base, offset, Optional.empty(), 1);
  }

  @Test
  void x86() {
    assertThat(
            ProbeArgument.parse(
                "-4@%eax 8@%rdi -4@$-9 8@$0x7fffffffffffffff 4@-20(%rbp) 2@(%rax)"
                    + " -8@8(%rsp,%rcx,8) 1@(%rdx,%rsi)",
                Syntax.X86_64))
        .isEqualTo(
            List.of(
                signed(4, new Place.Register("eax")),
                unsigned(8, new Place.Register("rdi")),
                signed(4, new Place.Constant(-9)),
                unsigned(8, new Place.Constant(Long.MAX_VALUE)),
                unsigned(4, memory("rbp", -20)),
                unsigned(2, memory("rax", 0)),
                signed(8, new Place.Memory("rsp", 8, Optional.of("rcx"), 8)),
                unsigned(1, new Place.Memory("rdx", 0, Optional.of("rsi"), 1))));
  }

  @Test
  void arm64() {
    assertThat(ProbeArgument.parse("-4@w0 8@x19 -4@7 8@[sp, 24] 4@[x1]", Syntax.ARM64))
        .isEqualTo(
            List.of(
                signed(4, new Place.Register("w0")),
                unsigned(8, new Place.Register("x19")),
                signed(4, new Place.Constant(7)),
                unsigned(8, memory("sp", 24)),
                unsigned(4, memory("x1", 0))));
  }

  @Test
  void noArguments() {
    assertThat(ProbeArgument.parse("", Syntax.X86_64)).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "%eax",
        "3@%eax",
        "4@global(%rip,%rax,3)",
        "4@",
        "8f@%xmm0",
        "4@$99999999999999999999"
      })
  void whatCannotBeFetchedIsNamed(String text) {
    assertThatThrownBy(() -> ProbeArgument.parse("-4@%edi " + text, Syntax.X86_64))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("the probe's argument '" + text + "' cannot be fetched");
  }

  @Property(tries = 2000)
  void anyTextIsReadOrRefused(
      @ForAll Syntax syntax,
      @ForAll
          @Chars({'@', '%', '(', ')', ',', '$', '-', ' ', '[', ']', 'r', 'a', 'x', 'w'})
          @CharRange(from = '0', to = '9')
          String text) {
    try {
      for (ProbeArgument argument : ProbeArgument.parse(text, syntax)) {
        assertThat(argument.size()).isIn(1, 2, 4, 8);
      }
    } catch (IllegalArgumentException refused) {
      assertThat(refused).hasMessageContaining("cannot be fetched");
    }
  }
}
