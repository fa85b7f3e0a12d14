// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.gossip.wire;

import io.dcosnet.api.Bytes;
import io.dcosnet.api.net.HostPort;
import io.dcosnet.api.net.NodeId;
import io.dcosnet.api.spi.Member.State;
import java.util.List;

/**
 * One message of a datagram or of a frame. On the wire: type (1 octet), length (2), payload; a
 * reader skips types that it does not know. <b>Immutable.</b>
 */
public sealed interface Message
    permits Fact,
        Message.Ping,
        Message.Ack,
        Message.PingRequest,
        Message.Nack,
        Message.WrongNode,
        Message.Event,
        Message.Store,
        Message.KeyRingState,
        Message.Mail,
        Message.MailAnswer,
        Message.SyncStart,
        Message.SyncAnswer,
        Message.SyncEntries,
        Message.SyncFetch,
        Message.SyncEnd,
        Message.RingHello,
        Message.KeepAlive {

  /**
   * Asks a node for a sign of life (0x01); over TCP too.
   *
   * @param sequence unsigned 32 bits
   * @param sentMicros unsigned 32 bits, echoed
   */
  record Ping(int sequence, NodeId target, int sentMicros) implements Message {}

  /**
   * The sign of life (0x02).
   *
   * @param viaHelper whether it was asked for by {@link PingRequest}
   * @param localHealth multiplier less one, 0 to 8
   */
  record Ack(
      int sequence,
      int echoMicros,
      boolean viaHelper,
      int localHealth,
      long memberDigest,
      long storeDigest)
      implements Message {}

  /** Asks a helper to ping a third node (0x03). */
  record PingRequest(int sequence, NodeId target, HostPort address) implements Message {}

  /** The helper got no answer in time (0x04). */
  record Nack(int sequence) implements Message {}

  /** Here runs another node than the one that was asked for (0x05). */
  record WrongNode(int sequence, NodeId node, long epoch) implements Message {}

  /**
   * News for all nodes (0x30).
   *
   * @param counter of the origin, growing
   * @param topic at most {@value #MAX_TOPIC_OCTETS} octets
   * @param payload at most {@value #MAX_EVENT_OCTETS} octets
   */
  record Event(NodeId origin, long epoch, long counter, String topic, Bytes payload)
      implements Message {}

  /**
   * A message of the replicated store (0x20 to 0x2f); the content belongs to {@code
   * io.dcosnet.gossip.replica}.
   *
   * @param kind the type on the wire
   * @param body at most {@value #MAX_STORE_OCTETS} octets
   */
  record Store(int kind, Bytes body) implements Message {
    /** Most octets of one message. */
    public static final int MAX_STORE_OCTETS = 0xffff;

    /** The lowest kind. */
    public static final int FIRST_KIND = 0x20;

    /** The highest kind. */
    public static final int LAST_KIND = 0x2f;

    public Store {
      if (kind < FIRST_KIND || kind > LAST_KIND) {
        throw new IllegalArgumentException("kind: " + kind + " (expected: 0x20 to 0x2f)");
      }
      atMost("octets", body.size(), MAX_STORE_OCTETS);
    }
  }

  /**
   * A key ring, to be merged (0x40); the content belongs to {@code io.dcosnet.gossip.key}. Only
   * ever sent sealed.
   */
  record KeyRingState(Bytes state) implements Message {}

  /**
   * Mail for one node (0x31, with 0x33 in front when it is too long for one message).
   *
   * @param id of the sender's, growing within its epoch
   * @param to whom it is for: at its address another node may have started meanwhile
   * @param topic at most {@value #MAX_TOPIC_OCTETS} octets
   * @param payload at most {@value #MAX_MAIL_OCTETS} octets
   */
  record Mail(NodeId from, long epoch, long id, NodeId to, String topic, Bytes payload)
      implements Message {}

  /**
   * What became of a mail (0x32).
   *
   * @param fault at most {@value #MAX_FAULT_OCTETS} octets; empty when its receiver has returned
   */
  record MailAnswer(long id, String fault) implements Message {}

  /**
   * Begins an exchange of what both know (0x50 for a join, 0x51 otherwise); streams only.
   *
   * @param self what the asking node says of itself
   */
  record SyncStart(boolean join, long memberDigest, int members, Fact.Alive self)
      implements Message {}

  /**
   * How the asked node takes it (0x52).
   *
   * @param others where to try instead, for {@link Outcome#TRY_OTHERS}; at most {@value
   *     #MAX_OTHERS}
   * @param reason for people, at most {@value #MAX_FAULT_OCTETS} octets; empty unless refused
   */
  record SyncAnswer(Outcome outcome, Fact.Alive self, List<HostPort> others, String reason)
      implements Message {
    /** Most addresses to try instead. */
    public static final int MAX_OTHERS = 16;

    public SyncAnswer {
      others = List.copyOf(others);
      atMost("addresses", others.size(), MAX_OTHERS);
    }

    /** What follows. */
    public enum Outcome {
      EQUAL,
      DIFFERENT,
      TRY_OTHERS,
      REFUSED
    }
  }

  /** What a node holds, in short (0x54); several of these, then {@link SyncEnd}. */
  record SyncEntries(List<Entry> entries) implements Message {
    /** Most members that fit into one message, whatever their numbers are. */
    public static final int MAX_ENTRIES = 2730;

    public SyncEntries {
      entries = List.copyOf(entries);
    }

    /** One member in short. */
    public record Entry(long shortId, long epoch, long incarnation, State state) {}
  }

  /** Members of whom the full facts are wanted (0x53). */
  record SyncFetch(List<Long> shortIds) implements Message {
    /** Most members that fit into one message. */
    public static final int MAX_IDS = 8191;

    public SyncFetch {
      shortIds = List.copyOf(shortIds);
      atMost("ids", shortIds.size(), MAX_IDS);
    }
  }

  /** A side has sent all of what this step asks for (0x55). */
  record SyncEnd() implements Message {}

  /** Makes a link one of the rings (0x56). */
  record RingHello(NodeId from, long epoch) implements Message {}

  /** A sign of life on a link of the rings (0x57). */
  record KeepAlive(boolean answer) implements Message {}

  /** Most octets of a topic. */
  int MAX_TOPIC_OCTETS = 64;

  /** Most octets of the payload of {@link Event}. */
  int MAX_EVENT_OCTETS = 1024;

  /** Most octets of the payload of {@link Mail}. */
  int MAX_MAIL_OCTETS = 64 * 1024;

  /** Most octets of a text that says what went wrong. */
  int MAX_FAULT_OCTETS = 512;

  private static void atMost(String what, int count, int most) {
    if (count > most) {
      throw new IllegalArgumentException(
          "%s: %d (expected: at most %d)".formatted(what, count, most));
    }
  }
}
