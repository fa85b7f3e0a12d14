// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.overlay.desired;

import static java.util.Objects.requireNonNull;

import io.dcosnet.api.net.Cidr;
import io.dcosnet.overlay.config.Backend;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/**
 * All that one host must hold. Equal states ask for the same objects in the kernel.
 *
 * <p><b>Immutable.</b>
 *
 * @param backend how packets get to other hosts
 * @param tunnel the device of this host; present if and only if {@code backend} is {@link
 *     Backend#VXLAN} and this host has an end point
 * @param bridges sorted by name
 * @param peers all other hosts, sorted by id; without those that must not be programmed
 * @param spaces the whole addresses of all overlays, both families: what stays within them keeps
 *     its source address, what leaves them is masqueraded, and packets from them to the addresses
 *     of other hosts travel through the tunnel
 * @param keepsOthers true as long as {@code peers} may lack somebody whom an earlier process knew:
 *     what leads to other hosts is added and changed then, and nothing of it removed
 */
public record DesiredState(
    Backend backend,
    Optional<TunnelDevice> tunnel,
    List<Bridge> bridges,
    List<Peer> peers,
    Set<Cidr> spaces,
    boolean keepsOthers) {

  /** Nothing at all: what is left when this host takes no part any more. */
  public static final DesiredState NOTHING =
      new DesiredState(Backend.NONE, Optional.empty(), List.of(), List.of(), Set.of());

  public DesiredState {
    requireNonNull(backend, "backend");
    requireNonNull(tunnel, "tunnel");
    if (tunnel.isPresent() && backend != Backend.VXLAN) {
      throw new IllegalArgumentException("tunnel: with " + backend + " (expected: with VXLAN)");
    }
    bridges = bridges.stream().sorted(Comparator.comparing(Bridge::name)).toList();
    peers = peers.stream().sorted(Comparator.comparing(Peer::agent)).toList();
    spaces = Set.copyOf(spaces);
  }

  /** All other hosts are known. */
  public DesiredState(
      Backend backend,
      Optional<TunnelDevice> tunnel,
      List<Bridge> bridges,
      List<Peer> peers,
      Set<Cidr> spaces) {
    this(backend, tunnel, bridges, peers, spaces, false);
  }

  /** The same, which takes nobody off the host. */
  public DesiredState keepingOthers() {
    return new DesiredState(backend, tunnel, bridges, peers, spaces, true);
  }

  /** Names of the overlays that have IPv6 on this host, in order; others can do without it. */
  public Set<String> ipv6Overlays() {
    Set<String> names = new TreeSet<>();
    for (Bridge bridge : bridges) {
      if (bridge.gateways().stream().anyMatch(gateway -> gateway.address().isIpv6())) {
        names.add(bridge.overlay());
      }
    }
    return names;
  }
}
