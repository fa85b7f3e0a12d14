// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.overlay.allocate;

import io.dcosnet.api.model.Rejection;
import io.dcosnet.api.net.Cidr;
import io.dcosnet.api.net.IpAddress;
import io.dcosnet.api.net.MacAddress;
import io.dcosnet.overlay.config.NetworkConfig;
import io.dcosnet.overlay.config.OverlayConfig;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;

/**
 * What holds for every state, worked out from the records and the configuration alone, so that a
 * fault of the pools does not hide itself. <b>Confined to</b> one thread.
 */
final class Invariants {

  private final AllocationState state;
  private final NetworkConfig config;
  private final List<Rejection> broken = new ArrayList<>();

  private Invariants(AllocationState state) {
    this.state = state;
    this.config = state.config();
  }

  /** All invariants that do not hold; none in a sound state. */
  static List<Rejection> broken(AllocationState state) {
    Invariants invariants = new Invariants(state);
    invariants.agents();
    invariants.subnetsAreApart();
    invariants.pools();
    invariants.tombstones();
    invariants.disputes();
    return invariants.broken;
  }

  private void agents() {
    Map<Element, AgentRecord> owners = new HashMap<>();
    Set<MacAddress> macs = new HashSet<>();
    for (AgentRecord agent : state.agents()) {
      if (!state.agentAt(agent.ip()).equals(Optional.of(agent))) {
        agent(agent, "ADDRESS_INDEX", agent.ip() + " does not lead to the agent");
      }
      if (!macs.add(AgentAddresses.of(config, agent, Wants.EVERYTHING).vtep().mac())) {
        agent(agent, "TWO_OWNERS", "MAC of " + agent.vtep());
      }
      for (Element element : agent.elements()) {
        AgentRecord other = owners.put(element, agent);
        if (other != null) {
          agent(agent, "TWO_OWNERS", element + ": both " + other.agent() + " and " + agent.agent());
        }
        if (!isInPool(element)) {
          agent(agent, "OUTSIDE_POOL", element.toString());
        }
        ElementPool pool = state.pool(element.pool());
        if (pool == null || !agent.agent().equals(pool.owner(element.cidr()))) {
          agent(agent, "POOL_INDEX", element + " has another owner in its pool");
        }
      }
      ranges(agent);
    }
  }

  private boolean isInPool(Element element) {
    Cidr cidr = element.cidr();
    PoolId id = element.pool();
    if (id.isVtep()) {
      Optional<Cidr> pool = id.isIpv4() ? Optional.of(config.vtepSubnet()) : config.vtepSubnet6();
      IpAddress address = cidr.first();
      return pool.isPresent()
          && pool.get().contains(address)
          && !address.equals(pool.get().first())
          && !address.equals(pool.get().last())
          && config.reserved().stream().noneMatch(cidr::overlaps);
    }
    Optional<OverlayConfig> overlay = config.overlay(id.overlay());
    return overlay
        .flatMap(id.isIpv4() ? OverlayConfig::ipv4 : OverlayConfig::ipv6)
        .filter(space -> space.subnet().contains(cidr) && space.prefix() == cidr.length())
        .filter(space -> config.reserved().stream().noneMatch(cidr::overlaps))
        .filter(space -> overlay.get().reserved().stream().noneMatch(cidr::overlaps))
        .isPresent();
  }

  /** The ranges of a subnet follow each other without gap from its first address to its last. */
  private void ranges(AgentRecord agent) {
    for (AgentAddresses.OverlayAddresses overlay :
        AgentAddresses.of(config, agent, Wants.EVERYTHING).overlays()) {
      List<AgentAddresses.PoolRange> pools = overlay.pools();
      overlay
          .subnet()
          .filter(subnet -> !isCut(subnet, pools.stream().flatMap(p -> p.cidr().stream()).toList()))
          .ifPresent(subnet -> agent(agent, "RANGES", subnet + " is not cut into " + pools));
      overlay
          .subnet6()
          .filter(
              subnet -> !isCut(subnet, pools.stream().flatMap(p -> p.cidr6().stream()).toList()))
          .ifPresent(subnet -> agent(agent, "RANGES", subnet + " is not cut into " + pools));
    }
  }

  private static boolean isCut(Cidr subnet, List<Cidr> ranges) {
    boolean whole =
        !ranges.isEmpty()
            && ranges.get(0).first().equals(subnet.first())
            && ranges.get(ranges.size() - 1).last().equals(subnet.last());
    for (int i = 1; i < ranges.size(); i++) {
      Cidr before = ranges.get(i - 1);
      whole &=
          before.length() == ranges.get(i).length()
              && before.next().equals(Optional.of(ranges.get(i)));
    }
    return whole;
  }

  /** Sorted, so that what overlaps is side by side. */
  private void subnetsAreApart() {
    Map<Cidr, AgentRecord> sorted = new TreeMap<>();
    for (AgentRecord agent : state.agents()) {
      for (Element element : agent.elements()) {
        if (!element.pool().isVtep()) {
          sorted.put(element.cidr(), agent);
        }
      }
    }
    Cidr before = null;
    for (Map.Entry<Cidr, AgentRecord> entry : sorted.entrySet()) {
      if (before != null && before.overlaps(entry.getKey())) {
        agent(entry.getValue(), "OVERLAP", entry.getKey() + " and " + before);
      }
      before = entry.getKey();
    }
  }

  private void pools() {
    for (ElementPool pool : state.pools().values()) {
      BigInteger sum =
          pool.unused()
              .add(BigInteger.valueOf(pool.owners().size()))
              .add(BigInteger.valueOf(pool.withheld()))
              .add(BigInteger.valueOf(pool.releases().size()));
      if (!sum.equals(pool.size())) {
        pool(pool, "SUM", "unused, had, withheld and released are " + sum + " of " + pool.size());
      }
      pool.owners()
          .forEach(
              (cidr, owner) -> {
                Element element = new Element(pool.id(), cidr);
                boolean recorded =
                    state
                        .agent(owner)
                        .map(agent -> agent.elements().contains(element))
                        .orElse(false);
                if (!recorded || pool.isFree(cidr)) {
                  pool(pool, "POOL_INDEX", element + " of " + owner + ", who does not have it");
                }
              });
    }
  }

  private void tombstones() {
    for (ElementPool pool : state.pools().values()) {
      for (Release release : pool.releases().values()) {
        Tombstone tombstone = state.tombstones().get(release.formerOwner());
        if (tombstone == null || !tombstone.releases().contains(release)) {
          pool(pool, "TOMBSTONE", release.element() + " was released by nobody");
        }
      }
    }
  }

  /** What is claimed is claimed by a dispute that stands, and cannot be given out. */
  private void disputes() {
    for (ElementPool pool : state.pools().values()) {
      pool.claimants()
          .forEach(
              (cidr, claimants) -> {
                Element element = new Element(pool.id(), cidr);
                boolean stands =
                    claimants.stream()
                        .allMatch(
                            id -> state.dispute(id).filter(d -> stands(d, element)).isPresent());
                if (!stands || pool.isFree(cidr)) {
                  pool(pool, "DISPUTE", element + " is claimed by " + claimants);
                }
              });
    }
  }

  private static boolean stands(Dispute dispute, Element element) {
    return !dispute.isDropped() && dispute.claim().record().elements().contains(element);
  }

  private void agent(AgentRecord agent, String code, String detail) {
    broken.add(new Rejection("agent", agent.agent().toString(), code, detail));
  }

  private void pool(ElementPool pool, String code, String detail) {
    broken.add(new Rejection("pool", pool.id().toString(), code, detail));
  }
}
