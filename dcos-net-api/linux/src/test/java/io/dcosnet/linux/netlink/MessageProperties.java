// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.linux.netlink;

import static org.assertj.core.api.Assertions.assertThat;

import io.dcosnet.api.Bytes;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;

class MessageProperties {

  /** An attribute with octets, or with attributes inside. */
  record Node(int type, Bytes value, List<Node> inside) {

    void write(PayloadWriter writer) {
      if (inside.isEmpty()) {
        writer.octets(type, value.toArray());
      } else {
        writer.nested(type, w -> inside.forEach(node -> node.write(w)));
      }
    }

    void check(Attribute read) {
      assertThat(read.type()).isEqualTo(type);
      assertThat(read.isMarkedNested()).isEqualTo(!inside.isEmpty());
      if (inside.isEmpty()) {
        assertThat(Bytes.copyOf(read.octets())).isEqualTo(value);
      } else {
        checkAll(inside, read.nested());
      }
    }

    static void checkAll(List<Node> written, Attributes read) {
      assertThat(read.list()).hasSameSizeAs(written);
      for (int i = 0; i < written.size(); i++) {
        written.get(i).check(read.list().get(i));
      }
    }
  }

  @Property(tries = 300)
  void readsTheAttributesThatWereWritten(@ForAll("trees") List<Node> nodes) {
    PayloadWriter writer = new PayloadWriter().u8(7).zeros(3);
    nodes.forEach(node -> node.write(writer));

    Message message = new Message(16, 0, 1, 2, writer.toBytes());

    assertThat(writer.length() % 4).isZero();
    Node.checkAll(nodes, message.attributes(4));
    assertThat(message.fixed(4).get(0)).isEqualTo((byte) 7);
  }

  @Property(tries = 300)
  void readsTheMessagesThatWereWritten(@ForAll("messages") List<Message> messages) {
    int octets = messages.stream().mapToInt(Message::paddedOctets).sum();
    ByteBuffer wire = ByteBuffer.allocate(octets).order(ByteOrder.nativeOrder());
    messages.forEach(message -> message.write(wire));

    assertThat(Message.readAll(wire.flip())).isEqualTo(messages);
  }

  @Provide
  Arbitrary<List<Node>> trees() {
    return nodes(3).list().ofMaxSize(4);
  }

  private static Arbitrary<Node> nodes(int depth) {
    Arbitrary<Integer> types = Arbitraries.integers().between(0, 0x3fff);
    Arbitrary<Bytes> values =
        Arbitraries.bytes().array(byte[].class).ofMaxSize(40).map(Bytes::copyOf);
    Arbitrary<List<Node>> inside =
        depth == 0
            ? Arbitraries.just(List.of())
            : Arbitraries.lazy(() -> nodes(depth - 1)).list().ofMaxSize(3);
    return Combinators.combine(types, values, inside).as(Node::new);
  }

  @Provide
  Arbitrary<List<Message>> messages() {
    return Combinators.combine(
            Arbitraries.integers().between(0, 0xffff),
            Arbitraries.integers().between(0, 0xffff),
            Arbitraries.integers(),
            Arbitraries.integers(),
            Arbitraries.bytes().array(byte[].class).ofMaxSize(70))
        .as(Message::new)
        .list()
        .ofMaxSize(5)
        .map(ArrayList::new);
  }
}
