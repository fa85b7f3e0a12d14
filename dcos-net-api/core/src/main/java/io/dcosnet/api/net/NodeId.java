// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.api.net;

import static java.util.Objects.requireNonNull;

import io.dcosnet.api.DecodeException;
import java.util.UUID;
import java.util.random.RandomGenerator;
import java.util.regex.Pattern;

/**
 * Who a node is, whatever its addresses: the one identity that gossip, overlay and load balancer
 * share. <b>Immutable.</b>
 */
public record NodeId(UUID uuid) implements Comparable<NodeId> {

  private static final Pattern TEXT =
      Pattern.compile("[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}");

  public NodeId {
    requireNonNull(uuid, "uuid");
  }

  /** A new random identity (RFC 9562 version 4) from the given source of randomness. */
  public static NodeId random(RandomGenerator random) {
    long high = (random.nextLong() & 0xffff_ffff_ffff_0fffL) | 0x4000L;
    long low = (random.nextLong() & 0x3fff_ffff_ffff_ffffL) | 0x8000_0000_0000_0000L;
    return new NodeId(new UUID(high, low));
  }

  /** Reads the canonical form of 36 characters, in upper or lower case. */
  public static NodeId parse(String text) {
    // The JDK also reads shorter and longer fields, and cuts them to size.
    if (!TEXT.matcher(text).matches()) {
      throw new DecodeException("node id: " + Quoted.of(text) + " (expected: a UUID)", 0);
    }
    return new NodeId(UUID.fromString(text));
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
