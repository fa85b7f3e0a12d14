// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.lb.datapath;

import static java.util.Objects.requireNonNull;

import io.dcosnet.api.net.Protocol;
import java.util.Set;

/**
 * What a data path can do on this machine. <b>Immutable.</b>
 *
 * @param usable false when it cannot work here
 * @param detail for a person: what was tried, and what is lacking
 * @param protocols that it serves
 * @param ipv6 true when it serves IPv6 VIPs
 */
public record Capabilities(boolean usable, String detail, Set<Protocol> protocols, boolean ipv6) {
  public Capabilities {
    requireNonNull(detail, "detail");
    protocols = Set.copyOf(protocols);
  }
}
