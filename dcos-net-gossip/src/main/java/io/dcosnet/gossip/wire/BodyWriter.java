// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.gossip.wire;

import io.dcosnet.api.net.HostPort;
import io.dcosnet.gossip.member.Profile;

/**
 * Writes messages one behind the other into a body that is used again and again. <b>Not
 * thread-safe.</b>
 */
public final class BodyWriter {

  /** A capacity that takes each message that there can be. */
  public static final int LARGEST_MESSAGE = 68 * 1024;

  private static final int HEADER_OCTETS = 3;
  private static final int MAX_LENGTH = 0xffff;

  private final OctetWriter out;

  /**
   * An empty body.
   *
   * @param capacity most octets of a body
   */
  public BodyWriter(int capacity) {
    this.out = new OctetWriter(new byte[capacity]);
  }

  /** Begins anew. */
  public void clear() {
    out.backTo(0);
  }

  /**
   * Appends a message.
   *
   * @return false when it does not fit; then nothing is appended
   * @throws IllegalArgumentException when the message is beyond its limits and fits nowhere
   */
  public boolean add(Message message) {
    int start = out.at();
    boolean fits = false;
    try {
      if (message instanceof Message.Mail mail) {
        writeHead(mail);
      }
      int header = out.at();
      out.u8(0);
      out.u16(0);
      int type = write(message);
      int length = out.at() - header - HEADER_OCTETS;
      if (!out.overflown()) {
        if (length > MAX_LENGTH) {
          throw new IllegalArgumentException(
              "message: %d octets (expected: at most %d)".formatted(length, MAX_LENGTH));
        }
        out.octets()[header] = (byte) type;
        out.u16(header + 1, length);
        fits = true;
      }
    } finally {
      if (!fits) {
        out.backTo(start);
      }
    }
    return fits;
  }

  /** The body, from 0 to {@link #length}; not to be changed or kept. */
  public byte[] octets() {
    return out.octets();
  }

  public int length() {
    return out.at();
  }

  /** Octets that are left. */
  public int free() {
    return out.octets().length - out.at();
  }

  /** Puts what is too much for one message in front of it. */
  private void writeHead(Message.Mail mail) {
    int head = headOctets(mail);
    if (head > 0) {
      out.u8(MessageType.MAIL_HEAD);
      out.u16(head);
      out.raw(mail.payload(), 0, head);
    }
  }

  private static int headOctets(Message.Mail mail) {
    int size = mail.payload().size();
    if (size > Message.MAX_MAIL_OCTETS) {
      throw new IllegalArgumentException(
          "mail: %d octets (expected: at most %d)".formatted(size, Message.MAX_MAIL_OCTETS));
    }
    return Math.max(0, size - Message.MAX_MAIL_OCTETS / 2);
  }

  /** Writes the payload; returns the type. The most frequent ones come first. */
  private int write(Message message) {
    if (message instanceof Message.Ping ping) {
      out.u32(ping.sequence());
      out.node(ping.target());
      out.u32(ping.sentMicros());
      return MessageType.PING;
    }
    if (message instanceof Message.Ack ack) {
      out.u32(ack.sequence());
      out.u32(ack.echoMicros());
      out.u8(ack.viaHelper() ? 1 : 0);
      out.u8(ack.localHealth());
      out.u64(ack.memberDigest());
      out.u64(ack.storeDigest());
      return MessageType.ACK;
    }
    if (message instanceof Fact fact) {
      return write(fact);
    }
    if (message instanceof Message.PingRequest request) {
      out.u32(request.sequence());
      out.node(request.target());
      out.address(request.address());
      return MessageType.PING_REQUEST;
    }
    if (message instanceof Message.Nack nack) {
      out.u32(nack.sequence());
      return MessageType.NACK;
    }
    if (message instanceof Message.WrongNode wrong) {
      out.u32(wrong.sequence());
      out.node(wrong.node());
      out.epoch(wrong.epoch());
      return MessageType.WRONG_NODE;
    }
    if (message instanceof Message.KeepAlive keepAlive) {
      out.u8(keepAlive.answer() ? 1 : 0);
      return MessageType.KEEP_ALIVE;
    }
    if (message instanceof Message.RingHello hello) {
      out.node(hello.from());
      out.epoch(hello.epoch());
      return MessageType.RING_HELLO;
    }
    return writeNews(message);
  }

