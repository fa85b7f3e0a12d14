// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.overlay.allocate;

import io.dcosnet.api.Bytes;
import io.dcosnet.api.model.Rejection;
import io.dcosnet.api.net.Cidr;
import io.dcosnet.api.net.IpAddress;
import io.dcosnet.api.net.NodeId;
import io.dcosnet.overlay.config.NetworkConfig;
import io.dcosnet.overlay.config.OverlayConfig;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;

/**
 * Decides who gets what. Each function takes a state and a command and gives the step that follows,
 * without any effect: the caller writes the changes, and only then believes the new state and
 * passes the answer on.
 *
 * <p>What an agent has never changes by itself and never expires. A step is all or nothing: what is
 * refused leaves the state as it was, to the last element. Pools give their lowest element that was
 * never used, then the one that was released longest ago; an agent that comes back gets what it had
 * if nobody took it meanwhile.
 *
 * <p>Rules that were kept from DC/OS ({@code dcos/dcos-mesos-modules overlay/master.cpp}): the VTEP
 * pools without their first and last address, subnets from the first piece to the last, the MAC
 * from the lower 24 bits of the VTEP, overlays that were added later when the agent registers
 * again.
 */
public final class Allocator {

  private Allocator() {}

  /**
   * An agent registers, for the first time or again; it gets what it lacks.
   *
   * <p>Asking again with nothing new gives the same answer without a change. An agent at another
   * address keeps all that it has. An unknown agent at the address of one that was silent for
   * {@link NetworkConfig#takeover} inherits from it: its disk was lost. A known agent at such an
   * address keeps what it has, and the silent one is deleted.
   *
   * @param agent who it is
   * @param ip where it is reached now
   */
  public static Step<Registration> register(
      AllocationState state, NodeId agent, IpAddress ip, Wants wants, Moment moment) {
    Optional<Rejection> badIp = checkIp(state.config(), agent, ip);
    if (badIp.isPresent()) {
      return refused(state, badIp.get());
    }
    Optional<Dispute> dispute = state.dispute(agent).filter(one -> !one.isDropped());
    if (dispute.isPresent()) {
      return refused(state, Adoption.disputed(agent, dispute.get().reason()));
    }
    Draft draft = new Draft(state);
    Pick pick = new Pick(state, draft, agent, moment);
    AgentRecord known = draft.agent(agent);
    Optional<AgentRecord> holder = state.agentAt(ip).filter(other -> !other.agent().equals(agent));
    if (holder.isPresent()) {
      Duration silence = moment.silence().apply(holder.get().agent());
      if (silence.compareTo(state.config().takeover()) < 0) {
        return refused(state, duplicateIp(agent, ip, holder.get(), silence));
      }
      if (known == null) {
        known = draft.move(holder.get(), agent);
      } else {
        draft.remove(holder.get(), moment.nanos()); // it has its own, only the address is taken
      }
    }
    List<Rejection> shortfalls = new ArrayList<>();
    AgentRecord served = known == null ? null : known.ip().equals(ip) ? known : known.withIp(ip);
    if (served == null) {
      Optional<AgentRecord> fresh = withVtep(state, pick, agent, ip);
      if (fresh.isEmpty()) {
        return refused(state, exhausted(state, "agent", agent.toString(), vteps(state)));
      }
      served = fresh.get();
    } else if (served.vtep6().isEmpty() && state.config().vtepSubnet6().isPresent()) {
      served = withVtep6(state, pick, served, shortfalls);
    }
    served = withSubnets(state, pick, served, wants, shortfalls);
    if (!served.equals(known)) {
      draft.put(served);
    }
    draft.forgetDropped(agent);
    return draft.done(new Registration.Assigned(served, shortfalls, pick.reclaimed(), holder));
  }

  static Optional<Rejection> checkIp(NetworkConfig config, NodeId agent, IpAddress ip) {
    boolean broadcast = ip.isIpv4() && ip.ipv4Bits() == -1;
    if (ip.isUnspecified() || ip.isMulticast() || ip.isIpv4Mapped() || broadcast) {
      return Optional.of(
          rejection(agent, "BAD_AGENT_IP", ip + " (expected: the address of one host)"));
    }
    Optional<Cidr> pool = poolAround(config, ip);
    return pool.map(
        cidr ->
            rejection(
                agent,
                "AGENT_IP_IN_POOL",
                ip + " is in " + cidr + " (expected: an address of the underlay)"));
  }

