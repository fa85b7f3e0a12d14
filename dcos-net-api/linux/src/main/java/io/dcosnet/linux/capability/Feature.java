// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.linux.capability;

/** Something that a kernel may have, and may let this process use. */
public enum Feature {
  /** Changing links, addresses and routes; needs root or CAP_NET_ADMIN. */
  NETWORK_ADMIN("change the network"),

  /** Making network namespaces; needs root or CAP_SYS_ADMIN. */
  NAMESPACES("network namespaces"),

  /** Links that lead nowhere and hold addresses. */
  DUMMY_LINKS("dummy links"),

  BRIDGES("bridges"),

  /** Wires between namespaces. */
  VETH_LINKS("veth links"),

  /** Ethernet over UDP. */
  VXLAN_LINKS("VXLAN links"),

  /** Next hops that many routes share; since Linux 5.3. */
  NEXT_HOPS("next hop objects"),

  /** Tables, sets and maps of nftables. */
  NFTABLES("nftables"),

  /** Chains of nftables that redirect connections. */
  NFTABLES_NAT("nftables NAT"),

  /** The library that reads rules as text. */
  LIBNFTABLES("libnftables"),

  /** Listing and deleting tracked connections. */
  CONNTRACK("connection tracking"),

  /** The load balancer within the kernel. */
  IPVS("IPVS"),

  /** Programs that redirect connections of local processes when they are made. */
  SOCKET_BPF("BPF on connect"),

  /** Cutting connections of other processes. */
  SOCKET_DESTROY("cutting sockets");

  private final String shown;

  Feature(String shown) {
    this.shown = shown;
  }

  /** For people. */
  @Override
  public String toString() {
    return shown;
  }
}
