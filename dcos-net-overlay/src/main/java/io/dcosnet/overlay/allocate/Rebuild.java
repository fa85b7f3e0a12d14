// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.overlay.allocate;

import io.dcosnet.api.model.Rejection;
import io.dcosnet.api.net.IpAddress;
import io.dcosnet.api.net.NodeId;
import io.dcosnet.overlay.config.NetworkConfig;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.pcollections.TreePMap;

/**
 * Makes the pools of a configuration anew from what agents have and had, by reserving each element
 * for its owner. <b>Confined to</b> one thread.
 */
final class Rebuild {

  private final List<Rejection> damage;
  private TreePMap<NodeId, AgentRecord> agents = TreePMap.empty();
  private TreePMap<IpAddress, NodeId> byIp = TreePMap.empty();
  private TreePMap<PoolId, ElementPool> pools;
  private TreePMap<NodeId, Tombstone> tombstones = TreePMap.empty();
  private TreePMap<NodeId, Dispute> disputes = TreePMap.empty();
  private long nextRelease = 1;

  private Rebuild(NetworkConfig config, List<Rejection> damage) {
    this.damage = damage;
    this.pools = AllocationState.emptyPools(config);
  }

  /**
   * The state in which these agents have what they have, and nobody gets what is disputed.
   *
   * @param damage gets everything that cannot be: an element with two owners, or outside its pool
   */
  static AllocationState of(
      NetworkConfig config,
      Collection<AgentRecord> agents,
      Collection<Tombstone> tombstones,
      Collection<Dispute> disputes,
      Lineage lineage,
      List<Rejection> damage) {
    Rebuild rebuild = new Rebuild(config, damage);
    agents.forEach(rebuild::agent);
    disputes.forEach(rebuild::dispute);
    rebuild.tombstones(tombstones);
    return new AllocationState(
        config,
        rebuild.agents,
        rebuild.byIp,
        rebuild.pools,
        rebuild.tombstones,
        rebuild.nextRelease,
        rebuild.disputes,
        lineage);
  }

  private void agent(AgentRecord agent) {
    NodeId id = agent.agent();
    agents = agents.plus(id, agent);
    @Nullable NodeId other = byIp.get(agent.ip());
    if (other != null) {
      damaged(id, "TWO_OWNERS", "address " + agent.ip() + ": both " + other + " and " + id);
    }
    byIp = byIp.plus(agent.ip(), id);
    agent.elements().forEach(element -> reserve(id, element));
  }

  private void reserve(NodeId agent, Element element) {
    ElementPool pool = pools.get(element.pool());
    if (pool == null || !pool.contains(element.cidr())) {
      damaged(agent, "OUTSIDE_POOL", element + " (expected: an element of its pool)");
      return;
    }
    NodeId owner = pool.owner(element.cidr());
    if (owner != null) {
      damaged(agent, "TWO_OWNERS", element + ": both " + owner + " and " + agent);
      return;
    }
    pools = pools.plus(element.pool(), pool.reserve(agent, element.cidr()));
  }

  private void dispute(Dispute dispute) {
    AgentRecord record = dispute.claim().record();
    disputes = disputes.plus(record.agent(), dispute);
    if (!dispute.isDropped()) {
      for (Element element : record.elements()) {
        ElementPool pool = pools.get(element.pool());
        if (pool != null && pool.contains(element.cidr())) {
          ElementPool after = pool.dispute(record.agent(), element.cidr()).pool();
          pools = pools.plus(element.pool(), after);
        }
      }
    }
  }

  private void damaged(NodeId agent, String code, String detail) {
    damage.add(new Rejection("agent", agent.toString(), code, detail));
  }

  /** Later releases first: where two former owners claim an element, the last one is right. */
  private void tombstones(Collection<Tombstone> all) {
    Set<Release> kept = new HashSet<>();
    all.stream()
        .flatMap(tombstone -> tombstone.releases().stream())
        .sorted(Comparator.comparingLong(Release::number).reversed())
        .filter(this::rest)
        .forEach(kept::add);
    for (Release release : kept) {
      nextRelease = Math.max(nextRelease, release.number() + 1);
    }
    for (Tombstone tombstone : all) {
      List<Release> left = new ArrayList<>(tombstone.releases());
      left.retainAll(kept);
      if (!left.isEmpty()) {
        tombstones = tombstones.plus(tombstone.agent(), new Tombstone(tombstone.agent(), left));
      }
    }
  }

  /** False for what somebody has; true also for what a later configuration may offer again. */
  private boolean rest(Release release) {
    ElementPool pool = pools.get(release.element().pool());
    if (pool == null || !pool.contains(release.element().cidr())) {
      return true;
    }
    Optional<ElementPool> rested = pool.rest(release);
    rested.ifPresent(after -> pools = pools.plus(pool.id(), after));
    return rested.isPresent();
  }
}