  private static Optional<Cidr> poolAround(NetworkConfig config, IpAddress ip) {
    if (config.vtepSubnet().contains(ip)) {
      return Optional.of(config.vtepSubnet());
    }
    if (config.vtepSubnet6().isPresent() && config.vtepSubnet6().get().contains(ip)) {
      return config.vtepSubnet6();
    }
    for (OverlayConfig overlay : config.overlays()) {
      Optional<OverlayConfig.Space> space = ip.isIpv4() ? overlay.ipv4() : overlay.ipv6();
      if (space.isPresent() && space.get().subnet().contains(ip)) {
        return Optional.of(space.get().subnet());
      }
    }
    return Optional.empty();
  }

  private static Rejection duplicateIp(
      NodeId agent, IpAddress ip, AgentRecord holder, Duration silence) {
    return rejection(
        agent,
        "DUPLICATE_IP",
        ip
            + " belongs to agent "
            + holder.agent()
            + ", heard of "
            + silence.toSeconds()
            + " s ago (expected: an address of its own; delete the other agent if it is gone)");
  }

  private static List<PoolId> vteps(AllocationState state) {
    return state.config().vtepSubnet6().isPresent()
        ? List.of(PoolId.VTEP, PoolId.VTEP6)
        : List.of(PoolId.VTEP);
  }

  private static Optional<AgentRecord> withVtep(
      AllocationState state, Pick pick, NodeId agent, IpAddress ip) {
    return pick.all(vteps(state))
        .map(
            taken ->
                new AgentRecord(
                    agent,
                    ip,
                    taken.get(0).first(),
                    taken.stream().skip(1).map(Cidr::first).findFirst(),
                    List.of()));
  }

  /** A running agent is not turned away because a family that came later has nothing for it. */
  private static AgentRecord withVtep6(
      AllocationState state, Pick pick, AgentRecord agent, List<Rejection> shortfalls) {
    List<PoolId> pool = List.of(PoolId.VTEP6);
    Optional<List<Cidr>> taken = pick.all(pool);
    if (taken.isEmpty()) {
      shortfalls.add(exhausted(state, "vtep6", agent.agent().toString(), pool));
      return agent;
    }
    return agent.withVtep6(taken.get().get(0).first());
  }

  private static AgentRecord withSubnets(
      AllocationState state,
      Pick pick,
      AgentRecord agent,
      Wants wants,
      List<Rejection> shortfalls) {
    AgentRecord served = agent;
    Set<String> unknown = new TreeSet<>(wants.networks().orElse(Set.of()));
    for (OverlayConfig overlay : state.config().overlays()) {
      unknown.remove(overlay.name());
      if (overlay.enabled() && wants.network(overlay.name())) {
        served = withSubnets(state, pick, served, overlay, shortfalls);
      }
    }
    for (String name : unknown) {
      shortfalls.add(
          new Rejection("overlay", name, "UNKNOWN_NETWORK", name + " (expected: an overlay)"));
    }
    return served;
  }

  private static AgentRecord withSubnets(
      AllocationState state,
      Pick pick,
      AgentRecord agent,
      OverlayConfig overlay,
      List<Rejection> shortfalls) {
    String name = overlay.name();
    Optional<AgentSubnets> has = agent.subnetsOf(name);
    List<PoolId> lacking = new ArrayList<>();
    if (overlay.ipv4().isPresent() && has.flatMap(AgentSubnets::subnet).isEmpty()) {
      lacking.add(PoolId.subnets(name));
    }
    if (overlay.ipv6().isPresent() && has.flatMap(AgentSubnets::subnet6).isEmpty()) {
      lacking.add(PoolId.subnets6(name));
    }
    if (lacking.isEmpty()) {
      return agent;
    }
    Optional<List<Cidr>> taken = pick.all(lacking);
    if (taken.isEmpty()) {
      shortfalls.add(exhausted(state, "overlay", name, lacking));
      return agent;
    }
    Optional<Cidr> subnet = has.flatMap(AgentSubnets::subnet);
    Optional<Cidr> subnet6 = has.flatMap(AgentSubnets::subnet6);
    for (Cidr cidr : taken.get()) {
      if (cidr.first().isIpv4()) {
        subnet = Optional.of(cidr);
      } else {
        subnet6 = Optional.of(cidr);
      }
    }
    return agent.withSubnets(new AgentSubnets(name, subnet, subnet6));
  }

