// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.overlay.allocate;

import io.dcosnet.api.Bytes;
import io.dcosnet.api.net.Cidr;
import io.dcosnet.api.net.IpAddress;
import io.dcosnet.api.net.NodeId;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.pcollections.TreePMap;

/**
 * One step in the making: what is changed here is seen nowhere else until {@link #done}, so a step
 * that fails half-way leaves nothing behind. <b>Confined to</b> the thread that makes the step.
 */
final class Draft {

  private final AllocationState base;
  private TreePMap<NodeId, AgentRecord> agents;
  private TreePMap<IpAddress, NodeId> byIp;
  private TreePMap<PoolId, ElementPool> pools;
  private TreePMap<NodeId, Tombstone> tombstones;
  private long nextRelease;
  private TreePMap<NodeId, Dispute> disputes;
  private Lineage lineage;
  private final Map<String, Optional<Bytes>> entries = new LinkedHashMap<>();

  Draft(AllocationState base) {
    this.base = base;
    this.agents = base.agentsById();
    this.byIp = base.agentsByIp();
    this.pools = base.pools();
    this.tombstones = base.tombstones();
    this.nextRelease = base.nextRelease();
    this.disputes = base.disputesById();
    this.lineage = base.lineage();
  }

  /**
   * Takes one element of each pool, or nothing at all.
   *
   * @return what was taken, in the order of {@code from}; empty when any pool had nothing left
   */
  Optional<List<Cidr>> takeAll(NodeId owner, List<PoolId> from) {
    Tombstone tombstone = tombstones.get(owner);
    List<ElementPool.Taken> taken = new ArrayList<>();
    for (PoolId id : from) {
      Optional<ElementPool.Taken> one =
          pool(id).take(owner, tombstone == null ? null : tombstone.wish(id));
      if (one.isEmpty()) {
        return Optional.empty();
      }
      taken.add(one.get());
    }
    taken.forEach(one -> keep(owner, one));
    return Optional.of(taken.stream().map(ElementPool.Taken::cidr).toList());
  }

  private void keep(NodeId owner, ElementPool.Taken taken) {
    PoolId id = taken.pool().id();
    pools = pools.plus(id, taken.pool());
    own(new Element(id, taken.cidr()), owner);
    taken.reused().ifPresent(this::forget);
  }

  /** An element that has an owner again is nothing that a former one can come back to. */
  private void forget(Release release) {
    NodeId former = release.formerOwner();
    Tombstone tombstone = tombstones.get(former);
    Optional<Tombstone> left =
        tombstone == null ? Optional.empty() : tombstone.minus(release.element());
    if (left.isPresent()) {
      bury(left.get());
    } else {
      tombstones = tombstones.minus(former);
      entries.put(StoreLayout.tombstone(former), Optional.empty());
    }
  }

  private void bury(Tombstone tombstone) {
    NodeId agent = tombstone.agent();
    tombstones = tombstones.plus(agent, tombstone);
    entries.put(StoreLayout.tombstone(agent), Optional.of(RecordCodec.encode(tombstone)));
  }

  private void own(Element element, NodeId owner) {
    entries.put(element.key(), Optional.of(Bytes.utf8(owner.toString())));
  }

  /** Sets a record whose elements were taken before; its former address is free. */
  void put(AgentRecord agent) {
    AgentRecord before = agents.get(agent.agent());
    if (before != null) {
      byIp = byIp.minus(before.ip());
    }
    agents = agents.plus(agent.agent(), agent);
    byIp = byIp.plus(agent.ip(), agent.agent());
    entries.put(
        StoreLayout.agent(agent.agent()), Optional.of(RecordCodec.encode(agent, base.config())));
  }

  /** Takes everything back from an agent and remembers what it had. */
  void remove(AgentRecord agent, long nanos) {
    drop(agent);
    List<Release> releases = new ArrayList<>();
    for (Element element : agent.elements()) {
      Release release = new Release(element, agent.agent(), nextRelease, nanos);
      ElementPool pool = pool(element.pool()).release(release);
      pools = pools.plus(element.pool(), pool);
      entries.put(element.key(), Optional.empty());
      if (!pool.isWithheld(element.cidr())) {
        releases.add(release);
      }
    }
    remember(agent.agent(), releases);
  }

