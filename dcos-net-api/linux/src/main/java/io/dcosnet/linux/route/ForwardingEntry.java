// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.linux.route;

import static java.util.Objects.requireNonNull;

import io.dcosnet.api.net.IpAddress;
import io.dcosnet.api.net.MacAddress;
import java.util.Optional;

/**
 * Where a link sends Ethernet frames that are meant for a MAC address: for a tunnel, to which host.
 * <b>Immutable.</b>
 *
 * @param link index of the link
 * @param to the host behind which the address is; empty for links that are no tunnels
 * @param port UDP port of that host, 0-65535; 0 for that of the tunnel
 * @param network number of the network at that host, 0-16777215; 0 for that of the tunnel
 * @param state as the kernel has it, {@link #PERMANENT} and others
 * @param flags as the kernel has them, {@link #SELF} and others
 */
public record ForwardingEntry(
    int link, MacAddress mac, Optional<IpAddress> to, int port, int network, int state, int flags) {

  /** It belongs to the link itself, and not to the bridge that the link is joined to. */
  public static final int SELF = 0x2;

  /** Somebody said so, and it stays until somebody says otherwise. */
  public static final int PERMANENT = 0x80;

  /** The kernel does not try whether it is true. */
  public static final int UNPROVED = 0x40;

  public ForwardingEntry {
    requireNonNull(mac, "mac");
    requireNonNull(to, "to");
    if (port < 0 || port > 0xffff) {
      throw new IllegalArgumentException("port: " + port + " (expected: 0-65535)");
    }
  }

  /** One of a tunnel that stays until it is deleted. */
  public static ForwardingEntry of(int link, MacAddress mac, IpAddress to) {
    return new ForwardingEntry(link, mac, Optional.of(to), 0, 0, PERMANENT | UNPROVED, SELF);
  }

  /** The same to another port of the host. */
  public ForwardingEntry withPort(int number) {
    return new ForwardingEntry(link, mac, to, number, network, state, flags);
  }

  /** The same into another network of the host. */
  public ForwardingEntry withNetwork(int number) {
    return new ForwardingEntry(link, mac, to, port, number, state, flags);
  }

  /** Whether it belongs to the link itself. */
  public boolean isOfLink() {
    return (flags & SELF) != 0;
  }

  /** Such as {@code forwarding of 02:00:00:00:00:07 to 192.0.2.7 of link 3}. */
  @Override
  public String toString() {
    return "forwarding of " + mac + to.map(host -> " to " + host).orElse("") + " of link " + link;
  }
}
