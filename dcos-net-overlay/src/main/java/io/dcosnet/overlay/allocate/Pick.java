// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.overlay.allocate;

import io.dcosnet.api.net.Cidr;
import io.dcosnet.api.net.NodeId;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * Takes elements for one agent, if need be from one that was silent for longer than {@link
 * io.dcosnet.overlay.config.NetworkConfig#autoReclaimAfter}. <b>Confined to</b> the thread that
 * makes the step.
 */
final class Pick {

  private final Draft draft;
  private final NodeId agent;
  private final Moment moment;
  private final @Nullable Duration reclaimAfter;
  private final List<AgentRecord> reclaimed = new ArrayList<>();

  Pick(AllocationState state, Draft draft, NodeId agent, Moment moment) {
    this.draft = draft;
    this.agent = agent;
    this.moment = moment;
    this.reclaimAfter = state.config().autoReclaimAfter().orElse(null);
  }

  /** Takes one element of each pool, or nothing at all ({@link Draft#takeAll}). */
  Optional<List<Cidr>> all(List<PoolId> from) {
    if (reclaimAfter != null) {
      reclaim(from, reclaimAfter);
    }
    return draft.takeAll(agent, from);
  }

  /** Agents that lost what they had. */
  List<AgentRecord> reclaimed() {
    return reclaimed;
  }

  /** Nobody loses anything unless that serves every pool. */
  private void reclaim(List<PoolId> from, Duration after) {
    Map<NodeId, AgentRecord> losers = new LinkedHashMap<>();
    for (PoolId id : from) {
      if (draft.pool(id).isExhausted() && losers.values().stream().noneMatch(has(id))) {
        Optional<AgentRecord> loser = longestSilent(id, after);
        if (loser.isEmpty()) {
          return;
        }
        losers.put(loser.get().agent(), loser.get());
      }
    }
    for (AgentRecord loser : losers.values()) {
      draft.remove(loser, moment.nanos());
      reclaimed.add(loser);
    }
  }

  private Optional<AgentRecord> longestSilent(PoolId pool, Duration after) {
    AgentRecord found = null;
    Duration longest = after;
    for (AgentRecord other : draft.agents()) {
      Duration silence = moment.silence().apply(other.agent());
      boolean longer =
          found == null ? silence.compareTo(longest) >= 0 : silence.compareTo(longest) > 0;
      if (longer && !other.agent().equals(agent) && has(pool).test(other)) {
        found = other;
        longest = silence;
      }
    }
    return Optional.ofNullable(found);
  }

  private static Predicate<AgentRecord> has(PoolId pool) {
    return record -> record.elements().stream().anyMatch(element -> element.pool().equals(pool));
  }
}
