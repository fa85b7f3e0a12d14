// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.overlay.allocate;

import io.dcosnet.api.net.Cidr;
import io.dcosnet.api.net.IpAddress;
import io.dcosnet.api.net.NodeId;
import io.dcosnet.overlay.config.NetworkConfig;
import io.dcosnet.overlay.config.OverlayConfig;
import io.dcosnet.overlay.range.CidrRanges;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.pcollections.TreePMap;

/**
 * Who has what at one moment, and what is left. Made and changed by {@link Allocator} only; old
 * states stay as they were and share most of their content with newer ones.
 *
 * <p><b>Immutable.</b>
 */
public final class AllocationState {

  private final NetworkConfig config;
  private final TreePMap<NodeId, AgentRecord> agents;
  private final TreePMap<IpAddress, NodeId> byIp;
  private final TreePMap<PoolId, ElementPool> pools;
  private final TreePMap<NodeId, Tombstone> tombstones;
  private final long nextRelease;
  private final TreePMap<NodeId, Dispute> disputes;
  private final Lineage lineage;

  AllocationState(
      NetworkConfig config,
      TreePMap<NodeId, AgentRecord> agents,
      TreePMap<IpAddress, NodeId> byIp,
      TreePMap<PoolId, ElementPool> pools,
      TreePMap<NodeId, Tombstone> tombstones,
      long nextRelease,
      TreePMap<NodeId, Dispute> disputes,
      Lineage lineage) {
    this.config = config;
    this.agents = agents;
    this.byIp = byIp;
    this.pools = pools;
    this.tombstones = tombstones;
    this.nextRelease = nextRelease;
    this.disputes = disputes;
    this.lineage = lineage;
  }

  /** Nobody has anything. */
  public static AllocationState empty(NetworkConfig config) {
    return new AllocationState(
        config,
        TreePMap.empty(),
        TreePMap.empty(),
        emptyPools(config),
        TreePMap.empty(),
        1,
        TreePMap.empty(),
        Lineage.NEW);
  }

  /** The pools of a configuration with nothing given out yet. */
  static TreePMap<PoolId, ElementPool> emptyPools(NetworkConfig config) {
    List<ElementPool> all = new ArrayList<>();
    List<Cidr> reserved = config.reserved();
    all.add(ElementPool.of(PoolId.VTEP, CidrRanges.addresses(config.vtepSubnet(), reserved)));
    if (config.vtepSubnet6().isPresent()) {
      CidrRanges addresses = CidrRanges.addresses(config.vtepSubnet6().get(), reserved);
      all.add(ElementPool.of(PoolId.VTEP6, addresses));
    }
    for (OverlayConfig overlay : config.overlays()) {
      List<Cidr> kept = new ArrayList<>(reserved);
      kept.addAll(overlay.reserved());
      overlay.ipv4().ifPresent(space -> all.add(pool(PoolId.subnets(overlay.name()), space, kept)));
      overlay
          .ipv6()
          .ifPresent(space -> all.add(pool(PoolId.subnets6(overlay.name()), space, kept)));
    }
    TreePMap<PoolId, ElementPool> pools = TreePMap.empty();
    for (ElementPool pool : all) {
      pools = pools.plus(pool.id(), pool);
    }
    return pools;
  }

  private static ElementPool pool(PoolId id, OverlayConfig.Space space, List<Cidr> reserved) {
    return ElementPool.of(id, CidrRanges.pieces(space.subnet(), space.prefix(), reserved));
  }

  public NetworkConfig config() {
    return config;
  }

  /** All agents, sorted by id; a view that never changes. */
  public Collection<AgentRecord> agents() {
    return agents.values();
  }

  public Optional<AgentRecord> agent(NodeId id) {
    return Optional.ofNullable(agents.get(id));
  }

  /** The agent that is reached at this address. */
  public Optional<AgentRecord> agentAt(IpAddress ip) {
    NodeId id = byIp.get(ip);
    return id == null ? Optional.empty() : agent(id);
  }

  /** Claims that contradict what others have or claim, sorted by agent; a view that stays so. */
  public Collection<Dispute> disputes() {
    return disputes.values();
  }

  /** What this agent claims in vain. */
  public Optional<Dispute> dispute(NodeId id) {
    return Optional.ofNullable(disputes.get(id));
  }

  public Lineage lineage() {
    return lineage;
  }

  /** Agents that were deleted and whose elements nobody has taken since, sorted. */
  public Set<NodeId> formerAgents() {
    return tombstones.keySet();
  }

  /**
   * How full each pool is, VTEPs first, then subnets by the names of the overlays.
   *
   * @param nowNanos monotonic time of the process that made the state
   */
  public List<PoolUsage> usage(long nowNanos) {
    long delay = config.reuseDelay().toNanos();
    return pools.values().stream().map(pool -> pool.usage(nowNanos, delay)).toList();
  }

  /** How full one pool is; empty when the configuration has no such pool. */
  public Optional<PoolUsage> usage(PoolId pool, long nowNanos) {
    ElementPool found = pools.get(pool);
    return found == null
        ? Optional.empty()
        : Optional.of(found.usage(nowNanos, config.reuseDelay().toNanos()));
  }

  TreePMap<NodeId, AgentRecord> agentsById() {
    return agents;
  }

  TreePMap<IpAddress, NodeId> agentsByIp() {
    return byIp;
  }

  TreePMap<PoolId, ElementPool> pools() {
    return pools;
  }

  @Nullable ElementPool pool(PoolId id) {
    return pools.get(id);
  }

  TreePMap<NodeId, Tombstone> tombstones() {
    return tombstones;
  }

  TreePMap<NodeId, Dispute> disputesById() {
    return disputes;
  }

  /** Number for the next release, greater than all before. */
  long nextRelease() {
    return nextRelease;
  }

  @Override
  public String toString() {
    return agents.size() + " agents, " + tombstones.size() + " tombstones";
  }
}
