// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.overlay.allocate;

import io.dcosnet.api.Bytes;
import io.dcosnet.api.net.Cidr;
import io.dcosnet.api.net.IpAddress;
import io.dcosnet.api.net.NodeId;
import java.util.ArrayList;
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
  private final Map<String, Optional<Bytes>> entries = new LinkedHashMap<>();

  Draft(AllocationState base) {
    this.base = base;
    this.agents = base.agentsById();
    this.byIp = base.agentsByIp();
    this.pools = base.pools();
    this.tombstones = base.tombstones();
    this.nextRelease = base.nextRelease();
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
      releases.add(release);
      pools = pools.plus(element.pool(), pool(element.pool()).release(release));
      entries.put(element.key(), Optional.empty());
    }
    nextRelease++;
    Tombstone earlier = tombstones.get(agent.agent());
    bury(earlier == null ? new Tombstone(agent.agent(), releases) : earlier.plus(releases));
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

  private ElementPool pool(PoolId id) {
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
            : new AllocationState(base.config(), agents, byIp, pools, tombstones, nextRelease);
    return new Step<>(state, changes, answer);
  }
}
