package io.waggle.pack;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.waggle.bpf.Bytes;
import io.waggle.pack.Meta.MapMeta;
import io.waggle.pack.Meta.Skeleton;
import io.waggle.testing.Golden;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class SkeletonsTest {
  private static final String SOURCE =
      """
      #define SEC(name) __attribute__((section(name), used))
      typedef unsigned int __u32;
      typedef int pid_t;
      typedef _Bool bool;
      enum kind { EXEC, EXIT };
      struct event { pid_t pid; char comm[16]; __u32 slots[3][2]; enum kind kind;
                     const char *name; bool done; };
      const volatile bool filter = 1;
      const volatile pid_t target = 0;
      const volatile char label[8] = "abc";
      const volatile struct event *unused __attribute__((unused));
      unsigned long long counter = 7;
      struct { int (*type)[1]; int (*max_entries)[16]; __u32 *key; struct event *value; }
          events SEC(".maps");
      struct { int (*type)[27]; int (*max_entries)[4096]; } rb SEC(".maps");
      SEC("tp/sched/sched_process_exec") int on_exec(void *ctx) {
        counter++;
        return filter && target == 3 && label[0] && unused && *(int *)&events && *(int *)&rb;
      }
      SEC("raw_tp/sched_switch") int on_switch(void *ctx) { return 0; }
      SEC("raw_tp/sched_switch") int on_other(void *ctx) { return 1; }
      char LICENSE[] SEC("license") = "GPL";
      """;
  private static final Bytes OBJECT = ClangObject.compile(SOURCE);

  private final ObjectContents contents = ObjectContents.read("opensnoop.bpf.o", OBJECT);

  @Test
  void describesAnObject() {
    Meta meta =
        new Meta(
            Skeletons.exports(contents.types().orElseThrow(), List.of("event", "none")),
            Skeletons.of(contents, "opensnoop.bpf.o"),
            Optional.of("1.0.0"));
    String json =
        new String(new BpfPackage(OBJECT, meta).metaJson(), StandardCharsets.UTF_8)
            .replaceAll("\"type_id\" : \\d+", "\"type_id\" : N");
    Golden.assertMatches(SkeletonsTest.class, "meta.json", json + "\n");
    PackageCheck.check("package.json", meta, contents);
  }

  @Test
  void knowsWhereVariablesLie() {
    ObjectContents.VariableSection rodata =
        contents.sections().stream().filter(s -> s.name().equals(".rodata")).findFirst().get();
    for (ObjectContents.DeclaredVariable variable : rodata.variables()) {
      int value = rodata.contents()[(int) variable.offset()];
      assertThat(value)
          .as(variable.name())
          .isEqualTo(
              variable.name().equals("label") ? 'a' : variable.name().equals("filter") ? 1 : 0);
    }
  }

  @Test
  void refusesAnObjectThatDoesNotMatch() {
    ObjectContents other =
        ObjectContents.read(
            "other.o",
            ClangObject.compile(
                SOURCE.replace("on_switch", "on_swap").replace("struct event", "struct row")));
    Meta meta =
        new Meta(
            Skeletons.exports(contents.types().orElseThrow(), List.of("event")),
            Skeletons.of(contents, "opensnoop.bpf.o"),
            Optional.empty());
    assertThatThrownBy(() -> PackageCheck.check("package.json", meta, other))
        .isInstanceOf(PackageException.class)
        .hasMessage(
            "package.json: its object has no program 'on_switch', which its description names");
    Meta types =
        new Meta(meta.exportTypes(), Skeletons.of(other, "opensnoop.bpf.o"), Optional.empty());
    assertThatThrownBy(() -> PackageCheck.check("package.json", types, other))
        .hasMessageContaining("its object has no struct event as type");
  }

  @Test
  void takesSectionsThatAreListedAsAnyOtherMap() {
    Skeleton own = Skeletons.of(contents, "opensnoop.bpf.o");
    List<MapMeta> maps =
        own.maps().stream()
            .map(
                map ->
                    new MapMeta(
                        map.name(),
                        map.ident(),
                        false,
                        map.sample(),
                        map.export(),
                        map.interpreter()))
            .toList();
    assertThat(maps).extracting(MapMeta::ident).contains("rodata", "data");
    Skeleton other = new Skeleton(own.dataSections(), maps, own.programs(), own.name(), own.doc());
    PackageCheck.check("package.json", new Meta(List.of(), other, Optional.empty()), contents);
  }
}
