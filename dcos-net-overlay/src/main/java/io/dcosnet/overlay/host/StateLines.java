// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.overlay.host;

import io.dcosnet.api.net.Cidr;
import io.dcosnet.overlay.desired.Bridge;
import io.dcosnet.overlay.desired.DesiredState;
import io.dcosnet.overlay.desired.Peer;
import java.util.SortedMap;
import java.util.TreeMap;

/** The objects of a state for a person: what names each one, and how it is. */
final class StateLines {

  private StateLines() {}

  static SortedMap<String, String> of(DesiredState state) {
    SortedMap<String, String> lines = new TreeMap<>();
    state
        .tunnel()
        .ifPresent(
            tunnel -> {
              lines.put(
                  "link " + tunnel.name(),
                  "vxlan id %d dstport %d address %s local %s mtu %s"
                      .formatted(
                          tunnel.vni(),
                          tunnel.port(),
                          tunnel.mac(),
                          tunnel.local(),
                          tunnel.mtu().isPresent() ? tunnel.mtu().getAsInt() : "auto"));
              tunnel
                  .addresses()
                  .forEach(address -> lines.put("addr " + address + " " + tunnel.name(), ""));
            });
    for (Bridge bridge : state.bridges()) {
      lines.put(
          "link " + bridge.name(),
          "bridge mtu " + (bridge.mtu().isPresent() ? bridge.mtu().getAsInt() : "auto"));
      bridge.gateways().forEach(gateway -> lines.put("addr " + gateway + " " + bridge.name(), ""));
    }
    for (Peer peer : state.peers()) {
      lines.put("fdb " + peer.mac(), "dst " + peer.ip());
      lines.put("neigh " + peer.vtep(), "lladdr " + peer.mac());
      peer.vtep6().ifPresent(vtep -> lines.put("neigh " + vtep, "lladdr " + peer.mac()));
      for (Cidr subnet : peer.subnets()) {
        lines.put("route " + subnet, "via " + via(peer, subnet));
      }
    }
    state.spaces().forEach(space -> lines.put("masquerade from " + space, ""));
    return lines;
  }

  /** Whether a line is of another host. */
  static boolean isOfPeer(String key) {
    return key.startsWith("fdb ") || key.startsWith("neigh ") || key.startsWith("route ");
  }

  private static String via(Peer peer, Cidr subnet) {
    return subnet.first().isIpv4() || peer.vtep6().isEmpty()
        ? peer.vtep().toString()
        : peer.vtep6().get().toString();
  }
}
