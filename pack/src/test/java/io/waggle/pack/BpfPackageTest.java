package io.waggle.pack;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.waggle.bpf.Bytes;
import io.waggle.pack.Meta.Export;
import io.waggle.pack.Meta.Form;
import io.waggle.pack.Meta.Interpreter;
import io.waggle.pack.Meta.Literal;
import io.waggle.pack.Meta.Network;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Optional;
import java.util.OptionalInt;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;

class BpfPackageTest {
  /** "object" and a line end, compressed. */
  private static final String OBJECT =
      Base64.getEncoder().encodeToString(deflated("object\n".getBytes(StandardCharsets.UTF_8)));

  private static final String META =
      """
      "export_types": [{"members": [{"name": "slots", "type": "__u32[26]"}], "name": "hist",
          "size": 120, "type_id": 22}],
      "bpf_skel": {
        "data_sections": [{"name": ".rodata", "variables": [
          {"name": "targ_ms", "type": "bool", "value": false,
            "description": "in milliseconds", "cmdarg": {"short": "m", "default": 1}},
          {"name": "name", "type": "char[16]", "value": "x"}]}],
        "maps": [
          {"ident": "hists", "name": "hists",
            "sample": {"interval": 1000, "type": "log2_hist", "unit": "usecs"}},
          {"ident": "events", "name": "events", "export_config": {"btf_type_id": 5},
            "intepreter": {"stack_trace": {"field_map": {"pid": "tgid"}}}},
          {"ident": "rodata", "mmaped": true, "name": "runqlat_.rodata"}],
        "obj_name": "runqlat_bpf",
        "progs": [
          {"attach": "raw_tp/sched_wakeup", "link": true, "name": "handle_sched_wakeup"},
          {"attach": "tc", "link": true, "name": "tc_ingress",
            "tchook": {"ifindex": 3, "attach_point": "BPF_TC_EGRESS"}},
          {"attach": "xdp", "name": "drop", "ifindex": 2, "flags": 8}],
        "doc": {"description": "Run queue latency."}
      }
      """;

  private static byte[] deflated(byte[] bytes) {
    var deflater = new java.util.zip.Deflater();
    deflater.setInput(bytes);
    deflater.finish();
    byte[] out = new byte[100];
    return java.util.Arrays.copyOf(out, deflater.deflate(out));
  }

  private static BpfPackage read(String json) {
    return BpfPackage.read("package.json", json.getBytes(StandardCharsets.UTF_8));
  }

  private static String json(String object, int size, String meta) {
    return "{\"bpf_object\": \"%s\", \"bpf_object_size\": %d, \"meta\": {%s}}"
        .formatted(object, size, meta);
  }

  @Test
  void readsAllThatEunomiaWrites() {
    BpfPackage read = read(json(OBJECT, 7, META));
    assertThat(new String(read.object().toArray(), StandardCharsets.UTF_8)).isEqualTo("object\n");
    Meta meta = read.meta();
    assertThat(meta.perfBufferPages()).isEqualTo(64);
    assertThat(meta.perfBufferTimeMs()).isEqualTo(10);
    assertThat(meta.pollTimeoutMs()).isEqualTo(100);
    assertThat(meta.exportTypes().getFirst().members().getFirst().type()).isEqualTo("__u32[26]");
    Meta.Variable variable = meta.skeleton().dataSections().getFirst().variables().getFirst();
    assertThat(variable.value()).contains(new Literal.Flag(false));
    assertThat(variable.argument().initial()).contains(new Literal.Digits("1"));
    assertThat(variable.argument().shortName()).contains("m");
    Meta.MapMeta hists = meta.skeleton().map("hists").orElseThrow();
    assertThat(hists.sample()).contains(new Meta.Sample(1000, Form.LOG2_HIST, "usecs", false));
    Meta.MapMeta events = meta.skeleton().map("events").orElseThrow();
    assertThat(events.export()).isEqualTo(new Export.Type(5));
    assertThat(events.interpreter())
        .isInstanceOfSatisfying(
            Interpreter.StackTrace.class,
            stack -> {
              assertThat(stack.fields().pid()).isEqualTo("tgid");
              assertThat(stack.fields().comm()).isEqualTo("comm");
              assertThat(stack.symbols()).isTrue();
            });
    assertThat(meta.skeleton().programs())
        .extracting(Meta.ProgramMeta::network)
        .containsExactly(
            Optional.empty(),
            Optional.of(
                new Network.TrafficControl(
                    3, "BPF_TC_EGRESS", OptionalInt.empty(), OptionalInt.empty())),
            Optional.of(new Network.Xdp(2, 8, 0)));
    assertThat(meta.skeleton().doc().orElseThrow().description()).contains("Run queue latency.");
  }

