// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.overlay.link;

import static java.util.Objects.requireNonNull;

import io.dcosnet.api.net.Cidr;
import io.dcosnet.api.net.IpAddress;
import io.dcosnet.overlay.allocate.AgentRecord;
import io.dcosnet.overlay.allocate.AgentSubnets;
import io.dcosnet.overlay.config.NetworkConfig;
import io.dcosnet.overlay.config.OverlayConfig.Space;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Optional;

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
    requireInside(record, config);
  }

  /** Of an overlay that the configuration has not, the agent makes nothing. */
  private static void requireInside(AgentRecord record, NetworkConfig config) {
    requireInside("VTEP", config.vtepSubnet(), record.vtep());
    if (config.vtepSubnet6().isPresent() && record.vtep6().isPresent()) {
      requireInside("VTEP", config.vtepSubnet6().get(), record.vtep6().get());
    }
    for (AgentSubnets part : record.subnets()) {
      config
          .overlay(part.overlay())
          .ifPresent(
              overlay -> {
                requirePiece(overlay.ipv4(), part.subnet());
                requirePiece(overlay.ipv6(), part.subnet6());
              });
    }
  }

  private static void requireInside(String what, Cidr pool, IpAddress address) {
    if (!pool.contains(address)) {
      throw new IllegalArgumentException(what + ": " + address + " (expected: in " + pool + ")");
    }
  }

  private static void requirePiece(Optional<Space> space, Optional<Cidr> subnet) {
    if (subnet.isPresent()) {
      boolean piece =
          space
              .filter(all -> all.subnet().contains(subnet.get()))
              .filter(all -> all.prefix() == subnet.get().length())
              .isPresent();
      if (!piece) {
        String expected = space.map(all -> "a piece of " + all).orElse("none of this family");
        throw new IllegalArgumentException(
            "subnet: " + subnet.get() + " (expected: " + expected + ")");
      }
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
