// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.overlay.desired;

import static java.util.Objects.requireNonNull;

import io.dcosnet.api.net.Cidr;
import io.dcosnet.api.net.IpAddress;
import io.dcosnet.api.net.MacAddress;
import io.dcosnet.api.net.NodeId;
import java.util.List;
import java.util.Optional;

/**
 * Another host: where its containers are and how packets get there. <b>Immutable.</b>
 *
 * @param ip its address on the underlay
 * @param vtep its tunnel end point; IPv4
 * @param vtep6 the same in IPv6, if the cluster has such a pool
 * @param mac of its tunnel end point
 * @param subnets its pieces of all overlays, both families, sorted
 */
public record Peer(
    NodeId agent,
    IpAddress ip,
    IpAddress vtep,
    Optional<IpAddress> vtep6,
    MacAddress mac,
    List<Cidr> subnets) {

  public Peer {
    requireNonNull(agent, "agent");
    requireNonNull(ip, "ip");
    requireNonNull(vtep, "vtep");
    requireNonNull(vtep6, "vtep6");
    requireNonNull(mac, "mac");
    subnets = subnets.stream().sorted().toList();
  }
}
