// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.overlay.apply;

import io.dcosnet.linux.KernelException;
import io.dcosnet.linux.route.Link;
import io.dcosnet.overlay.config.Backend;
import io.dcosnet.overlay.desired.Bridge;
import io.dcosnet.overlay.desired.DesiredState;
import io.dcosnet.overlay.host.HostObject;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** Settings of the kernel without which packets are not handed on. */
final class Settings {

  private static final String FILTER = "net/ipv4/conf/%s/rp_filter";
  private static final String FORWARDING6 = "net/ipv6/conf/all/forwarding";

  private Settings() {}

  /**
   * One setting.
   *
   * @param overlays that cannot work without it; none: all of them
   */
  record Setting(String name, String value, Set<String> overlays) {
    Setting {
      overlays = Set.copyOf(overlays);
    }

    private String line() {
      return "sysctl -w " + name + "=" + value;
    }
  }

  /** What a state needs, in order; for a host that holds those devices. <b>Pure.</b> */
  static List<Setting> wanted(DesiredState state, Placed placed) {
    List<Setting> wanted = new ArrayList<>();
    Set<String> ipv6 = state.ipv6Overlays();
    if (state.backend() != Backend.NONE && !state.spaces().isEmpty()) {
      if (state.spaces().stream().anyMatch(space -> space.first().isIpv4())) {
        wanted.add(new Setting("net/ipv4/ip_forward", "1", Set.of()));
      }
      if (state.spaces().stream().anyMatch(space -> space.first().isIpv6())) {
        wanted.add(new Setting(FORWARDING6, "1", ipv6));
      }
    }
    placed
        .tunnel()
        .ifPresent(
            link -> {
              // Packets to a host may come back by the underlay, and the other way round.
              wanted.add(new Setting(FILTER.formatted(link.name()), "2", Set.of()));
              boolean isIpv6 =
                  state.tunnel().stream()
                      .flatMap(tunnel -> tunnel.addresses().stream())
                      .anyMatch(address -> address.address().isIpv6());
              if (isIpv6) {
                wanted.add(new Setting(switchOfIpv6(link.name()), "0", ipv6));
              }
            });
    for (Bridge bridge : state.bridges()) {
      boolean there = placed.bridges().stream().anyMatch(link -> link.name().equals(bridge.name()));
      if (there && bridge.gateways().stream().anyMatch(gateway -> gateway.address().isIpv6())) {
        wanted.add(new Setting(switchOfIpv6(bridge.name()), "0", Set.of(bridge.overlay())));
      }
    }
    return wanted;
  }

  private static String switchOfIpv6(String link) {
    return "net/ipv6/conf/" + link + "/disable_ipv6";
  }

  /**
   * Sets those that are not as wanted.
   *
   * @param underlay whose routes are to outlive it
   */
  static void apply(List<Setting> wanted, Underlay underlay, Kernel kernel, Steps steps) {
    for (Setting setting : wanted) {
      Optional<String> now = read(setting, kernel, steps);
      if (now.isPresent() && !now.get().equals(setting.value())) {
        if (setting.name().equals(FORWARDING6)) {
          keepAdvertised(underlay, kernel, steps);
        }
        set(setting, kernel, steps);
      }
    }
  }

  private static Optional<String> read(Setting setting, Kernel kernel, Steps steps) {
    try {
      Optional<String> now = kernel.setting(setting.name());
      if (now.isEmpty()) {
        String reason = "the kernel has no setting " + setting.name();
        steps.fault(HostObject.SETTING, setting.line(), setting.overlays(), "ENOENT", reason);
      }
      return now;
    } catch (KernelException e) { // of this one; the others may do
      steps.fault(
          HostObject.SETTING,
          setting.line(),
          setting.overlays(),
          e.errno().name(),
          String.valueOf(e.getMessage()));
      return Optional.empty();
    }
  }

  private static void set(Setting setting, Kernel kernel, Steps steps) {
    boolean unused =
        steps.run(
            Change.CHANGE,
            HostObject.SETTING,
            List.of(setting.line()),
            setting.overlays(),
            () -> kernel.set(setting.name(), setting.value()));
  }

  /**
   * A host that hands on packets drops what routers advertised to it, its default route with it,
   * unless each link says that it shall not.
   */
  private static void keepAdvertised(Underlay underlay, Kernel kernel, Steps steps) {
    for (Link link : underlay.links()) {
      String name = "net/ipv6/conf/" + link.name() + "/accept_ra";
      boolean isOthers = !underlay.own().contains(link.name()) && !Ours.isTagged(link);
      // Ports of bridges and the loopback device hear no routers.
      if (isOthers
          && link.master() == 0
          && (link.flags() & Link.LOOPBACK) == 0
          && kernel.setting(name).filter("1"::equals).isPresent()) {
        set(new Setting(name, "2", Set.of()), kernel, steps);
      }
    }
  }
}
