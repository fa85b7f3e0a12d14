// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.sources.mesos.stream;

import io.dcosnet.api.event.Change;
import io.dcosnet.api.model.Agent;
import io.dcosnet.api.model.ClusterChange;
import io.dcosnet.api.model.ClusterState;
import io.dcosnet.api.model.Framework;
import io.dcosnet.api.net.IpAddress;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Where agents and schedulers are that gave a host name, or were found by other ways than events.
 * <b>Confined to</b> one thread at a time.
 */
final class Places {

  private final Function<String, List<IpAddress>> addresses;
  private final Map<String, String> agentHosts = new HashMap<>();
  private final Map<String, String> frameworkHosts = new HashMap<>();
  private final Map<String, SchedulerPlace> schedulers = new HashMap<>();
  private final Map<String, Framework> told = new HashMap<>(); // frameworks as events have them

  /**
   * Knows no place yet.
   *
   * @param addresses of a host name as far as they are known; must not block
   */
  Places(Function<String, List<IpAddress>> addresses) {
    this.addresses = addresses;
  }

  /** All agents and frameworks are told anew; what was found otherwise stays for those left. */
  void reset(Snapshot snapshot) {
    agentHosts.clear();
    agentHosts.putAll(snapshot.agentHosts());
    frameworkHosts.clear();
    frameworkHosts.putAll(snapshot.frameworkHosts());
    told.clear();
    snapshot.frameworks().forEach(framework -> told.put(framework.id(), framework));
    schedulers.keySet().retainAll(told.keySet());
  }

  void agent(String id, @Nullable String host) {
    setOrRemove(agentHosts, id, host);
  }

  void framework(Framework framework, @Nullable String host) {
    told.put(framework.id(), framework);
    setOrRemove(frameworkHosts, framework.id(), host);
  }

  void forgetFramework(String id) {
    frameworkHosts.remove(id);
    schedulers.remove(id);
    told.remove(id);
  }

  /** What changes when schedulers listen there, and nowhere else. */
  ClusterChange schedulers(Map<String, SchedulerPlace> places, ClusterState now) {
    Set<String> touched = new TreeSet<>(schedulers.keySet());
    touched.addAll(places.keySet());
    schedulers.clear();
    schedulers.putAll(places);
    return new ClusterChange(List.of(), List.of(), relocated(touched, now), null);
  }

  /** What changes when the addresses of host names do. */
  ClusterChange addressesChanged(ClusterState now) {
    List<Change<Agent>> agents = new ArrayList<>();
    agentHosts.keySet().stream()
        .flatMap(id -> now.agent(id).stream())
        .forEach(agent -> agents.add(Change.added(located(agent))));
    Set<String> named = new TreeSet<>(frameworkHosts.keySet());
    named.addAll(schedulers.keySet());
    return new ClusterChange(List.of(), agents, relocated(named, now), null);
  }

  private List<Change<Framework>> relocated(Set<String> ids, ClusterState now) {
    List<Change<Framework>> frameworks = new ArrayList<>();
    ids.stream()
        .flatMap(id -> now.framework(id).stream())
        .forEach(framework -> frameworks.add(Change.added(located(framework))));
    return frameworks;
  }

  Agent located(Agent agent) {
    String host = agentHosts.get(agent.id());
    return host == null ? agent : agent.withAddresses(addresses.apply(host));
  }

  Framework located(Framework known) {
    Framework framework = told.getOrDefault(known.id(), known);
    SchedulerPlace place = schedulers.get(framework.id());
    String host = place != null ? place.host() : frameworkHosts.get(framework.id());
    List<IpAddress> listed = place != null ? place.addresses() : framework.addresses();
    return new Framework(
        framework.id(),
        framework.name(),
        framework.hostname(),
        host == null ? listed : addresses.apply(host),
        place != null ? place.port() : framework.port(),
        framework.active(),
        framework.connected());
  }

  Map<String, String> agentHosts() {
    return Map.copyOf(agentHosts);
  }

  Map<String, String> frameworkHosts() {
    Map<String, String> hosts = new HashMap<>(frameworkHosts);
    schedulers.forEach((id, place) -> setOrRemove(hosts, id, place.host()));
    return hosts;
  }

  private static void setOrRemove(Map<String, String> map, String key, @Nullable String value) {
    if (value == null) {
      map.remove(key);
    } else {
      map.put(key, value);
    }
  }
}
