// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.overlay.config;

import io.dcosnet.api.net.Cidr;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What makes the pools and names of a network right together. <b>Confined to</b> one thread. */
final class SpaceRules {

  static final Cidr IPV4_MAPPED = Cidr.parse("::ffff:0:0/96");

  /** Ranges that hosts use for something else, and what for. */
  private static final Map<Cidr, String> SPECIAL =
      Map.of(
          Cidr.parse("127.0.0.0/8"), "loopback",
          Cidr.parse("169.254.0.0/16"), "link-local addresses",
          Cidr.parse("224.0.0.0/4"), "multicast",
          Cidr.parse("11.0.0.0/8"), "virtual addresses of services",
          Cidr.parse("198.51.100.0/24"), "the resolvers of the agents",
          Cidr.parse("::1/128"), "loopback",
          Cidr.parse("fe80::/10"), "link-local addresses",
          Cidr.parse("ff00::/8"), "multicast");

  /** A pool: where it stands, what it is for. */
  private record Space(String option, String owner, Cidr subnet) {}

  private final NetworkConfig.Builder draft;
  private final Findings findings;
  private final List<Space> spaces = new ArrayList<>();

  private SpaceRules(NetworkConfig.Builder draft, Findings findings) {
    this.draft = draft;
    this.findings = findings;
  }

  static void check(NetworkConfig.Builder draft, Findings findings) {
    SpaceRules rules = new SpaceRules(draft, findings);
    rules.gather();
    rules.disjoint();
    rules.special();
    rules.reserved();
    rules.deviceNames();
  }

  private void gather() {
    add("vtep_subnet", "the VTEP pool", draft.vtepSubnet);
    add("vtep_subnet6", "the VTEP pool", draft.vtepSubnet6);
    for (int i = 0; i < draft.overlays.size(); i++) {
      OverlayConfig.Builder overlay = draft.overlays.get(i);
      String owner = "overlay " + (overlay.name == null ? i : Findings.shown(overlay.name));
      add("overlays[" + i + "].subnet", owner, overlay.subnet);
      add("overlays[" + i + "].subnet6", owner, overlay.subnet6);
    }
  }

  private void add(String option, String owner, @Nullable Cidr subnet) {
    if (subnet != null) {
      spaces.add(new Space(option, owner, subnet));
    }
  }

  /** Prefixes either nest or are apart, so one sorted walk finds who lies in whom. */
  private void disjoint() {
    List<Space> sorted = new ArrayList<>(spaces);
    sorted.sort(Comparator.comparing(Space::subnet)); // stable: equal ones in document order
    Map<Space, Space> around = new HashMap<>();
    Deque<Space> open = new ArrayDeque<>();
    for (Space space : sorted) {
      while (!open.isEmpty() && !open.peek().subnet().contains(space.subnet())) {
        open.pop();
      }
      if (!open.isEmpty()) {
        around.put(space, open.peek());
      }
      open.push(space);
    }
    for (Space space : spaces) {
      Space outer = around.get(space);
      if (outer != null) {
        findings.problem(
            "SUBNETS_OVERLAP",
            space.option(),
            space.subnet() + " of " + space.owner(),
            "no address in common with "
                + outer.owner()
                + ", "
                + outer.option()
                + " "
                + outer.subnet());
      }
    }
  }

  private void special() {
    for (Space space : spaces) {
      SPECIAL.entrySet().stream()
          .filter(range -> range.getKey().overlaps(space.subnet()))
          .sorted(Map.Entry.comparingByKey())
          .forEach(
              range ->
                  findings.warning(
                      "SPECIAL_RANGE",
                      space.option(),
                      space.subnet(),
                      "no address of " + range.getKey() + ", used for " + range.getValue()));
    }
  }

  private void reserved() {
    for (int i = 0; i < draft.reserved.size(); i++) {
      Cidr range = draft.reserved.get(i);
      if (spaces.stream().noneMatch(space -> space.subnet().contains(range))) {
        findings.problem(
            "RESERVED_OUTSIDE", "reserved[" + i + "]", range, "a range inside one of the pools");
      }
    }
  }

  private void deviceNames() {
    Map<String, String> devices = new HashMap<>();
    String vtep = draft.vtepName == null ? "vtep" + draft.vni : draft.vtepName;
    devices.put(vtep, "the VTEP");
    for (int i = 0; i < draft.overlays.size(); i++) {
      OverlayConfig.Builder overlay = draft.overlays.get(i);
      for (int k = 0; overlay.name != null && k < overlay.pools.size(); k++) {
        String device = overlay.pools.get(k).bridge() + overlay.name;
        String other = devices.putIfAbsent(device, "overlay " + Findings.shown(overlay.name));
        if (other != null && !isDuplicate(i)) {
          findings.problem(
              "DEVICE_CLASH",
              "overlays[" + i + "].pools[" + k + "].bridge",
              device,
              "a device name that " + other + " does not use");
        }
      }
    }
  }

  /** A second overlay of the same name has the same bridges; that is reported once, by its name. */
  private boolean isDuplicate(int index) {
    @Nullable String name = draft.overlays.get(index).name;
    return draft.overlays.subList(0, index).stream()
        .anyMatch(earlier -> name != null && name.equals(earlier.name));
  }
}
