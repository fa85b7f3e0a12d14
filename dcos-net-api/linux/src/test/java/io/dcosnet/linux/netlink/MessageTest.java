// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.linux.netlink;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.dcosnet.api.DecodeException;
import io.dcosnet.api.net.IpAddress;
import io.dcosnet.api.net.MacAddress;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.List;
import org.junit.jupiter.api.Test;

class MessageTest {

  @Test
  void stopsAtNothingThatWasWritten() {
    Message first = new Message(24, Message.CREATE, 7, 0, new byte[] {1, 2, 3, 4, 5});
    Message second = new Message(0x0a0c, Message.DUMP, -1, 99, new byte[0]);
    ByteBuffer wire = buffer(first.paddedOctets() + second.paddedOctets());

    first.write(wire);
    second.write(wire);

    assertThat(wire.remaining()).isZero();
    assertThat(Message.readAll(wire.flip())).containsExactly(first, second);
  }

  @Test
  void placesOctetsAsTheKernelDoes() {
    PayloadWriter writer =
        new PayloadWriter()
            .u8(2)
            .zeros(3)
            .u8(5, 0xfe)
            .big16(6, 0x1234)
            .text(3, "lo")
            .nested(18, inside -> inside.big32(1, 0x01020304));

    assertThat(writer.toBytes())
        .containsExactly(
            bytes(
                2, 0, 0, 0, // fixed part
                5, 0, 5, 0, 0xfe, 0, 0, 0, // one octet and padding
                6, 0, 6, 0, 0x12, 0x34, 0, 0, 7, 0, 3, 0, 'l', 'o', 0, 0, 12, 0, 18, 0x80, 8, 0, 1,
                0, 1, 2, 3, 4));
  }

  @Test
  void readsEachKindOfValue() {
    Attributes read =
        attributes(
            new PayloadWriter()
                .u8(1, 200)
                .u16(2, 50_000)
                .u32(3, -2)
                .u64(4, Long.MIN_VALUE)
                .big16(5, 8080)
                .big32(6, 1)
                .text(7, "eth0")
                .address(8, IpAddress.parse("192.0.2.1"))
                .address(9, IpAddress.parse("2001:db8::1"))
                .mac(10, MacAddress.parse("70:b3:d5:80:00:01"))
                .flag(11)
                .big64(12, 5)
                .nested(13, inside -> inside.u32(1, 9)));

    assertThat(read.get(1).u8()).isEqualTo(200);
    assertThat(read.get(2).u16()).isEqualTo(50_000);
    assertThat(read.get(3).u32()).isEqualTo(-2);
    assertThat(read.get(4).u64()).isEqualTo(Long.MIN_VALUE);
    assertThat(read.get(5).big16()).isEqualTo(8080);
    assertThat(read.get(6).big32()).isEqualTo(1);
    assertThat(read.get(7).text()).isEqualTo("eth0");
    assertThat(read.get(8).address()).isEqualTo(IpAddress.parse("192.0.2.1"));
    assertThat(read.get(9).address()).isEqualTo(IpAddress.parse("2001:db8::1"));
    assertThat(read.get(10).mac()).hasToString("70:b3:d5:80:00:01");
    assertThat(read.has(11)).isTrue();
    assertThat(read.get(12).big64()).isEqualTo(5);
    assertThat(read.get(13).isMarkedNested()).isTrue();
    assertThat(read.nested(13).u32(1, 0)).isEqualTo(9);
    assertThat(read.list()).hasSize(13);
  }

  @Test
  void readsNestedAttributesThatAreNotMarked() {
    byte[] inside = new PayloadWriter().u32(1, 5).toBytes();

    Attributes read = attributes(new PayloadWriter().octets(4, inside));

    assertThat(read.get(4).isMarkedNested()).isFalse();
    assertThat(read.nested(4).u32(1, 0)).isEqualTo(5);
  }

