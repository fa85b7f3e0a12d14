// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.gossip.sim;

import io.dcosnet.api.net.NodeId;
import io.dcosnet.api.spi.Member.State;
import io.dcosnet.gossip.member.Accusation;
import io.dcosnet.gossip.member.GossipEvent;
import io.dcosnet.gossip.member.GossipEvent.MemberChanged;
import io.dcosnet.gossip.member.Profile;
import io.dcosnet.gossip.protocol.GossipCore;
import io.dcosnet.gossip.protocol.MemberRecord;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What must hold in every run: watches all that the nodes tell, and compares their tables with the
 * truth, which only the simulation knows.
 */
final class Invariants {

  /** More violations than this say nothing new. */
  private static final int MOST = 20;

  private final Simulation simulation;
  private final StoreInvariants stores;
  private final Map<NodeId, SimulatedNode> byId = new HashMap<>();
  private final Map<SimulatedNode, Views> views = new HashMap<>();
  // Verdicts, and whether the first to come to each was wrong; the others only repeat it.
  private final Map<String, Boolean> verdicts = new HashMap<>();
  private int falseDeaths;
  private final List<String> violations = new ArrayList<>();
  private boolean forbidsFalseDeaths;

  /** What a node last told of a member. */
  private record Told(
      State state,
      Profile profile,
      List<Accusation> accusations,
      String shown,
      long epoch,
      long incarnation) {}

  /** What one life of a node has told. */
  private static final class Views {
    private final @Nullable NodeProcess life;
    private final Map<NodeId, Told> told = new HashMap<>();

    Views(@Nullable NodeProcess life) {
      this.life = life;
    }
  }

  Invariants(Simulation simulation) {
    this.simulation = simulation;
    this.stores = new StoreInvariants(simulation, this::note);
    for (SimulatedNode node : simulation.nodes()) {
      watch(node);
    }
  }

  /** Watches a node that was added later as well. */
  void watch(SimulatedNode node) {
    node.onEvent(event -> heard(node, event));
  }

  /** What must hold of the stores, where there are some. */
  StoreInvariants stores() {
    return stores;
  }

  /** From now on it is a violation when a running process is declared dead. */
  void forbidFalseDeaths(boolean forbids) {
    forbidsFalseDeaths = forbids;
  }

  /** What did not hold, for people. */
  List<String> violations() {
    return List.copyOf(violations);
  }

  /** Processes that ran, were not stopped, and were declared dead by a node that reaches them. */
  int falseDeaths() {
    return falseDeaths;
  }

  /** Notes something else that did not hold. */
  void note(String what) {
    violations.add(what);
  }

  private void violated(SimulatedNode node, String what) {
    if (violations.size() < MOST) {
      violations.add("%s after %s: %s".formatted(node.name(), simulation.elapsed(), what));
    }
  }

  private void heard(SimulatedNode node, GossipEvent event) {
    if (!(event instanceof MemberChanged change)) {
      return;
    }
    Views seen = views.get(node);
    if (seen == null || seen.life != node.process) {
      seen = new Views(node.process);
      views.put(node, seen);
    }
    Told last = seen.told.get(change.id());
    if (last != null) {
      checkOrder(node, last, change, shown(node, change.id()));
    }
    State after = change.after();
    if (after == null) {
      seen.told.remove(change.id());
      return;
    }
    MemberRecord record = node.core().member(change.id());
    long epoch = record == null ? 0 : record.epoch();
    long incarnation = record == null ? 0 : record.incarnation();
    if (last != null && record != null) {
      checkGrowth(node, last, record);
    }
    if (after == State.DEAD && record != null && change.before() != State.DEAD) {
      checkDeath(node, record);
    }
    seen.told.put(
        change.id(),
        new Told(
            after,
            change.profile(),
            change.accusations(),
            shown(node, change.id()),
            epoch,
            incarnation));
  }

  // What listeners may ask about a member beyond the event.
  private static String shown(SimulatedNode node, NodeId id) {
    GossipCore core = node.core();
    MemberRecord record = core.member(id);
    return record == null ? "" : core.shownName(record) + core.isProven(id);
  }

  // Events of one member follow each other, and none repeats the one before.
  private void checkOrder(SimulatedNode node, Told last, MemberChanged change, String shown) {
    if (change.before() != last.state()) {
      violated(
          node,
          "told that %s went from %s, but told of %s before"
              .formatted(change.id(), change.before(), last.state()));
    }
    if (change.before() == change.after()
        && last.profile().equals(change.profile())
        && last.accusations().equals(change.accusations())
        && last.shown().equals(shown)) {
      violated(node, "told twice that %s is %s".formatted(change.id(), change.after()));
    }
  }