  private void remember(NodeId agent, List<Release> releases) {
    nextRelease++;
    if (!releases.isEmpty()) {
      Tombstone earlier = tombstones.get(agent);
      bury(earlier == null ? new Tombstone(agent, releases) : earlier.plus(releases));
    }
  }

  /** Gives an agent all that it claims, which nobody else may have. */
  void adopt(AgentRecord agent) {
    for (Element element : agent.elements()) {
      keep(agent.agent(), pool(element.pool()).concede(agent.agent(), element.cidr()));
    }
    put(agent);
  }

  /** Notes a claim that cannot be met; what nobody has of it nobody gets. */
  void dispute(Dispute dispute) {
    NodeId agent = dispute.claim().record().agent();
    for (Element element : dispute.claim().record().elements()) {
      ElementPool pool = pools.get(element.pool());
      if (pool != null && pool.contains(element.cidr())) {
        ElementPool.Taken taken = pool.dispute(agent, element.cidr());
        pools = pools.plus(element.pool(), taken.pool());
        taken.reused().ifPresent(this::forget);
      }
    }
    put(agent, dispute);
  }

  /** Ends a claim; what was withheld for it alone counts as released by its agent. */
  void settle(Dispute dispute, long nanos) {
    NodeId agent = dispute.claim().record().agent();
    List<Release> releases = new ArrayList<>();
    for (Element element : dispute.claim().record().elements()) {
      ElementPool pool = pools.get(element.pool());
      if (pool != null && pool.claimants(element.cidr()).contains(agent)) {
        Release release = new Release(element, agent, nextRelease, nanos);
        ElementPool settled = pool.settle(release);
        pools = pools.plus(element.pool(), settled);
        if (settled.isFree(element.cidr())) {
          releases.add(release);
        }
      }
    }
    remember(agent, releases);
    disputes = disputes.minus(agent);
    entries.put(StoreLayout.dispute(agent), Optional.empty());
  }

  /** As {@link #settle}, but it is remembered that a person decided so. */
  void drop(Dispute dispute, long nanos) {
    settle(dispute, nanos);
    put(dispute.claim().record().agent(), dispute.dropped());
  }

  private void put(NodeId agent, Dispute dispute) {
    disputes = disputes.plus(agent, dispute);
    entries.put(StoreLayout.dispute(agent), Optional.of(RecordCodec.encode(dispute)));
  }

  /** An agent whose claim was dropped has begun anew. */
  void forgetDropped(NodeId agent) {
    Dispute dispute = disputes.get(agent);
    if (dispute != null && dispute.isDropped()) {
      disputes = disputes.minus(agent);
      entries.put(StoreLayout.dispute(agent), Optional.empty());
    }
  }

  void lineage(Lineage next) {
    lineage = next;
    entries.put(StoreLayout.LINEAGE, Optional.of(Bytes.utf8(next.text())));
  }

  /** Hands all that one agent has to another one, which had nothing. */
  AgentRecord move(AgentRecord from, NodeId to) {
    drop(from);
    AgentRecord moved = from.withAgent(to);
    for (Element element : moved.elements()) {
      ElementPool pool = pool(element.pool()).move(element.cidr(), from.agent(), to);
      pools = pools.plus(element.pool(), pool);
      own(element, to);
    }
    put(moved);
    return moved;
  }

  private void drop(AgentRecord agent) {
    agents = agents.minus(agent.agent());
    byIp = byIp.minus(agent.ip());
    entries.put(StoreLayout.agent(agent.agent()), Optional.empty());
  }

  @Nullable AgentRecord agent(NodeId id) {
    return agents.get(id);
  }

  Collection<AgentRecord> agents() {
    return agents.values();
  }

  ElementPool pool(PoolId id) {
    ElementPool pool = pools.get(id);
    if (pool == null) {
      throw new IllegalStateException("pool " + id + " is not in the configuration");
    }
    return pool;
  }

  /** The new state, or the old one if nothing was changed. */
  <A> Step<A> done(A answer) {
    Changes changes = Changes.of(entries);
    AllocationState state =
        changes.isEmpty()
            ? base
            : new AllocationState(
                base.config(), agents, byIp, pools, tombstones, nextRelease, disputes, lineage);
    return new Step<>(state, changes, answer);
  }
}
