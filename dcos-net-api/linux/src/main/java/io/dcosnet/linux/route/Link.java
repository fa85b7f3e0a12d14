// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.linux.route;

import io.dcosnet.api.net.MacAddress;
import java.util.Optional;

/**
 * A network device as it is. <b>Immutable.</b>
 *
 * @param index its number in its namespace
 * @param kind what it is made of
 * @param flags as the kernel has them, {@link #UP} and others
 * @param mtu octets of its longest packet
 * @param mac empty for links that have none of 6 octets
 * @param master index of the bridge that it is joined to; 0 for none
 * @param alias what somebody wrote on it; empty when nobody did
 */
public record Link(
    int index,
    String name,
    LinkKind kind,
    int flags,
    int mtu,
    Optional<MacAddress> mac,
    int master,
    String alias) {

  /** Somebody has switched it on. */
  public static final int UP = 0x1;

  public static final int LOOPBACK = 0x8;

  /** It is on and its wire is connected. */
  public static final int LOWER_UP = 0x10000;

  public boolean isUp() {
    return (flags & UP) != 0;
  }
}
