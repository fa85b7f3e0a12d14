// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.lb.vip;

import static java.util.Objects.requireNonNull;

import io.dcosnet.api.net.IpAddress;
import org.jspecify.annotations.Nullable;

/**
 * That a name has an address, as some node has told all others. <b>Immutable.</b>
 *
 * @param sinceMillis Unix time at which it was claimed, by the clock of whoever claimed it first
 */
public record NameClaim(String name, IpAddress address, long sinceMillis) {

  public NameClaim {
    requireNonNull(name, "name");
    requireNonNull(address, "address");
  }

  /**
   * What a node has to tell of an address.
   *
   * @param claim null takes back what it told before
   */
  public record Change(IpAddress address, @Nullable NameClaim claim) {
    public Change {
      requireNonNull(address, "address");
    }
  }
}
