// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.overlay.allocate;

import static java.util.Objects.requireNonNull;

import io.dcosnet.api.net.IpAddress;

/**
 * What an agent says to have by its own disk. <b>Immutable.</b>
 *
 * @param revision by which a master told it so, 1 or more
 */
public record Claim(AgentRecord record, long revision) {

  /** Greatest revision that is believed: twice as much still counts on without an overflow. */
  public static final long MAX_REVISION = 1L << 56;

  /** More overlays than this are no record of ours. */
  public static final int MAX_OVERLAYS = 256;

  public Claim {
    requireNonNull(record, "record");
    if (revision < 1) {
      throw new IllegalArgumentException("revision: " + revision + " (expected: 1 or more)");
    }
  }

  /** What {@code held} says, of an agent that is reached at {@code ip} now. */
  public static Claim of(AgentRecord held, IpAddress ip, long revision) {
    return new Claim(held.ip().equals(ip) ? held : held.withIp(ip), revision);
  }

  /** False for what no master can have told. */
  public boolean isCredible() {
    return revision <= MAX_REVISION && record.subnets().size() <= MAX_OVERLAYS;
  }
}
