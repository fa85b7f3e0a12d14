// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.gossip.protocol;

import static java.util.Objects.requireNonNull;

import io.dcosnet.api.spi.Member.State;
import io.dcosnet.api.spi.MetricsSink;
import io.dcosnet.api.spi.MetricsSink.Counter;
import java.util.EnumMap;
import java.util.Locale;
import java.util.Map;
import java.util.function.LongConsumer;

/**
 * The figures of beliefs and rumours. Gauges are read by other threads, and may be a moment old.
 */
final class BeliefMetrics {

  /** Why a fact was not taken though it could be read. */
  enum Refusal {
    /** Its start is more than a day ahead of our clock. */
    EPOCH,

    /** Its incarnation jumps beyond what a member can have reached. */
    INCARNATION,

    /** The member table is full. */
    MEMBERS
  }

  private final MetricsSink sink;
  private final Map<State, Counter> states = new EnumMap<>(State.class);
  private final Counter updated;
  private final Counter forgotten;
  private final Counter refutations;
  private final Counter falsePositives;
  private final Counter retransmits;
  private final Counter starved;
  private final Counter lost;
  private final LongConsumer detectNanos;

  BeliefMetrics(MetricsSink sink, MemberTable table) {
    this.sink = sink;
    for (State state : State.values()) {
      String name = state.name().toLowerCase(Locale.ROOT);
      sink.gauge(
          "dcosnet.gossip.members",
          "Members by what is believed of them",
          () -> table.count(state),
          "state",
          name);
      states.put(state, event(sink, name));
    }
    this.updated = event(sink, "updated");
    this.forgotten = event(sink, "forgotten");
    this.refutations =
        sink.counter("dcosnet.gossip.refute.self", "Times that this node said that it lives");
    this.falsePositives =
        sink.counter(
            "dcosnet.gossip.false.positive", "Members that were dead and turned out to live");
    this.retransmits =
        sink.counter("dcosnet.gossip.retransmits", "Times that facts and news were passed on");
    this.starved =
        sink.counter(
            "dcosnet.gossip.starved",
            "Datagrams without room for something that was never passed on yet");
    this.lost =
        sink.counter(
            "dcosnet.gossip.rumours.lost",
            "Facts and news that gave way to newer ones in a full queue, or fit nowhere");
    this.detectNanos =
        sink.distribution(
            "dcosnet.gossip.detect.nanos", "Time from the suspicion of a member to its death");
  }

  private static Counter event(MetricsSink sink, String type) {
    return sink.counter(
        "dcosnet.gossip.member.events", "Changes in the view of members", "type", type);
  }

  /** A member has this state now. */
  void became(State state) {
    requireNonNull(states.get(state)).increment();
  }

  /** A member says something new of itself, or has other accusers. */
  void updated() {
    updated.increment();
  }

  void forgotten() {
    forgotten.increment();
  }

  void refutedSelf() {
    refutations.increment();
  }

  void falsePositive() {
    falsePositives.increment();
  }

  void detected(long nanos) {
    detectNanos.accept(nanos);
  }

  void retransmitted(int count) {
    retransmits.add(count);
  }

  void starved() {
    starved.increment();
  }

  void rumourLost() {
    lost.increment();
  }

  void refused(Refusal why) {
    sink.counter(
            "dcosnet.gossip.facts.refused",
            "Facts that were read but not taken",
            "reason",
            why.name().toLowerCase(Locale.ROOT))
        .increment();
  }

  void queues(RumourQueue facts, RumourQueue news) {
    queue("facts", facts);
    queue("news", news);
  }

  private void queue(String kind, RumourQueue queue) {
    sink.gauge(
        "dcosnet.gossip.queue.length",
        "Facts and news that wait to be passed on",
        queue::size,
        "kind",
        kind);
  }
}
