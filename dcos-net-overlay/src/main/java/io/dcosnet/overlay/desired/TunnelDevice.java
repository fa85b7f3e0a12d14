// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.overlay.desired;

import static java.util.Objects.requireNonNull;

import io.dcosnet.api.net.IpAddress;
import io.dcosnet.api.net.MacAddress;
import java.util.List;
import java.util.OptionalInt;

/**
 * The VXLAN device of a host: its tunnel end point (VTEP). <b>Immutable.</b>
 *
 * @param name up to 15 characters
 * @param vni 1-16777215
 * @param port UDP port of the tunnel, 1-65535
 * @param mac given at creation; changing it on a live device drops all its neighbours
 * @param local address of this host on the underlay
 * @param addresses of the device itself, at most one of each family
 * @param mtu largest packet inside the tunnel in octets that the operator wants; empty for as much
 *     as the underlay carries. What does not fit the underlay is lowered
 */
public record TunnelDevice(
    String name,
    int vni,
    int port,
    MacAddress mac,
    IpAddress local,
    List<InterfaceAddress> addresses,
    OptionalInt mtu) {

  public TunnelDevice {
    requireNonNull(name, "name");
    requireNonNull(mac, "mac");
    requireNonNull(local, "local");
    addresses = List.copyOf(addresses);
    requireNonNull(mtu, "mtu");
  }
}
