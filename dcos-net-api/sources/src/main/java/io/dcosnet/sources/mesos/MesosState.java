// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.sources.mesos;

import static java.util.Objects.requireNonNull;

import io.dcosnet.api.model.Agent;
import io.dcosnet.api.model.ClusterState;
import io.dcosnet.api.model.Framework;
import io.dcosnet.api.model.Rejection;
import io.dcosnet.api.net.IpAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Function;

/**
 * One state document as read. Reading asks no name server: where an agent or a scheduler is known
 * by a host name only, its addresses are empty until {@link #withHosts} fills them in.
 *
 * <p><b>Immutable.</b>
 */
public final class MesosState {

  private final ClusterState cluster;
  private final List<Rejection> rejections;
  private final Map<String, Long> rejectionCounts;
  private final Map<String, String> agentHosts;
  private final Map<String, String> frameworkHosts;
  private final Set<String> recoveredAgents;
  private final boolean fromFollower;

  MesosState(
      ClusterState cluster,
      Rejections rejections,
      Map<String, String> agentHosts,
      Map<String, String> frameworkHosts,
      Set<String> recoveredAgents,
      boolean fromFollower) {
    this.cluster = requireNonNull(cluster, "cluster");
    this.rejections = List.copyOf(rejections.list());
    this.rejectionCounts = Map.copyOf(rejections.counts());
    this.agentHosts = Map.copyOf(agentHosts);
    this.frameworkHosts = Map.copyOf(frameworkHosts);
    this.recoveredAgents = Set.copyOf(recoveredAgents);
    this.fromFollower = fromFollower;
  }

  /** What the document says, without the addresses behind {@link #unresolvedHosts}. */
  public ClusterState cluster() {
    return cluster;
  }

  /** What was left out, in document order, up to the reader's bound. */
  public List<Rejection> rejections() {
    return rejections;
  }

  /** How many parts were left out for each code, those beyond the bound included. */
  public Map<String, Long> rejectionCounts() {
    return rejectionCounts;
  }

  /**
   * True when the master that wrote this says that another one leads: then it knows little itself.
   */
  public boolean isFromFollower() {
    return fromFollower;
  }

  /** Agents that a newly elected master knows of but that have not come back to it yet. */
  public Set<String> recoveredAgents() {
    return recoveredAgents;
  }

  /** Host names of agents and schedulers that gave no address. */
  public Set<String> unresolvedHosts() {
    Set<String> hosts = new TreeSet<>(agentHosts.values());
    hosts.addAll(frameworkHosts.values());
    return hosts;
  }

  /**
   * A rejection for each of {@link #unresolvedHosts} that has no address, up to a bound.
   *
   * @param addresses of a host name, empty where they are not known
   */
  public List<Rejection> unresolved(Function<String, List<IpAddress>> addresses) {
    return unresolved(unresolvedHosts(), addresses);
  }

  static List<Rejection> unresolved(
      Set<String> hosts, Function<String, List<IpAddress>> addresses) {
    List<Rejection> missing = new ArrayList<>();
    for (String host : hosts) {
      if (missing.size() < MesosStateReader.DEFAULT_MAX_REJECTIONS
          && addresses.apply(host).isEmpty()) {
        missing.add(
            new Rejection(
                "host",
                Rejections.printable(host),
                "HOST_UNRESOLVED",
                "no address known (what it runs has no records by it meanwhile)"));
      }
    }
    return missing;
  }

  /**
   * The cluster with the addresses of {@link #unresolvedHosts} filled in.
   *
   * @param addresses of a host name, empty where they are not known
   */
  public ClusterState withHosts(Function<String, List<IpAddress>> addresses) {
    ClusterState state = cluster;
    for (Map.Entry<String, String> entry : agentHosts.entrySet()) {
      List<IpAddress> found = addresses.apply(entry.getValue());
      Agent agent = state.agent(entry.getKey()).orElseThrow();
      state = found.isEmpty() ? state : state.with(agent.withAddresses(found));
    }
    for (Map.Entry<String, String> entry : frameworkHosts.entrySet()) {
      List<IpAddress> found = addresses.apply(entry.getValue());
      Framework framework = state.framework(entry.getKey()).orElseThrow();
      state = found.isEmpty() ? state : state.with(framework.withAddresses(found));
    }
    return state;
  }
}
