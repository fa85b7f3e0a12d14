// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.gossip.secure;

import io.dcosnet.api.Bytes;
import io.dcosnet.api.net.Cidr;
import io.dcosnet.api.net.IpAddress;
import io.dcosnet.gossip.key.ClusterLabel;
import io.dcosnet.gossip.key.GossipKey;
import io.dcosnet.gossip.key.KeyRing;
import io.dcosnet.gossip.key.PlainPolicy;
import io.dcosnet.testkit.RecordingMetrics;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Nodes with fixed keys, for tests of their envelopes. */
final class Seals {

  static final IpAddress FROM = IpAddress.parse("192.0.2.1");
  static final long EPOCH = 1_700_000_000_000L;

  private Seals() {}

  static GossipKey key(int id) {
    byte[] secret = new byte[GossipKey.OCTETS];
    Arrays.fill(secret, (byte) (0x10 * id + 5));
    return new GossipKey(id, Bytes.copyOf(secret));
  }

  static Node node(int number) {
    return new Node(number);
  }

  static byte[] octets(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  /** What a node is made with. */
  static final class Node {
    private final int number;
    private @Nullable KeyRing keys = KeyRing.of(key(1));
    private PlainPolicy plain = PlainPolicy.REFUSED;
    private String label = "test";
    private long epoch = EPOCH;
    private int salt;
    private List<Cidr> allowed = List.of();
    private long start;
    final RecordingMetrics metrics = new RecordingMetrics();

    private Node(int number) {
      this.number = number;
      this.salt = 0x01020300 + number;
    }

    Node keys(@Nullable KeyRing keys) {
      this.keys = keys;
      return this;
    }

    Node plain(PlainPolicy policy) {
      this.plain = policy;
      return this;
    }

    Node label(String label) {
      this.label = label;
      return this;
    }

    Node epoch(long epoch) {
      this.epoch = epoch;
      return this;
    }

    Node salt(int salt) {
      this.salt = salt;
      return this;
    }

    Node allowed(String cidr) {
      this.allowed = List.of(Cidr.parse(cidr));
      return this;
    }

    Node start(long nanos) {
      this.start = nanos;
      return this;
    }

    SealSetup setup() {
      return new SealSetup(
          keys,
          plain,
          new ClusterLabel(label),
          0x1111_2222_3333_4400L + number,
          salt,
          epoch,
          allowed,
          SealSetup.MAX_DATAGRAM,
          start,
          metrics);
    }

    DatagramSeal seal() {
      return new DatagramSeal(setup());
    }

    long dropped(SealFault fault) {
      return metrics.count("dcosnet.gossip.dropped", "reason", fault.tag());
    }
  }

  /** A datagram with this text. */
  static byte[] datagram(DatagramSeal from, String text) {
    byte[] body = octets(text);
    byte[] out = new byte[body.length + DatagramSeal.OVERHEAD];
    return Arrays.copyOf(out, from.seal(body, body.length, out));
  }

  static @Nullable SealFault open(DatagramSeal at, byte[] datagram, long now) {
    return at.open(FROM, datagram, 0, datagram.length, now);
  }

  static String body(DatagramSeal at) {
    return new String(at.body(), at.bodyOffset(), at.bodyLength(), StandardCharsets.UTF_8);
  }
}
