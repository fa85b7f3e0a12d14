// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.overlay.apply;

import io.dcosnet.overlay.config.Backend;
import io.dcosnet.overlay.desired.Bridge;
import io.dcosnet.overlay.desired.DesiredState;
import io.dcosnet.overlay.host.HostObject;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Settings of the kernel without which packets are not handed on. */
final class Settings {

  private static final String FILTER = "net/ipv4/conf/%s/rp_filter";

  private Settings() {}

  /** What a state needs, by name; for a host that holds those devices. <b>Pure.</b> */
  static Map<String, String> wanted(DesiredState state, Placed placed) {
    Map<String, String> wanted = new LinkedHashMap<>();
    if (state.backend() != Backend.NONE && !state.spaces().isEmpty()) {
      if (state.spaces().stream().anyMatch(space -> space.first().isIpv4())) {
        wanted.put("net/ipv4/ip_forward", "1");
      }
      if (state.spaces().stream().anyMatch(space -> space.first().isIpv6())) {
        wanted.put("net/ipv6/conf/all/forwarding", "1");
      }
    }
    placed
        .tunnel()
        .ifPresent(
            link -> {
              // Packets to a host may come back by the underlay, and the other way round.
              wanted.put(FILTER.formatted(link.name()), "2");
              boolean ipv6 =
                  state.tunnel().stream()
                      .flatMap(tunnel -> tunnel.addresses().stream())
                      .anyMatch(address -> address.address().isIpv6());
              if (ipv6) {
                wanted.put(switchOfIpv6(link.name()), "0");
              }
            });
    for (Bridge bridge : state.bridges()) {
      boolean there = placed.bridges().stream().anyMatch(link -> link.name().equals(bridge.name()));
      if (there && bridge.gateways().stream().anyMatch(gateway -> gateway.address().isIpv6())) {
        wanted.put(switchOfIpv6(bridge.name()), "0");
      }
    }
    return wanted;
  }

  private static String switchOfIpv6(String link) {
    return "net/ipv6/conf/" + link + "/disable_ipv6";
  }

  /** Sets those that are not as wanted. */
  static void apply(Map<String, String> wanted, Kernel kernel, Steps steps) {
    wanted.forEach(
        (name, value) -> {
          String line = "sysctl -w " + name + "=" + value;
          Optional<String> now = kernel.setting(name);
          if (now.isEmpty()) {
            steps.fault(HostObject.SETTING, line, "ENOENT", "the kernel has no setting " + name);
          } else if (!now.get().equals(value)) {
            boolean unused =
                steps.run(
                    Change.CHANGE,
                    HostObject.SETTING,
                    List.of(line),
                    () -> kernel.set(name, value));
          }
        });
  }
}
