// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.overlay.link;

import static java.util.Objects.requireNonNull;

import io.dcosnet.overlay.allocate.AgentRecord;
import io.dcosnet.overlay.config.NetworkConfig;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/**
 * What one agent has, and the configuration that it follows from. An agent keeps the newest one on
 * its disk and works from it when no master is there.
 *
 * <p><b>Immutable.</b>
 *
 * @param revision of the master's store by which this is so, 1 or more; never decreases in the life
 *     of a cluster, so that of two that contradict each other the greater one is right
 */
public record Assignment(AgentRecord record, NetworkConfig config, long revision) {

  private static final int HASH_OCTETS = 16;

  public Assignment {
    requireNonNull(record, "record");
    requireNonNull(config, "config");
    if (revision < 1) {
      throw new IllegalArgumentException("revision: " + revision + " (expected: 1 or more)");
    }
  }

  /** Of the content, not of the revision: equal content gives equal hashes on every host. */
  public String hash() {
    try {
      MessageDigest digest = MessageDigest.getInstance("SHA-256");
      digest.update(config.toJson().getBytes(StandardCharsets.UTF_8));
      digest.update((byte) 0);
      digest.update(record.agent().toString().getBytes(StandardCharsets.UTF_8));
      digest.update(record.toJson(config).toArray());
      return HexFormat.of().formatHex(digest.digest(), 0, HASH_OCTETS);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e); // every Java has it
    }
  }
}
