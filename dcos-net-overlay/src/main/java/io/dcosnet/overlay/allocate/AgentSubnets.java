// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.overlay.allocate;

import static java.util.Objects.requireNonNull;

import io.dcosnet.api.net.Cidr;
import java.util.Optional;

/** What one agent has of one overlay: a subnet of at least one family. <b>Immutable.</b> */
public record AgentSubnets(String overlay, Optional<Cidr> subnet, Optional<Cidr> subnet6) {

  public AgentSubnets {
    requireNonNull(overlay, "overlay");
    requireNonNull(subnet, "subnet");
    requireNonNull(subnet6, "subnet6");
    if (subnet.isEmpty() && subnet6.isEmpty()) {
      throw new IllegalArgumentException("overlay " + overlay + ": no subnet (expected: one)");
    }
    if (!subnet.map(cidr -> cidr.first().isIpv4()).orElse(true)
        || !subnet6.map(cidr -> cidr.first().isIpv6()).orElse(true)) {
      throw new IllegalArgumentException(
          "overlay " + overlay + ": " + subnet + ", " + subnet6 + " (expected: IPv4, then IPv6)");
    }
  }
}
