// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.lb.balance;

import io.dcosnet.api.net.HostPort;
import io.dcosnet.api.net.IpAddress;

/**
 * Turns a client into the number that a {@link Picker} knows it by: the same on every node, so that
 * consistent hashing finds the same back end everywhere. Allocates nothing.
 */
public final class FlowHash {

  private static final long ODD = 0x9e3779b97f4a7c15L;

  private FlowHash() {}

  /** All that comes from one address is one flow: for affinity and consistent hashing. */
  public static long of(IpAddress client) {
    return client.isIpv4()
        ? mix(client.ipv4Bits() & 0xffffffffL)
        : mix(mix(client.highBits()) + client.lowBits());
  }

  /** Each port of an address is a flow of its own. */
  public static long of(HostPort client) {
    return mix(of(client.address()) + client.port());
  }

  /** Spreads numbers that lie close together; no two come out the same. */
  static long mix(long value) {
    long mixed = value + ODD; // else 0 would stay 0
    mixed = (mixed ^ mixed >>> 30) * 0xbf58476d1ce4e5b9L;
    mixed = (mixed ^ mixed >>> 27) * 0x94d049bb133111ebL;
    return mixed ^ mixed >>> 31;
  }
}
