// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.api.net;

import static java.util.Objects.requireNonNull;

import io.dcosnet.api.DecodeException;
import java.util.UUID;
import java.util.random.RandomGenerator;

/**
 * Who a node is, whatever its addresses: the one identity that gossip, overlay and load balancer
 * share. <b>Immutable.</b>
 */
public record NodeId(UUID uuid) implements Comparable<NodeId> {

  public NodeId {
    requireNonNull(uuid, "uuid");
  }

  /** A new random identity (RFC 9562 version 4) from the given source of randomness. */
  public static NodeId random(RandomGenerator random) {
    long high = (random.nextLong() & 0xffff_ffff_ffff_0fffL) | 0x4000L;
    long low = (random.nextLong() & 0x3fff_ffff_ffff_ffffL) | 0x8000_0000_0000_0000L;
    return new NodeId(new UUID(high, low));
  }

  /** Reads the canonical form of 36 characters. */
  public static NodeId parse(String text) {
    try {
      UUID uuid = UUID.fromString(text);
      if (text.length() == 36) {
        return new NodeId(uuid);
      }
    } catch (IllegalArgumentException e) {
      // reported below, in our words
    }
    throw new DecodeException("node id: \"" + text + "\" (expected: a UUID)", 0);
  }

  @Override
  public int compareTo(NodeId other) {
    int byHigh =
        Long.compareUnsigned(uuid.getMostSignificantBits(), other.uuid.getMostSignificantBits());
    return byHigh != 0
        ? byHigh
        : Long.compareUnsigned(
            uuid.getLeastSignificantBits(), other.uuid.getLeastSignificantBits());
  }

  @Override
  public String toString() {
    return uuid.toString();
  }
}
