// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.gossip.key;

import io.dcosnet.api.Bytes;
import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;

/**
 * The name of a cluster. It goes into the keys and into what is authenticated, so that clusters
 * which share a key still do not hear each other; a short tag of it makes traffic of others known
 * at once. <b>Immutable.</b>
 *
 * @param text 1 to 255 octets in UTF-8
 */
public record ClusterLabel(String text) {

  /** Most octets in UTF-8. */
  public static final int MAX_OCTETS = 255;

  public ClusterLabel {
    int octets = Bytes.utf8(text).size();
    if (octets < 1 || octets > MAX_OCTETS) {
      throw new IllegalArgumentException(
          "cluster label: %d octets (expected: 1 to %d)".formatted(octets, MAX_OCTETS));
    }
  }

  /** In UTF-8. */
  public Bytes octets() {
    return Bytes.utf8(text);
  }

  /** The first four octets of SHA-256 over the label, big-endian. */
  public int tag() {
    try {
      byte[] digest = MessageDigest.getInstance("SHA-256").digest(octets().toArray());
      return ByteBuffer.wrap(digest).getInt();
    } catch (NoSuchAlgorithmException e) {
      throw new AssertionError("every Java platform has SHA-256", e);
    }
  }

  @Override
  public String toString() {
    return text;
  }
}
