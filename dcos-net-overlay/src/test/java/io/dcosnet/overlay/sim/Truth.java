// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.overlay.sim;

import static org.assertj.core.api.Assertions.assertThat;

import io.dcosnet.api.net.NodeId;
import io.dcosnet.api.store.DurableStore;
import io.dcosnet.overlay.allocate.AgentRecord;
import io.dcosnet.overlay.allocate.AgentSubnets;
import io.dcosnet.overlay.allocate.Allocator;
import io.dcosnet.overlay.allocate.Recovery;
import io.dcosnet.overlay.config.NetworkConfig;
import io.dcosnet.overlay.link.Assignment;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.TreeMap;

/**
 * What was in the store by each revision that agents can have heard of, through all stores that the
 * cluster had, and what every agent was told: the judge of everything that is said.
 */
final class Truth {

  private final NetworkConfig config;
  private final NavigableMap<Long, Map<String, String>> states = new TreeMap<>();
  private final Map<NodeId, Said> said = new HashMap<>();
  private long known;
  private long commits;
  private long checked;

  /** What an agent was told last. */
  private record Said(AgentRecord record, long revision) {}

  Truth(NetworkConfig config) {
    this.config = config;
  }

  /** A transaction is safe. */
  void committed(DurableStore.Snapshot snapshot) {
    Map<String, String> content = new HashMap<>();
    snapshot.entries().forEach((key, value) -> content.put(key, value.value().toUtf8()));
    String[] lineage = content.getOrDefault("lineage", "new 0").split(" ", 2);
    if (lineage[0].equals("open")) {
      long revision = Long.parseLong(lineage[1]) + snapshot.revision();
      assertThat(revision)
          .as("revisions grow, also over the loss of a store")
          .isGreaterThan(states.isEmpty() ? known : states.lastKey());
      states.put(revision, content);
    }
    if (commits++ % 32 == 0) {
      isSound(snapshot);
    }
  }

  /**
   * The store is lost. What nobody has heard of, or what all who have are gone with, may come
   * again.
   *
   * @param heard greatest revision that anybody has, or has told others
   */
  void lost(long heard) {
    states.tailMap(heard, false).clear();
    known = heard;
    said.replaceAll((agent, last) -> new Said(last.record(), Math.min(heard, last.revision())));
  }

  /** Nothing leaks, nobody has what another one has. */
  void isSound(DurableStore.Snapshot snapshot) {
    Recovery recovery = Recovery.of(snapshot, config, 0);
    assertThat(recovery).isInstanceOf(Recovery.Recovered.class);
    assertThat(Allocator.verify(((Recovery.Recovered) recovery).state())).isEmpty();
  }

  /** An agent was told what it has; it must have been so by that revision. */
  void told(Assignment assignment) {
    NodeId agent = assignment.record().agent();
    Map<String, String> content = states.get(assignment.revision());
    assertThat(content).as("revision %d of the store", assignment.revision()).isNotNull();
    for (String key : keys(assignment.record())) {
      assertThat(content.get(key))
          .as("%s, told to %s by revision %d", key, agent, assignment.revision())
          .isEqualTo(agent.toString());
    }
    Said before = said.get(agent);
    long revision = assignment.revision();
    if (before == null || before.revision() <= revision) {
      if (before != null && isThroughout(agent, before.revision(), revision)) {
        staysTheSame(before.record(), assignment.record());
      }
      said.put(agent, new Said(assignment.record(), revision));
    }
    checked++;
  }

  /** Whether an agent was never deleted between two revisions. */
  private boolean isThroughout(NodeId agent, long from, long to) {
    return states.subMap(from, true, to, true).values().stream()
        .allMatch(content -> content.containsKey("agents/" + agent));
  }

  private static void staysTheSame(AgentRecord before, AgentRecord now) {
    assertThat(now.vtep()).as("VTEP of %s", now.agent()).isEqualTo(before.vtep());
    before.vtep6().ifPresent(ip -> assertThat(now.vtep6()).contains(ip));
    for (AgentSubnets had : before.subnets()) {
      AgentSubnets has = now.subnetsOf(had.overlay()).orElseThrow();
      had.subnet().ifPresent(subnet -> assertThat(has.subnet()).contains(subnet));
      had.subnet6().ifPresent(subnet -> assertThat(has.subnet6()).contains(subnet));
    }
  }

  static List<String> keys(AgentRecord record) {
    List<String> keys = new ArrayList<>(List.of("vtep/" + record.vtep()));
    record.vtep6().ifPresent(ip -> keys.add("vtep6/" + ip));
    for (AgentSubnets part : record.subnets()) {
      Optional.of(part).flatMap(AgentSubnets::subnet).ifPresent(one -> keys.add(key(part, one)));
      Optional.of(part).flatMap(AgentSubnets::subnet6).ifPresent(one -> keys.add(key(part, one)));
    }
    return keys;
  }

  private static String key(AgentSubnets part, Object subnet) {
    return "subnets/" + part.overlay() + "/" + subnet.toString().replace('/', '-');
  }

  /** How often somebody was told something. */
  long checked() {
    return checked;
  }

  long commits() {
    return commits;
  }
}
