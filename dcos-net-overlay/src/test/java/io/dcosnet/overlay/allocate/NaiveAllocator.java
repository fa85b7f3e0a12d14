// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.overlay.allocate;

import static java.util.Objects.requireNonNull;

import io.dcosnet.api.net.Cidr;
import io.dcosnet.api.net.IpAddress;
import io.dcosnet.api.net.NodeId;
import io.dcosnet.overlay.config.NetworkConfig;
import io.dcosnet.overlay.config.OverlayConfig;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * The same rules in the plainest form: lists of all elements, walked from end to end. For small
 * pools only.
 */
final class NaiveAllocator {

  private record Laid(Cidr cidr, NodeId former) {}

  private static final class Pool {
    final List<Cidr> unused = new ArrayList<>();
    final List<Laid> laid = new ArrayList<>();
  }

  private static final class Agent {
    IpAddress ip = IpAddress.ANY_IPV4;
    final Map<PoolId, Cidr> has = new TreeMap<>();
  }

  private final Map<PoolId, Pool> pools = new LinkedHashMap<>();
  private final Map<NodeId, Agent> agents = new TreeMap<>();
  private NetworkConfig config;

  NaiveAllocator(NetworkConfig config) {
    this.config = config;
    addPools();
  }

  /** Takes over a configuration that only adds. */
  void reconfigure(NetworkConfig next) {
    config = next;
    addPools();
  }

  private void addPools() {
    pools.computeIfAbsent(PoolId.VTEP, id -> all(config.vtepSubnet(), 32, true));
    config
        .vtepSubnet6()
        .ifPresent(subnet -> pools.computeIfAbsent(PoolId.VTEP6, id -> all(subnet, 128, true)));
    for (OverlayConfig overlay : config.overlays()) {
      overlay
          .ipv4()
          .ifPresent(
              space ->
                  pools.computeIfAbsent(
                      PoolId.subnets(overlay.name()),
                      id -> all(space.subnet(), space.prefix(), false)));
      overlay
          .ipv6()
          .ifPresent(
              space ->
                  pools.computeIfAbsent(
                      PoolId.subnets6(overlay.name()),
                      id -> all(space.subnet(), space.prefix(), false)));
    }
  }

  private Pool all(Cidr subnet, int length, boolean hosts) {
    Pool pool = new Pool();
    long count = subnet.pieces(length);
    for (long i = hosts ? 1 : 0; i < (hosts ? count - 1 : count); i++) {
      Cidr cidr = subnet.piece(length, i);
      if (config.reserved().stream().noneMatch(cidr::overlaps)) {
        pool.unused.add(cidr);
      }
    }
    return pool;
  }

  /** What the agent has afterwards; null when it was refused. */
  @Nullable Map<PoolId, Cidr> register(NodeId id, IpAddress ip, boolean subnets) {
    for (Map.Entry<NodeId, Agent> other : agents.entrySet()) {
      if (other.getValue().ip.equals(ip) && !other.getKey().equals(id)) {
        return null;
      }
    }
    Agent agent = agents.get(id);
    boolean known = agent != null;
    if (agent == null) {
      agent = new Agent();
    }
    List<PoolId> vteps = new ArrayList<>();
    if (!known) {
      vteps.add(PoolId.VTEP);
    }
    if (config.vtepSubnet6().isPresent() && !agent.has.containsKey(PoolId.VTEP6)) {
      vteps.add(PoolId.VTEP6);
    }
    if (!takeAll(id, agent, vteps) && !known) {
      return null;
    }
    agents.put(id, agent);
    agent.ip = ip;
    for (OverlayConfig overlay : config.overlays()) {
      if (subnets && overlay.enabled()) {
        List<PoolId> lacking = new ArrayList<>();
        for (PoolId pool :
            List.of(PoolId.subnets(overlay.name()), PoolId.subnets6(overlay.name()))) {
          if (pools.containsKey(pool) && !agent.has.containsKey(pool)) {
            lacking.add(pool);
          }
        }
        takeAll(id, agent, lacking);
      }
    }
    return agent.has;
  }

  private boolean takeAll(NodeId id, Agent agent, List<PoolId> from) {
    for (PoolId pool : from) {
      if (pool(pool).unused.isEmpty() && pool(pool).laid.isEmpty()) {
        return false;
      }
    }
    from.forEach(pool -> agent.has.put(pool, take(id, pool(pool))));
    return true;
  }

  private Pool pool(PoolId id) {
    return requireNonNull(pools.get(id));
  }

  private static Cidr take(NodeId id, Pool pool) {
    Optional<Laid> own = Optional.empty();
    for (Laid laid : pool.laid) {
      if (laid.former().equals(id)) {
        own = Optional.of(laid);
      }
    }
    if (own.isPresent()) {
      pool.laid.remove(own.get());
      return own.get().cidr();
    }
    return pool.unused.isEmpty() ? pool.laid.remove(0).cidr() : pool.unused.remove(0);
  }

  void remove(NodeId id) {
    Agent agent = agents.remove(id);
    if (agent != null) {
      agent.has.forEach((pool, cidr) -> pool(pool).laid.add(new Laid(cidr, id)));
    }
  }

  Map<NodeId, Map<PoolId, Cidr>> all() {
    Map<NodeId, Map<PoolId, Cidr>> all = new TreeMap<>();
    agents.forEach((id, agent) -> all.put(id, agent.has));
    return all;
  }
}
