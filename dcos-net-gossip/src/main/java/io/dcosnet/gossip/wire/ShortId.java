// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.gossip.wire;

import io.dcosnet.api.net.NodeId;
import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;

/** Eight octets that stand for a node where sixteen are too many. */
public final class ShortId {

  private ShortId() {}

  /** The first eight octets of SHA-256 over the sixteen of the identity, big-endian. */
  public static long of(NodeId id) {
    byte[] octets =
        ByteBuffer.allocate(16)
            .putLong(id.uuid().getMostSignificantBits())
            .putLong(id.uuid().getLeastSignificantBits())
            .array();
    try {
      return ByteBuffer.wrap(MessageDigest.getInstance("SHA-256").digest(octets)).getLong();
    } catch (NoSuchAlgorithmException e) {
      throw new AssertionError("every Java platform has SHA-256", e);
    }
  }

  /** Sixteen hexadecimal digits. */
  public static String text(long shortId) {
    return "%016x".formatted(shortId);
  }
}