  private static Rejection exhausted(
      AllocationState state, String kind, String subject, List<PoolId> pools) {
    boolean vtep = pools.get(0).isVtep();
    String full =
        pools.stream()
            .map(state::pool)
            .filter(pool -> pool != null && pool.isExhausted())
            .map(pool -> pool.id() + " (" + pool.size() + ")")
            .collect(Collectors.joining(", "));
    return new Rejection(
        kind,
        subject,
        vtep ? "VTEP_EXHAUSTED" : "SUBNET_EXHAUSTED",
        "all in use: " + full + " (expected: a larger pool, or agents that are gone deleted)");
  }

  /**
   * Agents are deleted; what they had is free again, behind everything that was free before.
   *
   * <p>An agent that was heard of within {@link NetworkConfig#deleteGuard} is deleted by force
   * only, since its containers would go on with addresses that others get. One such agent stops the
   * whole request. An agent whose claim is disputed loses the dispute, and starts anew when it
   * registers again.
   */
  public static Step<Removal> remove(
      AllocationState state, Removal.Request request, Moment moment) {
    TreeSet<AgentRecord> going = new TreeSet<>(Comparator.comparing(AgentRecord::agent));
    request.agents().forEach(id -> state.agent(id).ifPresent(going::add));
    request.addresses().forEach(ip -> state.agentAt(ip).ifPresent(going::add));
    List<Dispute> lost =
        state.disputes().stream()
            .filter(dispute -> !dispute.isDropped())
            .filter(dispute -> request.names(dispute.claim().record()))
            .toList();
    Set<AgentRecord> all = new TreeSet<>(going.comparator());
    all.addAll(going);
    lost.forEach(dispute -> all.add(dispute.claim().record()));
    List<Rejection> alive = new ArrayList<>();
    for (AgentRecord agent : all) {
      Duration silence = moment.silence().apply(agent.agent());
      if (!request.force() && silence.compareTo(state.config().deleteGuard()) < 0) {
        String detail =
            agent.ip()
                + " was heard of "
                + silence.toSeconds()
                + " s ago (expected: silence for "
                + state.config().deleteGuard().toSeconds()
                + " s, or force)";
        alive.add(rejection(agent.agent(), "AGENT_ALIVE", detail));
      }
    }
    if (!alive.isEmpty()) {
      return new Step<>(state, Changes.NONE, new Removal.Refused(alive));
    }
    Draft draft = new Draft(state);
    lost.forEach(dispute -> draft.drop(dispute, moment.nanos()));
    going.forEach(agent -> draft.remove(agent, moment.nanos()));
    return draft.done(new Removal.Removed(List.copyOf(all)));
  }

  /**
   * Another configuration is wanted. It comes into force as a whole, or not at all if it would take
   * something from an agent ({@link ConfigChange}).
   */
  public static Step<Reconfiguration> reconfigure(AllocationState state, NetworkConfig next) {
    if (next.equals(state.config())) {
      return new Step<>(state, Changes.NONE, new Reconfiguration.Accepted());
    }
    List<Blocker> blockers =
        ConfigChange.blockers(Optional.of(state.config()), next, state.agents());
    if (!blockers.isEmpty()) {
      return new Step<>(state, Changes.NONE, new Reconfiguration.Blocked(blockers));
    }
    List<Rejection> damage = new ArrayList<>();
    AllocationState after =
        Rebuild.of(
            next,
            state.agents(),
            state.tombstones().values(),
            state.disputes(),
            state.lineage(),
            damage);
    if (!damage.isEmpty()) {
      throw new IllegalStateException("nothing was in the way, yet: " + damage);
    }
    Changes changes =
        Changes.of(Map.of(StoreLayout.CONFIG, Optional.of(Bytes.utf8(next.toJson()))));
    return new Step<>(after, changes, new Reconfiguration.Accepted());
  }

  /**
   * Checks a state from the ground up: every element in its pool and with one owner, ranges that
   * fill their subnet, pools that add up. Takes time with the number of agents.
   *
   * @return what does not hold; none in a sound state
   */
  public static List<Rejection> verify(AllocationState state) {
    return Invariants.broken(state);
  }

  static Step<Registration> refused(AllocationState state, Rejection reason) {
    return new Step<>(state, Changes.NONE, new Registration.Refused(reason));
  }

  private static Rejection rejection(NodeId agent, String code, String detail) {
    return new Rejection("agent", agent.toString(), code, detail);
  }
}
