// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.gossip.replica;

import io.dcosnet.api.spi.MetricsSink;
import io.dcosnet.api.spi.MetricsSink.Counter;
import io.dcosnet.gossip.store.StoreState;
import java.util.function.LongConsumer;
import java.util.function.LongSupplier;

/** What a replica counts. */
final class ReplicaMetrics {

  final MetricsSink sink;

  final Counter ownWrites;
  final Counter takenWrites;
  final Counter joinedKeys;
  final LongConsumer writeNanos;
  final Counter copies;
  final Counter rumours;
  final Counter duplicates;
  final Counter deltaOctets;
  final Counter prunes;
  final Counter grafts;
  final Counter stuffed;
  final Counter waitingLost;
  final Counter clockDrift;
  final Counter generations;
  final Counter logFaults;
  final Counter collected;
  private final LongConsumer convergeMillis;

  ReplicaMetrics(MetricsSink sink, StoreState state) {
    this.sink = sink;
    ownWrites = writes("own");
    takenWrites = writes("taken");
    joinedKeys = writes("joined");
    writeNanos =
        sink.distribution("dcosnet.gossip.kv.write.nanos", "Time until own writes were safe");
    convergeMillis =
        sink.distribution(
            "dcosnet.gossip.kv.converge.millis", "Age of writes of others when they came");
    copies = copies("link");
    rumours = copies("rumour");
    duplicates = counter("dcosnet.gossip.kv.duplicates", "Deltas on links that were here already");
    deltaOctets = counter("dcosnet.gossip.kv.delta.bytes", "Octets of deltas sent on links");
    prunes =
        counter(
            "dcosnet.gossip.kv.prunes", "Links that left the tree as they brought a delta again");
    grafts = counter("dcosnet.gossip.kv.grafts", "Times that a neighbour was asked for deltas");
    stuffed =
        counter(
            "dcosnet.gossip.kv.stuffed", "Times that deltas were left out as a link was too slow");
    waitingLost =
        counter("dcosnet.gossip.kv.waiting.lost", "Early deltas that had to make room for others");
    clockDrift =
        counter("dcosnet.gossip.clock.drift", "Writes with a time too far ahead to be followed");
    generations =
        counter("dcosnet.gossip.kv.generations", "Times that the replica took another generation");
    logFaults =
        counter("dcosnet.gossip.kv.log.faults", "Times that the log of the store began to fail");
    collected =
        counter("dcosnet.gossip.kv.collected", "Entries removed as their owner is gone for good");
    gauge("dcosnet.gossip.kv.keys", "Keys of the store", state::keys);
    gauge(
        "dcosnet.gossip.kv.clock.replicas",
        "Replicas that ever wrote, as far as this store knows",
        () -> state.clock().replicas().size());
    gauge("dcosnet.gossip.kv.bytes", "Octets of all keys and values", state::octets);
    gauge(
        "dcosnet.gossip.kv.ghosts",
        "Deleted keys that not all replicas are known to have heard of",
        state::ghosts);
    gauge(
        "dcosnet.gossip.kv.quarantined",
        "Keys kept out as they or the store are too large",
        state::quarantined);
  }

  private Counter writes(String origin) {
    return sink.counter(
        "dcosnet.gossip.kv.writes",
        "Writes made here, deltas taken in, keys changed by exchanges",
        "origin",
        origin);
  }

  private Counter copies(String way) {
    return sink.counter(
        "dcosnet.gossip.kv.copies", "Deltas that came, new or not, by way", "way", way);
  }

  private Counter counter(String name, String help) {
    return sink.counter(name, help);
  }

  private void gauge(String name, String help, LongSupplier value) {
    sink.gauge(name, help, value);
  }

  /** A delta of another replica was taken in, so long after it was written. */
  void taken(long ageMillis) {
    takenWrites.increment();
    convergeMillis.accept(Math.max(0, ageMillis));
  }

  /** Deltas that came before what they build on. */
  void waiting(LongSupplier deltas) {
    gauge("dcosnet.gossip.kv.waiting", "Deltas that came before what they build on", deltas);
  }

  /** Writes that neighbours have and this node has not. */
  void missing(LongSupplier dots) {
    gauge(
        "dcosnet.gossip.kv.missing.dots",
        "Writes that neighbours have and this node has not",
        dots);
  }

  /** Replicas that must hear of a deletion before it is forgotten. */
  void replicas(LongSupplier registered) {
    gauge("dcosnet.gossip.kv.replicas", "Replicas of the register", registered);
  }

  /** This member is about to say good-bye; whether another one has all that is here. */
  void handedOver(boolean done) {
    sink.counter(
            "dcosnet.gossip.kv.handovers",
            "Times that this member left, by whether another one has all that it had",
            "result",
            done ? "done" : "given-up")
        .increment();
  }

  /** A message that does not belong where it came. */
  void unexpected(StoreMessage message) {
    fault("unexpected");
  }

  /** A message was not taken. */
  void fault(String reason) {
    sink.counter(
            "dcosnet.gossip.kv.dropped",
            "Messages of the store not taken, by reason",
            "reason",
            reason)
        .increment();
  }
}