  // Nobody returns from the dead, and nothing is forgotten, without a greater fact.
  private void checkGrowth(SimulatedNode node, Told last, MemberRecord record) {
    boolean isNewer =
        record.epoch() > last.epoch()
            || (record.epoch() == last.epoch() && record.incarnation() > last.incarnation());
    boolean isSame = record.epoch() == last.epoch() && record.incarnation() == last.incarnation();
    if (!isNewer && !(isSame && record.state().compareTo(last.state()) >= 0)) {
      violated(
          node,
          "went back from %s %d/%d to %s %d/%d about %s"
              .formatted(
                  last.state(),
                  last.epoch(),
                  last.incarnation(),
                  record.state(),
                  record.epoch(),
                  record.incarnation(),
                  record.id()));
    }
  }

  private void checkDeath(SimulatedNode observer, MemberRecord dead) {
    SimulatedNode subject = nodeOf(dead.id());
    if (subject == null || subject == observer) {
      return;
    }
    NodeProcess process = subject.process;
    boolean isFalse =
        process != null
            && process.epoch == dead.epoch()
            && !process.isHeld()
            && simulation.world.network.passes(observer, subject);
    String verdict = dead.id() + "/" + dead.epoch() + "/" + dead.incarnation();
    if (verdicts.putIfAbsent(verdict, isFalse) == null && isFalse) {
      falseDeaths++;
      if (forbidsFalseDeaths) {
        violated(observer, "declared %s dead, which runs".formatted(subject.name()));
      }
    }
  }

  private @Nullable SimulatedNode nodeOf(NodeId id) {
    SimulatedNode known = byId.get(id);
    if (known == null || !known.id().equals(id)) {
      byId.clear();
      for (SimulatedNode node : simulation.nodes()) {
        byId.put(node.id(), node);
      }
      known = byId.get(id);
    }
    return known;
  }

  /**
   * What keeps the nodes from knowing exactly those that run; null when all do. Members that say
   * good-bye count as gone.
   */
  @Nullable String disagreement() {
    return disagreement(false);
  }

  private @Nullable String disagreement(boolean allowsDoubt) {
    Map<NodeId, SimulatedNode> truth = new LinkedHashMap<>();
    for (SimulatedNode node : simulation.nodes()) {
      if (node.isRunning()) {
        SimulatedNode same = truth.put(node.id(), node);
        if (same != null) {
          return "%s and %s have the same identity".formatted(same.name(), node.name());
        }
      }
    }
    for (SimulatedNode node : truth.values()) {
      String wrong = wrongWith(node, truth, allowsDoubt);
      if (wrong != null) {
        return wrong;
      }
    }
    return null;
  }

  private static @Nullable String wrongWith(
      SimulatedNode node, Map<NodeId, SimulatedNode> truth, boolean allowsDoubt) {
    GossipCore core = node.core();
    for (Map.Entry<NodeId, SimulatedNode> other : truth.entrySet()) {
      MemberRecord record = core.member(other.getKey());
      boolean isDoubt = allowsDoubt && record != null && record.state() == State.SUSPECT;
      if (record == null || (record.state() != State.ALIVE && !isDoubt)) {
        return "%s holds %s for %s, which runs"
            .formatted(
                node.name(), record == null ? "nothing" : record.state(), other.getValue().name());
      }
      NodeProcess process = other.getValue().process;
      if (process != null && record.epoch() != process.epoch) {
        return "%s knows an earlier life of %s".formatted(node.name(), other.getValue().name());
      }
    }
    for (MemberRecord record : core.members()) {
      boolean isDoubt = allowsDoubt && record.state() == State.SUSPECT;
      if (record.isLiving() && !isDoubt && !truth.containsKey(record.id())) {
        return "%s holds %s for %s (%s), which does not run"
            .formatted(node.name(), record.state(), record.profile().name(), record.id());
      }
    }
    return null;
  }

  /** Notes what keeps the nodes from agreeing until the limit; looked at every second. */
  void checkAgreement(Duration limit) {
    checkAgreement(limit, limit);
  }

  /**
   * As {@link #checkAgreement(Duration)}, where suspicions may last until a later limit: those of a
   * node that did badly last several times as long, by the rule.
   */
  void checkAgreement(Duration limit, Duration limitOfDoubt) {
    Duration begin = simulation.elapsed();
    String wrong = disagreement();
    while (wrong != null) {
      Duration waited = simulation.elapsed().minus(begin);
      boolean isLate = waited.compareTo(limit) >= 0;
      if (waited.compareTo(limitOfDoubt) >= 0 || (isLate && disagreement(true) != null)) {
        violations.add("no agreement after %s: %s".formatted(simulation.elapsed(), wrong));
        return;
      }
      simulation.advance(Duration.ofSeconds(1));
      wrong = disagreement();
    }
  }

  /** Notes what a node at rest must not have. */
  void checkRest(int mostTimers, int mostLinks, int mostMembers) {
    for (SimulatedNode node : simulation.nodes()) {
      NodeProcess process = node.process;
      if (process != null) {
        limit(node, "timers", process.timers(), mostTimers);
        limit(node, "links", process.links.size(), mostLinks);
        limit(node, "members", node.core().size(), mostMembers);
      }
    }
  }

  private void limit(SimulatedNode node, String what, int is, int most) {
    if (is > most) {
      violated(node, "%d %s at rest (expected: at most %d)".formatted(is, what, most));
    }
  }
}
