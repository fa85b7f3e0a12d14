// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.linux.netlink;

import java.util.Locale;

/** Parts of the kernel that are spoken to in netlink messages. */
public enum NetlinkProtocol {
  /** Links, addresses, routes, rules, neighbours. */
  ROUTE(0),

  /** Sockets of this host: what they are connected to, and cutting them. */
  SOCK_DIAG(4),

  /** nftables and connection tracking. */
  NETFILTER(12),

  /** Families that are found by name, such as IPVS. */
  GENERIC(16);

  private final int number;

  NetlinkProtocol(int number) {
    this.number = number;
  }

  int number() {
    return number;
  }

  @Override
  public String toString() {
    return "netlink " + name().toLowerCase(Locale.ROOT);
  }
}
