// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.gossip.key;

import io.dcosnet.api.Bytes;

/**
 * A key of a cluster. <b>Immutable.</b>
 *
 * @param id 1 to 255, chosen by the operator
 * @param secret 32 random octets
 */
public record GossipKey(int id, Bytes secret) {

  /** Octets of a key. */
  public static final int OCTETS = 32;

  public GossipKey {
    if (id < 1 || id > 255) {
      throw new IllegalArgumentException("key id: " + id + " (expected: 1 to 255)");
    }
    if (secret.size() != OCTETS) {
      throw new IllegalArgumentException(
          "key %d: %d octets (expected: %d)".formatted(id, secret.size(), OCTETS));
    }
  }

  /** Without the secret. */
  @Override
  public String toString() {
    return "key " + id;
  }
}