  private int writeNews(Message message) {
    if (message instanceof Message.Event event) {
      out.node(event.origin());
      out.epoch(event.epoch());
      out.varint(event.counter());
      out.text(event.topic(), Message.MAX_TOPIC_OCTETS);
      out.bytes(event.payload(), Message.MAX_EVENT_OCTETS);
      return MessageType.EVENT;
    }
    if (message instanceof Message.Mail mail) {
      out.node(mail.from());
      out.epoch(mail.epoch());
      out.varint(mail.id());
      out.node(mail.to());
      out.text(mail.topic(), Message.MAX_TOPIC_OCTETS);
      out.raw(mail.payload(), headOctets(mail), mail.payload().size());
      return MessageType.MAIL;
    }
    if (message instanceof Message.MailAnswer answer) {
      out.varint(answer.id());
      out.text(answer.fault(), Message.MAX_FAULT_OCTETS);
      return MessageType.MAIL_ANSWER;
    }
    if (message instanceof Message.Store store) {
      out.raw(store.body(), 0, store.body().size());
      return store.kind();
    }
    if (message instanceof Message.KeyRingState keys) {
      out.raw(keys.state(), 0, keys.state().size());
      return MessageType.KEY_RING_STATE;
    }
    return writeSync(message);
  }

  private int writeSync(Message message) {
    if (message instanceof Message.SyncStart start) {
      out.u64(start.memberDigest());
      out.varint(start.members());
      write(start.self());
      return start.join() ? MessageType.SYNC_JOIN : MessageType.SYNC;
    }
    if (message instanceof Message.SyncAnswer answer) {
      out.u8(MessageType.OUTCOMES.indexOf(answer.outcome()));
      out.u8(answer.others().size());
      for (HostPort other : answer.others()) {
        out.address(other);
      }
      out.text(answer.reason(), Message.MAX_FAULT_OCTETS);
      write(answer.self());
      return MessageType.SYNC_ANSWER;
    }
    if (message instanceof Message.SyncEntries entries) {
      for (Message.SyncEntries.Entry entry : entries.entries()) {
        out.u64(entry.shortId());
        out.epoch(entry.epoch());
        out.varint(entry.incarnation());
        out.u8(MessageType.STATES.indexOf(entry.state()));
      }
      return MessageType.SYNC_ENTRIES;
    }
    if (message instanceof Message.SyncFetch fetch) {
      for (long shortId : fetch.shortIds()) {
        out.u64(shortId);
      }
      return MessageType.SYNC_FETCH;
    }
    return MessageType.SYNC_END;
  }

  private int write(Fact fact) {
    out.node(fact.node());
    out.epoch(fact.epoch());
    out.varint(fact.incarnation());
    if (fact instanceof Fact.Alive alive) {
      write(alive.profile());
      return MessageType.ALIVE;
    }
    if (fact instanceof Fact.Suspect suspect) {
      out.node(suspect.accuser());
      out.u8(suspect.grade().number());
      return MessageType.SUSPECT;
    }
    if (fact instanceof Fact.Dead dead) {
      out.node(dead.accuser());
      out.u8(dead.grade().number());
      return MessageType.DEAD;
    }
    return MessageType.LEFT;
  }

  private void write(Profile profile) {
    out.text(profile.name(), Profile.MAX_NAME_OCTETS);
    out.u8(profile.addresses().size());
    for (HostPort address : profile.addresses()) {
      out.address(address);
    }
    out.bytes(profile.meta(), Profile.MAX_META_OCTETS);
    out.u8(profile.protocol().lowest());
    out.u8(profile.protocol().highest());
    out.u8(profile.protocol().current());
  }
}
