// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.gossip.secure;

import io.dcosnet.gossip.key.ClusterLabel;
import io.dcosnet.gossip.key.GossipKey;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.Key;
import org.jspecify.annotations.Nullable;

/**
 * Derives what is really sealed with: each start of each node has a key of its own, so that a
 * counter is a safe nonce. <b>Not thread-safe.</b>
 */
final class SenderKeys {

  private static final byte[] DATAGRAMS = "dcos-net-gossip/1".getBytes(StandardCharsets.US_ASCII);
  private static final byte[] STREAMS = "stream".getBytes(StandardCharsets.US_ASCII);

  private final Hkdf hkdf = new Hkdf();
  private final byte[] label;

  /** What was gathered from each key of the ring; the dear half of a derivation. */
  private final @Nullable Strength[] strengths = new Strength[256];

  private static final class Strength {
    private final GossipKey key;
    private final byte[] octets;

    Strength(GossipKey key, byte[] octets) {
      this.key = key;
      this.octets = octets;
    }
  }

  SenderKeys(ClusterLabel label) {
    this.label = label.octets().toArray();
  }

  /** For the datagrams of one start of a node. */
  Key datagrams(GossipKey key, long shortId, int salt) {
    byte[] info =
        ByteBuffer.allocate(DATAGRAMS.length + 12)
            .put(DATAGRAMS)
            .putLong(shortId)
            .putInt(salt)
            .array();
    return Aead.key(hkdf.expand(strength(key), info, GossipKey.OCTETS));
  }

  /**
   * For one direction of a stream.
   *
   * @param both what both sides contributed
   * @param direction 0 from the side that opened it, 1 towards it
   */
  Key stream(GossipKey key, byte[] both, int direction) {
    byte[] info = ByteBuffer.allocate(STREAMS.length + both.length).put(STREAMS).put(both).array();
    byte[] octets = hkdf.expand(strength(key), info, 2 * GossipKey.OCTETS);
    byte[] half = new byte[GossipKey.OCTETS];
    System.arraycopy(octets, direction * GossipKey.OCTETS, half, 0, GossipKey.OCTETS);
    return Aead.key(half);
  }

  private byte[] strength(GossipKey key) {
    Strength known = strengths[key.id()];
    if (known == null || !known.key.equals(key)) {
      known = new Strength(key, hkdf.extract(label, key.secret().toArray()));
      strengths[key.id()] = known;
    }
    return known.octets;
  }
}
