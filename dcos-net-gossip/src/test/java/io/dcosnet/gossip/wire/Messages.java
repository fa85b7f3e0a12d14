// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.gossip.wire;

import io.dcosnet.api.Bytes;
import io.dcosnet.api.net.HostPort;
import io.dcosnet.api.net.IpAddress;
import io.dcosnet.api.net.NodeId;
import io.dcosnet.api.spi.Member.State;
import io.dcosnet.gossip.member.Grade;
import io.dcosnet.gossip.member.Profile;
import io.dcosnet.gossip.member.ProtocolRange;
import java.util.UUID;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;

/** Messages of each kind, at random within their limits. */
final class Messages {

  private static final Arbitrary<Integer> INTS = Arbitraries.integers();
  private static final Arbitrary<Long> LONGS = Arbitraries.longs();
  private static final Arbitrary<Long> EPOCHS = Arbitraries.longs().between(0, (1L << 48) - 1);
  private static final Arbitrary<Long> NUMBERS = Arbitraries.longs().between(0, Long.MAX_VALUE);
  private static final Arbitrary<Boolean> FLAGS = Arbitraries.of(true, false);
  private static final Arbitrary<Grade> GRADES = Arbitraries.of(Grade.class);
  private static final Arbitrary<NodeId> NODES =
      Combinators.combine(LONGS, LONGS).as((high, low) -> new NodeId(new UUID(high, low)));
  private static final Arbitrary<Bytes> MUCH = bytes(3000);

  private Messages() {}

  static Arbitrary<Message> all() {
    return Arbitraries.oneOf(probes(), facts(), news(), syncs()).withoutEdgeCases();
  }

  static Arbitrary<Message> probes() {
    return Arbitraries.oneOf(
        Combinators.combine(INTS, NODES, INTS).as(Message.Ping::new),
        Combinators.combine(INTS, INTS, FLAGS, Arbitraries.integers().between(0, 8), LONGS, LONGS)
            .as(Message.Ack::new),
        Combinators.combine(INTS, NODES, addresses()).as(Message.PingRequest::new),
        INTS.map(Message.Nack::new),
        Combinators.combine(INTS, NODES, EPOCHS).as(Message.WrongNode::new));
  }

  static Arbitrary<Message> facts() {
    return Arbitraries.oneOf(
        alives(),
        Combinators.combine(NODES, EPOCHS, NUMBERS, NODES, GRADES).as(Fact.Suspect::new),
        Combinators.combine(NODES, EPOCHS, NUMBERS, NODES, GRADES).as(Fact.Dead::new),
        Combinators.combine(NODES, EPOCHS, NUMBERS).as(Fact.Left::new));
  }

  static Arbitrary<Fact.Alive> alives() {
    Arbitrary<String> names =
        Arbitraries.strings()
            .withChars("abcxyzABCXYZ0189._-")
            .ofMinLength(1)
            .ofMaxLength(Profile.MAX_NAME_OCTETS);
    Arbitrary<ProtocolRange> ranges =
        Arbitraries.integers()
            .between(1, 255)
            .list()
            .ofSize(3)
            .map(three -> three.stream().sorted().toList())
            .map(three -> new ProtocolRange(three.get(0), three.get(2), three.get(1)));
    Arbitrary<Profile> profiles =
        Combinators.combine(
                names,
                addresses().list().ofMinSize(1).ofMaxSize(Profile.MAX_ADDRESSES),
                bytes(Profile.MAX_META_OCTETS),
                ranges)
            .as(Profile::new);
    return Combinators.combine(NODES, EPOCHS, NUMBERS, profiles).as(Fact.Alive::new);
  }

  static Arbitrary<Message> news() {
    return Arbitraries.oneOf(
        Combinators.combine(
                NODES,
                EPOCHS,
                NUMBERS,
                texts(Message.MAX_TOPIC_OCTETS),
                bytes(Message.MAX_EVENT_OCTETS))
            .as(Message.Event::new),
        Combinators.combine(
                NODES, EPOCHS, NUMBERS, NODES, texts(Message.MAX_TOPIC_OCTETS), mailPayloads())
            .as(Message.Mail::new),
        Combinators.combine(NUMBERS, texts(Message.MAX_FAULT_OCTETS)).as(Message.MailAnswer::new),
        MUCH.map(Message.KeyRingState::new));
  }

  static Arbitrary<Message> syncs() {
    Arbitrary<Message.SyncEntries.Entry> entries =
        Combinators.combine(LONGS, EPOCHS, NUMBERS, Arbitraries.of(State.class))
            .as(Message.SyncEntries.Entry::new);
    return Arbitraries.oneOf(
        Combinators.combine(FLAGS, LONGS, Arbitraries.integers().between(0, 1_000_000), alives())
            .as(Message.SyncStart::new),
        Combinators.combine(
                Arbitraries.of(Message.SyncAnswer.Outcome.class),
                alives(),
                addresses().list().ofMaxSize(Message.SyncAnswer.MAX_OTHERS),
                texts(Message.MAX_FAULT_OCTETS))
            .as(Message.SyncAnswer::new),
        entries.list().ofMaxSize(20).map(Message.SyncEntries::new),
        LONGS.list().ofMaxSize(20).map(Message.SyncFetch::new),
        Arbitraries.just(new Message.SyncEnd()),
        Combinators.combine(NODES, EPOCHS).as(Message.RingHello::new),
        FLAGS.map(Message.KeepAlive::new));
  }

  private static Arbitrary<HostPort> addresses() {
    Arbitrary<IpAddress> ips =
        Arbitraries.oneOf(
            INTS.map(IpAddress::ofIpv4), Combinators.combine(LONGS, LONGS).as(IpAddress::ofIpv6));
    return Combinators.combine(
            ips.filter(ip -> !ip.isMulticast() && !ip.isUnspecified()),
            Arbitraries.integers().between(1, 65535))
        .as(HostPort::new);
  }

  private static Arbitrary<Bytes> bytes(int most) {
    return Arbitraries.bytes().array(byte[].class).ofMaxSize(most).map(Bytes::copyOf);
  }

  /** Also of those sizes at which a mail is divided. */
  private static Arbitrary<Bytes> mailPayloads() {
    int most = Message.MAX_MAIL_OCTETS;
    return Arbitraries.oneOf(
        bytes(200),
        Arbitraries.of(most / 2 - 1, most / 2, most / 2 + 1, most - 1, most)
            .map(
                size -> {
                  byte[] octets = new byte[size];
                  for (int i = 0; i < size; i++) {
                    octets[i] = (byte) ((i * 31) >> 3);
                  }
                  return Bytes.copyOf(octets);
                }));
  }

  private static Arbitrary<String> texts(int most) {
    return Arbitraries.of("a", "Z", "-", "é", "€", "\uD83D\uDE00")
        .list()
        .ofMaxSize(most / 4)
        .map(parts -> String.join("", parts));
  }
}
