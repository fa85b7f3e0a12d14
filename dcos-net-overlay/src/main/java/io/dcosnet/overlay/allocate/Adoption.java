// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.overlay.allocate;

import io.dcosnet.api.model.Rejection;
import io.dcosnet.api.net.NodeId;
import io.dcosnet.overlay.allocate.Lineage.Stage;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;

/**
 * Builds allocations anew from what agents say to have, after a store was lost or fell behind: what
 * nobody contradicts holds, what contradicts itself waits for a person, and nobody gets it until
 * then. As in {@link Allocator}, each function gives the step that follows and has no effect.
 */
public final class Adoption {

  private Adoption() {}

  /** From now on agents are listened to and nothing is given out; also after a restart. */
  public static Step<Lineage> begin(AllocationState state) {
    return become(state, new Lineage(Stage.COLLECTING, state.lineage().base()));
  }

  /**
   * From now on elements are given out.
   *
   * @param greatest revision that any agent has heard of; what agents are told from now on is
   *     greater
   */
  public static Step<Lineage> open(AllocationState state, long greatest) {
    long base = Math.max(state.lineage().base(), greatest);
    return become(state, new Lineage(Stage.OPEN, base));
  }

  private static Step<Lineage> become(AllocationState state, Lineage next) {
    Draft draft = new Draft(state);
    if (!next.equals(state.lineage())) {
      draft.lineage(next);
    }
    return draft.done(next);
  }

  /**
   * What agents say to have, with what those have who do not answer now, but told everybody
   * earlier. What they told may be out of date: whoever said later that it has some of that has
   * taken all of it over, since an agent loses all that it has, or nothing.
   *
   * @param heard at most one of each agent
   * @param published at most one of each agent, newest first
   * @param told revision that agents are told now: up to it the state knows who was deleted
   */
  public static List<Claim> withUnheard(
      AllocationState state, Collection<Claim> heard, List<Claim> published, long told) {
    Set<NodeId> agents = new HashSet<>();
    Map<Element, Long> latest = new HashMap<>();
    List<Claim> all = new ArrayList<>(heard);
    heard.forEach(claim -> note(claim, agents, latest));
    for (Claim claim : published) {
      NodeId agent = claim.record().agent();
      boolean deleted =
          state.agent(agent).isEmpty()
              && state.formerAgents().contains(agent)
              && claim.revision() <= told;
      boolean overtaken =
          claim.record().elements().stream()
              .anyMatch(element -> latest.getOrDefault(element, 0L) > claim.revision());
      if (!agents.contains(agent) && !deleted && !overtaken) {
        note(claim, agents, latest);
        all.add(claim);
      }
    }
    return List.copyOf(all);
  }

  private static void note(Claim claim, Set<NodeId> agents, Map<Element, Long> latest) {
    agents.add(claim.record().agent());
    claim
        .record()
        .elements()
        .forEach(element -> latest.merge(element, claim.revision(), Math::max));
  }

  /**
   * Which of several claims contradict each other.
   *
   * @return for each agent that is involved in something, what it is; none for the others
   */
  public static Map<NodeId, List<String>> contradictions(Collection<Claim> claims) {
    Map<String, List<AgentRecord>> named = new HashMap<>();
    for (Claim claim : claims) {
      AgentRecord record = claim.record();
      named.computeIfAbsent("address " + record.ip(), any -> new ArrayList<>()).add(record);
      for (Element element : record.elements()) {
        named.computeIfAbsent(element.toString(), any -> new ArrayList<>()).add(record);
      }
    }
    Map<NodeId, List<String>> contradictions = new TreeMap<>();
    new TreeMap<>(named)
        .forEach(
            (what, agents) -> {
              if (agents.size() > 1) {
                String reason = what + ": " + agents.stream().map(AgentRecord::agent).toList();
                agents.forEach(
                    agent ->
                        contradictions
                            .computeIfAbsent(agent.agent(), id -> new ArrayList<>())
                            .add(reason));
              }
            });
    return contradictions;
  }

  /**
   * A claim is met, if nothing contradicts it, or becomes a dispute.
   *
   * @param contradictions what other claims say against it, none if nothing
   * @param told revision that agents are told now: who has heard of a later one knows what this
   *     store has forgotten
   */
  public static Step<Registration> settle(
      AllocationState state, Claim claim, List<String> contradictions, long told, Moment moment) {
    AgentRecord record = claim.record();
    NodeId agent = record.agent();
    Optional<Dispute> earlier = state.dispute(agent);
    if (earlier.filter(Dispute::isDropped).isPresent()) {
      return Allocator.refused(state, dropped(agent));
    }
    Optional<AgentRecord> known = state.agent(agent);
    if (known.isPresent()
        && earlier.isEmpty()
        && (known.get().equals(record) || claim.revision() <= told)) {
      return unchanged(state, known.get());
    }
    List<String> against = new ArrayList<>(contradictions);
    // Nobody can be told where it is, but its containers use what it claims.
    Allocator.checkIp(state.config(), agent, record.ip())
        .ifPresent(bad -> against.add(bad.code() + ": " + bad.detail()));
    against.addAll(objections(state, record));
    Draft draft = new Draft(state);
    if (against.isEmpty()) {
      earlier.ifPresent(dispute -> draft.settle(dispute, moment.nanos()));
      known.ifPresent(before -> draft.remove(before, moment.nanos()));
      draft.adopt(record);
      return draft.done(new Registration.Assigned(record, List.of()));
    }
    String reason = String.join("; ", against);
    if (earlier.isEmpty() || !earlier.get().claim().equals(claim)) {
      earlier.ifPresent(dispute -> draft.settle(dispute, moment.nanos()));
      draft.dispute(new Dispute(claim, reason, false));
    }
    return draft.done(new Registration.Refused(disputed(agent, reason)));
  }

  private static Step<Registration> unchanged(AllocationState state, AgentRecord known) {
    return new Step<>(state, Changes.NONE, new Registration.Assigned(known, List.of()));
  }

  /** What the state has against a record. */
  private static List<String> objections(AllocationState state, AgentRecord record) {
    List<String> objections = new ArrayList<>();
    NodeId agent = record.agent();
    state
        .agentAt(record.ip())
        .filter(other -> !other.agent().equals(agent))
        .ifPresent(other -> objections.add("address " + record.ip() + ": " + other.agent()));
    for (Element element : record.elements()) {
      ElementPool pool = state.pool(element.pool());
      if (pool == null || !pool.contains(element.cidr())) {
        objections.add(element + " is in no pool");
        continue;
      }
      NodeId owner = pool.owner(element.cidr());
      if (owner != null && !owner.equals(agent)) {
        objections.add(element + ": " + owner + " has it");
      }
      pool.claimants(element.cidr()).stream()
          .filter(other -> !other.equals(agent))
          .sorted()
          .forEach(other -> objections.add(element + ": " + other + " claims it"));
    }
    return objections;
  }

  static Rejection disputed(NodeId agent, String reason) {
    return new Rejection(
        "agent",
        agent.toString(),
        "CLAIM_DISPUTED",
        reason
            + " (expected: one agent for each, at an address of a host; delete those that are"
            + " wrong)");
  }

  private static Rejection dropped(NodeId agent) {
    return new Rejection(
        "agent",
        agent.toString(),
        "CLAIM_DROPPED",
        "what the agent says to have was decided against (expected: a new start of the agent)");
  }
}
