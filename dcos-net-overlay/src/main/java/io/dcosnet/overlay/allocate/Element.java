// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.overlay.allocate;

import static java.util.Objects.requireNonNull;

import io.dcosnet.api.net.Cidr;
import io.dcosnet.api.net.IpAddress;

/**
 * One thing that somebody can have: an address (as a prefix of full length) or a subnet of a pool.
 * <b>Immutable.</b>
 */
record Element(PoolId pool, Cidr cidr) {

  Element {
    requireNonNull(pool, "pool");
    requireNonNull(cidr, "cidr");
  }

  static Element vtep(IpAddress address) {
    PoolId pool = address.isIpv4() ? PoolId.VTEP : PoolId.VTEP6;
    return new Element(pool, new Cidr(address, address.bitLength()));
  }

  static Element subnet(String overlay, Cidr subnet) {
    boolean ipv4 = subnet.first().isIpv4();
    return new Element(ipv4 ? PoolId.subnets(overlay) : PoolId.subnets6(overlay), subnet);
  }

  String key() {
    return pool.keyOf(cidr);
  }

  @Override
  public String toString() {
    return pool + " " + pool.textOf(cidr);
  }
}