  @Test
  void writesWhatItReads() {
    BpfPackage read = read(json(OBJECT, 7, META));
    assertThat(BpfPackage.read("again", read.toJson())).isEqualTo(read);
    BpfPackage large = new BpfPackage(Bytes.of(new byte[300_000]), read.meta());
    assertThat(BpfPackage.read("large", large.toJson())).isEqualTo(large);
  }

  @Test
  void takesNullForEmptyLists() {
    BpfPackage read =
        read(
            json(
                OBJECT,
                7,
                "\"bpf_skel\": {\"data_sections\": [], \"maps\": null, \"progs\": null,"
                    + " \"obj_name\": \"x_bpf\"}"));
    assertThat(read.meta().skeleton().programs()).isEmpty();
  }

  @Test
  void refusesWhatIsDamaged() {
    assertRefused("{\"bpf_object\": ", "it is no JSON");
    assertRefused("[]", "it is no object");
    assertRefused("{}", "bpf_object is missing");
    assertRefused(json("*", 7, META), "bpf_object is not in base64");
    assertRefused(json("AAAA", 7, META), "bpf_object is not compressed with zlib");
    assertRefused(json(OBJECT, 8, META), "bpf_object_size is 8, but bpf_object holds 7 bytes");
    assertRefused(json(OBJECT, 6, META), "bpf_object_size is 6, but bpf_object holds more");
    assertRefused(json(OBJECT, -1, META), "bpf_object_size is -1");
    assertRefused(json(OBJECT.substring(0, 12), 7, META), "bpf_object");
  }

  @Test
  void refusesMissingAndWrongFields() {
    assertRefused("{\"bpf_object\": \"" + OBJECT + "\"}", "bpf_object_size is missing");
    assertRefused(json(OBJECT, 7, ""), "meta.bpf_skel is missing");
    assertRefused(json(OBJECT, 7, "\"bpf_skel\": {}"), "meta.bpf_skel.obj_name is missing");
    assertRefused(json(OBJECT, 7, "\"bpf_skel\": 3"), "meta.bpf_skel is no object");
    assertRefused(
        json(OBJECT, 7, META.replace("\"attach\": \"tc\", ", "")),
        "meta.bpf_skel.progs[1].attach is missing");
    assertRefused(
        json(OBJECT, 7, META.replace("log2_hist", "log3_hist")),
        "meta.bpf_skel.maps[0].sample has type 'log3_hist', which is none of");
    assertRefused(
        json(OBJECT, 7, META.replace("\"interval\": 1000", "\"interval\": 0")),
        "has an interval of 0 ms");
    assertRefused(
        json(OBJECT, 7, "\"perf_buffer_pages\": \"x\", " + META),
        "meta.perf_buffer_pages is no number of 32 bits");
  }

  private static void assertRefused(String json, String message) {
    assertThatThrownBy(() -> read(json))
        .isInstanceOf(PackageException.class)
        .hasMessageStartingWith("package.json: ")
        .hasMessageContaining(message);
  }

  @Property(tries = 2000)
  void anyTextIsReadOrRefused(@ForAll int place, @ForAll char other) {
    StringBuilder text = new StringBuilder(json(OBJECT, 7, META));
    text.setCharAt(Math.floorMod(place, text.length()), other);
    try {
      read(text.toString());
    } catch (PackageException refused) {
      assertThat(refused).hasMessageStartingWith("package.json: ");
    }
  }
}
