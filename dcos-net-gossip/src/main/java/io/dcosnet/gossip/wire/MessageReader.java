// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.gossip.wire;

import io.dcosnet.api.Bytes;
import io.dcosnet.api.net.HostPort;
import io.dcosnet.api.net.NodeId;
import io.dcosnet.gossip.member.Grade;
import io.dcosnet.gossip.member.Profile;
import io.dcosnet.gossip.member.ProtocolRange;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Makes the messages of one body. <b>Not thread-safe.</b> */
final class MessageReader {

  private static final Grade[] GRADES = Grade.values();
  private static final int LOCAL_HEALTH_MAX = 64;

  private final byte[] octets;
  private final OctetReader in;
  private final @Nullable KnownFacts known;

  private boolean unknown;
  private int headFrom;
  private int headTo;

  MessageReader(byte[] octets, @Nullable KnownFacts known) {
    this.octets = octets;
    this.in = new OctetReader(octets);
    this.known = known;
  }

  /** Whether the type of the last message is none of ours. */
  boolean isUnknown() {
    return unknown;
  }

  /** Remembers where a mail begins that is too long for one message; false when one waits. */
  boolean keepHead(int from, int to) {
    boolean first = headTo == 0;
    headFrom = from;
    headTo = to;
    return first;
  }

  /** Forgets the beginning of a mail; false when there is none. */
  boolean dropHead() {
    boolean was = headTo != 0;
    headFrom = 0;
    headTo = 0;
    return was;
  }

  /** The message between these places; null when it is none. */
  @Nullable Message read(int type, int from, int to) {
    unknown = false;
    in.begin(from, to);
    Message message = type < MessageType.EVENT ? readProbe(type) : readOther(type);
    in.finish();
    return in.failed() || unknown ? null : message;
  }

  private @Nullable Message readProbe(int type) {
    return switch (type) {
      case MessageType.PING -> new Message.Ping(in.u32(), in.node(), in.u32());
      case MessageType.ACK -> ack();
      case MessageType.PING_REQUEST -> new Message.PingRequest(in.u32(), in.node(), in.address());
      case MessageType.NACK -> new Message.Nack(in.u32());
      case MessageType.WRONG_NODE -> new Message.WrongNode(in.u32(), in.node(), in.epoch());
      case MessageType.ALIVE -> alive();
      case MessageType.SUSPECT ->
          new Fact.Suspect(in.node(), in.epoch(), in.varint(), in.node(), grade());
      case MessageType.DEAD ->
          new Fact.Dead(in.node(), in.epoch(), in.varint(), in.node(), grade());
      case MessageType.LEFT -> new Fact.Left(in.node(), in.epoch(), in.varint());
      default ->
          type >= Message.Store.FIRST_KIND && type <= Message.Store.LAST_KIND
              ? new Message.Store(type, in.rest())
              : strange();
    };
  }

  private @Nullable Message readOther(int type) {
    return switch (type) {
      case MessageType.EVENT -> event();
      case MessageType.MAIL -> mail();
      case MessageType.MAIL_ANSWER ->
          new Message.MailAnswer(in.varint(), in.text(Message.MAX_FAULT_OCTETS));
      case MessageType.KEY_RING_STATE -> new Message.KeyRingState(in.rest());
      case MessageType.SYNC_JOIN -> syncStart(true);
      case MessageType.SYNC -> syncStart(false);
      case MessageType.SYNC_ANSWER -> syncAnswer();
      case MessageType.SYNC_FETCH -> syncFetch();
      case MessageType.SYNC_ENTRIES -> syncEntries();
      case MessageType.SYNC_END -> new Message.SyncEnd();
      case MessageType.RING_HELLO -> new Message.RingHello(in.node(), in.epoch());
      case MessageType.KEEP_ALIVE -> new Message.KeepAlive(flag());
      default -> strange();
    };
  }

  private @Nullable Message strange() {
    unknown = true;
    return null;
  }

  private Message event() {
    return new Message.Event(
        in.node(),
        in.epoch(),
        in.varint(),
        in.text(Message.MAX_TOPIC_OCTETS),
        in.bytes(Message.MAX_EVENT_OCTETS));
  }

  private Message ack() {
    int sequence = in.u32();
    int echo = in.u32();
    boolean viaHelper = flag();
    int localHealth = in.u8();
    in.require(localHealth <= LOCAL_HEALTH_MAX);
    return new Message.Ack(sequence, echo, viaHelper, localHealth, in.u64(), in.u64());
  }

