// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.dns.outside;

/** How a client asks, and how much it gets at most. */
enum Way {
  /** As in 1987. */
  PLAIN_UDP(true, false, 512),
  EDNS_UDP(true, true, 1232),
  PLAIN_TCP(false, false, 65_535),
  EDNS_TCP(false, true, 65_535),
  TLS(false, true, 65_535);

  private final boolean udp;
  private final boolean edns;
  private final int mostOctets;

  Way(boolean udp, boolean edns, int mostOctets) {
    this.udp = udp;
    this.edns = edns;
    this.mostOctets = mostOctets;
  }

  boolean isUdp() {
    return udp;
  }

  boolean hasEdns() {
    return edns;
  }

  int mostOctets() {
    return mostOctets;
  }
}
