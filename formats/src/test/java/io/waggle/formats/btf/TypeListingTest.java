package io.waggle.formats.btf;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class TypeListingTest {
  /** The text is what bpftool 7.1 prints of the same file. */
  @Test
  void listsTypesAsTheyAreStored() {
    Btf btf =
        ClangTypes.types(
            """
            struct foo { int a; struct { long b; int c[4]; }; unsigned x:3; };
            enum e { A = -1, B };
            enum big { HUGE = 0x123456789a };
            union u;
            typedef const volatile struct foo named;
            static enum e kept;
            double real __attribute__((section("reals")));
            int prog(named *f, union u *u, enum big b) { kept = b; return f->a; }
            """);
    StringBuilder text = new StringBuilder();
    for (int type = 1; type < btf.count(); type++) {
      TypeListing.write(btf, type, text);
    }
    assertThat(text)
        .hasToString(
            """
            [1] PTR '(anon)' type_id=2
            [2] TYPEDEF 'named' type_id=3
            [3] CONST '(anon)' type_id=4
            [4] VOLATILE '(anon)' type_id=5
            [5] STRUCT 'foo' size=40 vlen=3
            \t'a' type_id=6 bits_offset=0
            \t'(anon)' type_id=7 bits_offset=64
            \t'x' type_id=11 bits_offset=256 bitfield_size=3
            [6] INT 'int' size=4 bits_offset=0 nr_bits=32 encoding=SIGNED
            [7] STRUCT '(anon)' size=24 vlen=2
            \t'b' type_id=8 bits_offset=0
            \t'c' type_id=9 bits_offset=64
            [8] INT 'long' size=8 bits_offset=0 nr_bits=64 encoding=SIGNED
            [9] ARRAY '(anon)' type_id=6 index_type_id=10 nr_elems=4
            [10] INT '__ARRAY_SIZE_TYPE__' size=4 bits_offset=0 nr_bits=32 encoding=(none)
            [11] INT 'unsigned int' size=4 bits_offset=0 nr_bits=32 encoding=(none)
            [12] PTR '(anon)' type_id=13
            [13] FWD 'u' fwd_kind=union
            [14] ENUM 'big' encoding=UNSIGNED size=8 vlen=1
            \t'HUGE' val=878082202
            [15] FUNC_PROTO '(anon)' ret_type_id=6 vlen=3
            \t'f' type_id=1
            \t'u' type_id=12
            \t'b' type_id=14
            [16] FUNC 'prog' type_id=15 linkage=global
            [17] FLOAT 'double' size=8
            [18] VAR 'real' type_id=17, linkage=global
            [19] DATASEC 'reals' size=0 vlen=1
            \ttype_id=18 offset=0 size=8 (VAR 'real')
            """);
  }
}
