// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.overlay.allocate;

import io.dcosnet.overlay.config.NetworkConfig;
import io.dcosnet.overlay.config.OverlayConfig;
import io.dcosnet.overlay.config.PoolConfig;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Predicate;
import org.pcollections.TreePMap;

/**
 * Asks what would happen to the agents if a configuration replaced another one.
 *
 * <p>Overlays may be added, disabled and given a second family; VTEP pools may grow. What agents
 * have must stay as it is: in its pool, in the same subnet and prefix, cut into the same ranges.
 */
public final class ConfigChange {

  private final Optional<NetworkConfig> accepted;
  private final NetworkConfig next;
  private final Collection<AgentRecord> agents;
  private final List<Blocker> blockers = new ArrayList<>();

  private ConfigChange(
      Optional<NetworkConfig> accepted, NetworkConfig next, Collection<AgentRecord> agents) {
    this.accepted = accepted;
    this.next = next;
    this.agents = agents;
  }

  /**
   * What is in the way of a change.
   *
   * @param accepted under which the agents got what they have, if that is known
   * @param agents who has something
   * @return none: the change is harmless
   */
  public static List<Blocker> blockers(
      Optional<NetworkConfig> accepted, NetworkConfig next, Collection<AgentRecord> agents) {
    ConfigChange change = new ConfigChange(accepted, next, agents);
    change.vteps();
    change.overlays();
    return change.blockers;
  }

  private void vteps() {
    TreePMap<PoolId, ElementPool> pools = AllocationState.emptyPools(next);
    Map<PoolId, List<String>> lost = new TreeMap<>();
    List<String> all = new ArrayList<>();
    for (AgentRecord agent : agents) {
      for (Element element : agent.elements()) {
        ElementPool pool = pools.get(element.pool());
        if (element.pool().isVtep() && (pool == null || !pool.contains(element.cidr()))) {
          lost.computeIfAbsent(element.pool(), id -> new ArrayList<>()).add(text(agent, element));
        }
      }
      all.add(text(agent, Element.vtep(agent.vtep())));
    }
    lost.forEach(
        (pool, allocations) ->
            blockers.add(
                new Blocker(
                    pool.isIpv4() ? "VTEP_IN_USE" : "VTEP6_IN_USE",
                    pool.isIpv4() ? "vtep_subnet" : "vtep_subnet6",
                    "a pool with these addresses in it and not reserved",
                    allocations)));
    accepted
        .map(NetworkConfig::vtepMacOui)
        .filter(oui -> !oui.equals(next.vtepMacOui()) && !all.isEmpty())
        .ifPresent(
            oui -> blockers.add(new Blocker("OUI_IN_USE", "vtep_mac_oui", oui.toString(), all)));
  }

  private void overlays() {
    TreePMap<PoolId, ElementPool> pools = AllocationState.emptyPools(next);
    Map<String, Map<PoolId, List<String>>> used = new LinkedHashMap<>();
    Map<PoolId, List<String>> lost = new TreeMap<>();
    for (AgentRecord agent : agents) {
      for (Element element : agent.elements()) {
        PoolId id = element.pool();
        if (!id.isVtep()) {
          String text = text(agent, element);
          used.computeIfAbsent(id.overlay(), name -> new TreeMap<>())
              .computeIfAbsent(id, any -> new ArrayList<>())
              .add(text);
          ElementPool pool = pools.get(id);
          if (pool == null || !pool.contains(element.cidr())) {
            lost.computeIfAbsent(id, any -> new ArrayList<>()).add(text);
          }
        }
      }
    }
    used.forEach((name, families) -> overlay(name, families, lost));
  }

  private void overlay(
      String name, Map<PoolId, List<String>> families, Map<PoolId, List<String>> lost) {
    Optional<OverlayConfig> after = next.overlay(name);
    Optional<OverlayConfig> before = accepted.flatMap(config -> config.overlay(name));
    if (after.isEmpty()) {
      List<String> all = families.values().stream().flatMap(List::stream).toList();
      String expected = "overlay " + name + before.map(old -> " " + spaces(old)).orElse("");
      blockers.add(new Blocker("OVERLAY_IN_USE", "overlays", expected, all));
      return;
    }
    families.forEach(
        (pool, allocations) -> {
          boolean moved = before.isPresent() && !space(before, pool).equals(space(after, pool));
          List<String> inTheWay = moved ? allocations : lost.getOrDefault(pool, List.of());
          if (!inTheWay.isEmpty()) {
            String expected =
                space(before, pool)
                    .map(Objects::toString)
                    .orElse("these subnets in it and not reserved");
            String option = "overlay " + name + (pool.isIpv4() ? ".subnet" : ".subnet6");
            blockers.add(new Blocker("SUBNET_IN_USE", option, expected, inTheWay));
          }
        });
    before
        .map(ConfigChange::poolIds)
        .filter(Predicate.not(poolIds(after.get())::equals))
        .ifPresent(
            ids ->
                blockers.add(
                    new Blocker(
                        "POOLS_IN_USE",
                        "overlay " + name + ".pools",
                        String.join(", ", ids),
                        families.values().stream().flatMap(List::stream).toList())));
  }

  private static Optional<OverlayConfig.Space> space(Optional<OverlayConfig> overlay, PoolId pool) {
    return overlay.flatMap(pool.isIpv4() ? OverlayConfig::ipv4 : OverlayConfig::ipv6);
  }

  private static String spaces(OverlayConfig overlay) {
    return overlay.ipv4().map(Objects::toString).orElse("")
        + (overlay.ipv4().isPresent() && overlay.ipv6().isPresent() ? ", " : "")
        + overlay.ipv6().map(Objects::toString).orElse("");
  }

  private static List<String> poolIds(OverlayConfig overlay) {
    return overlay.pools().stream().map(PoolConfig::id).toList();
  }

  private static String text(AgentRecord agent, Element element) {
    return agent.agent() + " " + agent.ip() + " " + element;
  }
}