  private Fact.@Nullable Alive alive() {
    int from = in.at();
    int length = in.left();
    if (known != null) {
      Fact.Alive before = known.find(octets, from, length);
      if (before != null) {
        in.skip();
        return before;
      }
    }
    NodeId node = in.node();
    long epoch = in.epoch();
    long incarnation = in.varint();
    Profile profile = profile();
    in.finish();
    if (profile == null || in.failed()) {
      return null;
    }
    Fact.Alive alive = new Fact.Alive(node, epoch, incarnation, profile);
    if (known != null) {
      known.keep(octets, from, length, alive);
    }
    return alive;
  }

  /** Null when something is wrong with it; what the constructor refuses is sorted out before. */
  private @Nullable Profile profile() {
    String name = in.text(Profile.MAX_NAME_OCTETS);
    in.require(Profile.isName(name));
    int count = in.u8();
    in.require(count >= 1 && count <= Profile.MAX_ADDRESSES);
    List<HostPort> addresses = addresses(count);
    Bytes meta = in.bytes(Profile.MAX_META_OCTETS);
    int lowest = in.u8();
    int highest = in.u8();
    int current = in.u8();
    in.require(lowest >= 1 && lowest <= current && current <= highest);
    return in.failed()
        ? null
        : new Profile(name, addresses, meta, new ProtocolRange(lowest, highest, current));
  }

  private List<HostPort> addresses(int count) {
    List<HostPort> addresses = new ArrayList<>(in.failed() ? 0 : count);
    for (int i = 0; i < count && !in.failed(); i++) {
      addresses.add(in.address());
    }
    return addresses;
  }

  private @Nullable Message mail() {
    NodeId from = in.node();
    long epoch = in.epoch();
    long id = in.varint();
    NodeId to = in.node();
    String topic = in.text(Message.MAX_TOPIC_OCTETS);
    int head = headTo - headFrom;
    in.require(head + in.left() <= Message.MAX_MAIL_OCTETS);
    if (in.failed()) {
      dropHead();
      return null;
    }
    Bytes payload = in.rest();
    if (headTo != 0) {
      payload =
          Bytes.copyOf(
              ByteBuffer.allocate(head + payload.size())
                  .put(octets, headFrom, head)
                  .put(payload.toByteBuffer())
                  .flip());
      dropHead();
    }
    return new Message.Mail(from, epoch, id, to, topic, payload);
  }

  private @Nullable Message syncStart(boolean join) {
    long digest = in.u64();
    int members = in.count(Integer.MAX_VALUE);
    Fact.Alive self = alive();
    return self == null ? null : new Message.SyncStart(join, digest, members, self);
  }

  private @Nullable Message syncAnswer() {
    Message.SyncAnswer.Outcome outcome =
        MessageType.OUTCOMES.get(number(0, MessageType.OUTCOMES.size() - 1));
    List<HostPort> others = addresses(number(0, Message.SyncAnswer.MAX_OTHERS));
    String reason = in.text(Message.MAX_FAULT_OCTETS);
    Fact.Alive self = alive();
    return self == null ? null : new Message.SyncAnswer(outcome, self, others, reason);
  }

  private Message syncFetch() {
    in.require(in.left() % Long.BYTES == 0);
    List<Long> shortIds = new ArrayList<>(in.left() / Long.BYTES);
    while (in.left() > 0) {
      shortIds.add(in.u64());
    }
    return new Message.SyncFetch(shortIds);
  }

  private Message syncEntries() {
    List<Message.SyncEntries.Entry> entries = new ArrayList<>();
    while (in.left() > 0) {
      entries.add(
          new Message.SyncEntries.Entry(
              in.u64(),
              in.epoch(),
              in.varint(),
              MessageType.STATES.get(number(0, MessageType.STATES.size() - 1))));
    }
    return new Message.SyncEntries(entries);
  }

  private Grade grade() {
    return GRADES[number(1, GRADES.length) - 1];
  }

  private boolean flag() {
    return number(0, 1) == 1;
  }

  /** An octet of this range; the lowest after a fault. */
  private int number(int lowest, int highest) {
    int number = in.u8();
    in.require(number >= lowest && number <= highest);
    return in.failed() ? lowest : number;
  }
}
