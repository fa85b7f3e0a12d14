// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.linux.route;

import static java.util.Objects.requireNonNull;

import io.dcosnet.api.net.IpAddress;
import io.dcosnet.api.net.MacAddress;
import java.util.Optional;

/**
 * Which MAC address somebody behind a link has. <b>Immutable.</b>
 *
 * @param link index of the link
 * @param mac empty as long as it is not known
 * @param state how sure the kernel is of it, as it has it, {@link #PERMANENT} and others
 * @param protocol number of the program that added it; 0 for unknown
 */
public record Neighbour(
    int link, IpAddress address, Optional<MacAddress> mac, int state, int protocol) {

  /** Somebody said so, and it stays until somebody says otherwise. */
  public static final int PERMANENT = 0x80;

  public Neighbour {
    requireNonNull(address, "address");
    requireNonNull(mac, "mac");
  }

  /** One that stays until it is deleted. */
  public static Neighbour permanent(int link, IpAddress address, MacAddress mac) {
    return new Neighbour(link, address, Optional.of(mac), PERMANENT, 0);
  }

  /** The same, with the number of the program that adds it. */
  public Neighbour withProtocol(int number) {
    return new Neighbour(link, address, mac, state, number);
  }

  /** Such as {@code neighbour 192.0.2.7 of link 3}. */
  @Override
  public String toString() {
    return "neighbour " + address + " of link " + link;
  }
}
