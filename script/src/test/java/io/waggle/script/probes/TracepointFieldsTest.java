package io.waggle.script.probes;

import static org.assertj.core.api.Assertions.assertThat;

import io.waggle.linux.Mounts;
import io.waggle.script.check.ProbeField;
import io.waggle.script.check.ProbeField.Form;
import io.waggle.script.plan.Attachment;
import io.waggle.script.types.CTypes;
import io.waggle.script.types.Type;
import io.waggle.script.types.Type.AddressSpace;
import io.waggle.script.types.Type.Int;
import io.waggle.testing.RequiresBpf;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;

class TracepointFieldsTest {
  private static final Type.Int CHAR = new Int(1, true);
  private final TracepointFields fields =
      new TracepointFields(() -> Path.of("/none"), CTypes.NONE, 64);

  @Test
  void readsEveryFormOfField() {
    String format =
        """
        name: made_up
        ID: 1
        format:
        \tfield:unsigned short common_type;\toffset:0;\tsize:2;\tsigned:0;

        \tfield:int __syscall_nr;\toffset:8;\tsize:4;\tsigned:1;
        \tfield:int dfd;\toffset:16;\tsize:8;\tsigned:0;
        \tfield:const char * filename;\toffset:24;\tsize:8;\tsigned:0;
        \tfield:const char *const * argv;\toffset:32;\tsize:8;\tsigned:0;
        \tfield:void * buf;\toffset:40;\tsize:8;\tsigned:0;
        \tfield:char comm[16];\toffset:48;\tsize:16;\tsigned:0;
        \tfield:__data_loc char[] name;\toffset:64;\tsize:4;\tsigned:0;
        \tfield:__rel_loc char[] other;\toffset:68;\tsize:4;\tsigned:0;
        \tfield:unsigned long args[6];\toffset:72;\tsize:48;\tsigned:0;
        \tfield:bool yes;\toffset:120;\tsize:1;\tsigned:0;
        \tfield:u8 small;\toffset:121;\tsize:1;\tsigned:0;

        print fmt: "%s"
        """;
    assertThat(fields.fields(format.lines().toList(), AddressSpace.USER))
        .containsExactly(
            new ProbeField("__syscall_nr", Int.INT32, 8, Form.VALUE),
            new ProbeField("dfd", Int.INT64, 16, Form.VALUE),
            new ProbeField("filename", user(CHAR), 24, Form.VALUE),
            new ProbeField("argv", user(user(CHAR)), 32, Form.VALUE),
            new ProbeField("buf", user(new Type.None()), 40, Form.VALUE),
            new ProbeField("comm", new Type.Text(16), 48, Form.TEXT),
            new ProbeField("name", new Type.Text(64), 64, Form.DATA_LOCATION),
            new ProbeField("other", new Type.Text(64), 68, Form.RELATIVE_LOCATION),
            new ProbeField("yes", new Type.Bool(), 120, Form.VALUE),
            new ProbeField("small", new Int(1, false), 121, Form.VALUE));
  }

  @Test
  void otherProbesHaveNone() {
    assertThat(fields.of(new Attachment.Begin())).isEmpty();
  }

  @Test
  @RequiresBpf
  void readsThisKernelsFormats() {
    TracepointFields kernel = new TracepointFields(Mounts::tracefs, CTypes.NONE, 64);
    for (String event : new TraceEvents(Mounts.tracefs()).all()) {
      String[] parts = event.split(":", 2);
      assertThat(kernel.of(new Attachment.Tracepoint(parts[0], parts[1])))
          .allSatisfy(field -> assertThat(field.name()).matches("\\w+"));
    }
    List<ProbeField> openat = kernel.of(new Attachment.Tracepoint("syscalls", "sys_enter_openat"));
    assertThat(openat).contains(new ProbeField("filename", user(CHAR), 24, Form.VALUE));
  }

  private static Type.Pointer user(Type.Plain target) {
    return new Type.Pointer(target, AddressSpace.USER);
  }
}
