package io.waggle.linux;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.List;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.Test;

class NetlinkTest {
  private static NetlinkRequest request() {
    NetlinkRequest request = new NetlinkRequest(16, NetlinkRequest.CREATE, "a test");
    NetworkDevices.fixedPart(request, 7).attribute(3, "veth0");
    int outer = request.begin(43);
    request.attribute(1, 99).attribute(3, 2);
    return request.end(outer);
  }

  @Test
  void whatWasWrittenIsRead() {
    List<NetlinkMessage> messages = NetlinkMessage.read(ByteBuffer.wrap(request().bytes(5)));
    assertThat(messages).hasSize(1);
    NetlinkMessage message = messages.getFirst();
    assertThat(message.type()).isEqualTo(16);
    assertThat(message.sequence()).isEqualTo(5);
    assertThat(message.u32(4)).isEqualTo(7);
    NetlinkAttributes attributes = message.attributes(16);
    assertThat(attributes.text(3)).contains("veth0");
    assertThat(attributes.nested(43).number(1)).hasValue(99);
    assertThat(attributes.nested(43).number(3)).hasValue(2);
    assertThat(attributes.nested(44).has(1)).isFalse();
  }

  @Test
  void aRequestGrowsAsNeeded() {
    byte[] text = new byte[5000];
    text[4999] = 7;
    NetlinkRequest request = new NetlinkRequest(16, 0, "a test");
    NetworkDevices.fixedPart(request, 0).attribute(9, text);
    NetlinkMessage message = NetlinkMessage.read(ByteBuffer.wrap(request.bytes(1))).getFirst();
    assertThat(message.attributes(16).all(9).getFirst().get(4999)).isEqualTo((byte) 7);
  }

  @Test
  void aLyingLengthIsNamed() {
    byte[] bytes = request().bytes(1);
    ByteBuffer attribute = ByteBuffer.wrap(bytes).order(ByteOrder.nativeOrder());
    attribute.putShort(32, (short) 1000); // the length of the first attribute
    assertThatThrownBy(() -> NetlinkMessage.read(ByteBuffer.wrap(bytes)).getFirst().attributes(16))
        .isInstanceOf(NetlinkFormatException.class)
        .hasMessageContaining("a length of 1000");
    attribute.putInt(0, 10_000);
    assertThatThrownBy(() -> NetlinkMessage.read(ByteBuffer.wrap(bytes)))
        .isInstanceOf(NetlinkFormatException.class)
        .hasMessageContaining("a length of 10000");
  }

  @Property
  void anyBytesAreReadOrRefused(@ForAll @Size(max = 200) byte[] bytes) {
    readAll(bytes);
  }

  @Property
  void aDamagedMessageIsReadOrRefused(
      @ForAll @IntRange(max = 63) int at, @ForAll byte value, @ForAll @IntRange(max = 3) int type) {
    byte[] bytes = request().bytes(1);
    bytes[4] = (byte) type;
    bytes[at % bytes.length] = value;
    readAll(bytes);
  }

  private static void readAll(byte[] bytes) {
    try {
      for (NetlinkMessage message : NetlinkMessage.read(ByteBuffer.wrap(bytes))) {
        message.explanation();
        message.error();
        NetlinkAttributes attributes = message.attributes(16);
        for (int kind = 0; kind < 64; kind++) {
          attributes.text(kind);
          attributes.number(kind);
          attributes.nested(kind).number(1);
        }
      }
    } catch (NetlinkFormatException refused) {
      assertThat(refused).hasMessageContaining("netlink");
    }
  }
}
