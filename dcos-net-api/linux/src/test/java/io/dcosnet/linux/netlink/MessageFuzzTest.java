// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.linux.netlink;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import io.dcosnet.api.DecodeException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.List;

/** Whatever comes is read or refused, and what was read can be written and is then the same. */
class MessageFuzzTest {

  private static final int MAX_DEPTH = 8;

  @FuzzTest
  void everyDatagramIsReadOrRefused(byte[] datagram) {
    List<Message> messages;
    try {
      messages = Message.readAll(ByteBuffer.wrap(datagram).order(ByteOrder.nativeOrder()));
    } catch (DecodeException refused) {
      assertThat(refused.offset()).isBetween(0, datagram.length);
      return;
    }
    int octets = messages.stream().mapToInt(Message::paddedOctets).sum();
    ByteBuffer again = ByteBuffer.allocate(octets).order(ByteOrder.nativeOrder());
    messages.forEach(message -> message.write(again));
    assertThat(Message.readAll(again.flip())).isEqualTo(messages);
    messages.forEach(MessageFuzzTest::readAttributes);
  }

  private static void readAttributes(Message message) {
    for (int fixed = 0; fixed <= 16; fixed += 4) {
      try {
        walk(message.attributes(fixed), 0);
      } catch (DecodeException refused) {
        assertThat(refused.offset()).isBetween(0, message.payloadOctets());
      }
    }
  }

  private static void walk(Attributes attributes, int depth) {
    for (Attribute attribute : attributes) {
      assertThat(attribute.octets()).hasSize(attribute.length());
      assertThat(attributes.find(attribute.type())).isPresent();
      tryAll(attribute);
      if (depth < MAX_DEPTH) {
        try {
          walk(attribute.nested(), depth + 1);
        } catch (DecodeException refused) {
          assertThat(refused).hasMessageContaining("attribute");
        }
      }
    }
  }

  private static void tryAll(Attribute attribute) {
    List<Runnable> readings =
        List.of(
            attribute::u8,
            attribute::big16,
            attribute::big32,
            attribute::big64,
            attribute::text,
            attribute::address,
            attribute::mac);
    for (Runnable reading : readings) {
      try {
        reading.run();
      } catch (DecodeException refused) {
        assertThat(refused).hasMessageContaining("expected");
      }
    }
  }
}