  @Test
  void takesTheLastOfSeveralAttributesOfOneType() {
    Attributes read = attributes(new PayloadWriter().u32(1, 1).u32(2, 7).u32(1, 3));

    assertThat(read.u32(1, 0)).isEqualTo(3);
    assertThat(read.u32(4, -1)).isEqualTo(-1);
  }

  @Test
  void refusesValuesOfAnotherLength() {
    Attributes read = attributes(new PayloadWriter().u32(1, 1).octets(2, new byte[] {'a', 0, 'b'}));

    assertFault(() -> read.get(1).u16(), "attribute 1 of 4 octets (expected: 2 octets)");
    assertFault(() -> read.get(1).mac(), "attribute 1 of 4 octets (expected: 6 octets)");
    assertFault(() -> read.get(2).address(), "expected: 4 or 16 octets");
    assertFault(() -> read.get(2).text(), "attribute 2 of 3 octets (expected: text)");
    assertFault(() -> read.get(3), "attribute 3 is missing");
  }

  @Test
  void refusesAttributesThatEndElsewhere() {
    assertFault(() -> attributes(bytes(3, 0, 1, 0)), "length of attribute: 3 (expected: 4-4)");
    assertFault(() -> attributes(bytes(9, 0, 1, 0, 0, 0)), "length of attribute: 9");
    assertFault(() -> attributes(bytes(4, 0, 1, 0, 7)), "attribute: 1 octets");
  }

  @Test
  void refusesMessagesThatEndElsewhere() {
    ByteBuffer wire = buffer(20).putInt(21).rewind();
    ByteBuffer tooShort = buffer(16).putInt(15).rewind();

    assertFault(() -> Message.readAll(wire), "length of netlink message: 21 (expected: 16-20)");
    assertFault(() -> Message.readAll(tooShort), "length of netlink message: 15");
    assertFault(() -> Message.readAll(buffer(3)), "netlink message: 3 octets");
    assertFault(
        () -> new Message(24, 0, 0, 0, new byte[8]).fixed(12),
        "message of type 24: 8 octets behind the header (expected: 12 or more)");
  }

  @Test
  void doesNotWriteWhatWouldBeCutShort() {
    PayloadWriter writer = new PayloadWriter();

    assertThatIllegalArgumentException().isThrownBy(() -> writer.text(3, "a\0b"));
    assertThatIllegalArgumentException()
        .isThrownBy(() -> writer.octets(1, new byte[65_532]))
        .withMessage("attribute 1: 65532 octets (expected: at most 65531)");
    assertThatIllegalArgumentException()
        .isThrownBy(
            () ->
                writer.nested(2, in -> in.octets(1, new byte[40_000]).octets(1, new byte[40_000])));
  }

  @Test
  void saysWhatARequestTries() {
    Request request = Request.of("add", List.of("route"), 24, Message.CREATE, w -> w.u32(1));

    assertThat(request.tried()).isEqualTo("add [route]");
    assertThat(request.message(5))
        .isEqualTo(new Message(24, Message.CREATE | Message.REQUEST, 5, 0, bytes(1, 0, 0, 0)));
    assertThat(request.with(Message.ACK).message(5).has(Message.ACK | Message.CREATE)).isTrue();
  }

  private static void assertFault(Runnable reading, String message) {
    assertThatExceptionOfType(DecodeException.class)
        .isThrownBy(reading::run)
        .withMessageContaining(message);
  }

  private static Attributes attributes(PayloadWriter writer) {
    return attributes(writer.toBytes());
  }

  private static Attributes attributes(byte[] octets) {
    return new Message(1, 0, 0, 0, octets).attributes(0);
  }

  private static ByteBuffer buffer(int octets) {
    return ByteBuffer.allocate(octets).order(ByteOrder.nativeOrder());
  }

  private static byte[] bytes(int... values) {
    byte[] octets = new byte[values.length];
    for (int i = 0; i < values.length; i++) {
      octets[i] = (byte) values[i];
    }
    return octets;
  }
}
