// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.overlay.desired;

import static java.util.Objects.requireNonNull;

import java.util.List;
import java.util.OptionalInt;

/**
 * A bridge that containers of this host are attached to. <b>Immutable.</b>
 *
 * @param name up to 15 characters
 * @param overlay whose addresses its containers have
 * @param pool id of the range within this host's subnet
 * @param gateways addresses of the bridge itself, at most one of each family
 * @param mtu in octets; empty for that of the tunnel
 */
public record Bridge(
    String name, String overlay, String pool, List<InterfaceAddress> gateways, OptionalInt mtu) {

  public Bridge {
    requireNonNull(name, "name");
    requireNonNull(overlay, "overlay");
    requireNonNull(pool, "pool");
    gateways = List.copyOf(gateways);
    requireNonNull(mtu, "mtu");
  }
}
