// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.gossip.store;

import io.dcosnet.gossip.crdt.CrdtType;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.TreeMap;

/** A few replicas that write and exchange at random. */
final class ModelRun {

  private static final List<String> KEYS = List.of("one", "two");
  private static final long START = Hlc.millis(Writes.NOW);
  private static final int MAX_SKEW = 200;

  final Map<String, ModelHistory> histories = new TreeMap<>();
  final List<ModelReplica> replicas = new ArrayList<>();
  final List<Delta> deltas = new ArrayList<>();
  private final CrdtType type;
  private long wall = START;

  ModelRun(CrdtType type, int size) {
    this.type = type;
    for (int i = 1; i <= size; i++) {
      replicas.add(newcomer(i));
    }
  }

  /** A replica that has nothing. */
  ModelReplica newcomer(int number) {
    return new ModelReplica(
        Writes.replica(number), histories, Math.floorMod(number * 77L, MAX_SKEW));
  }

  static List<String> keys() {
    return KEYS;
  }

  /** Something happens, which the seed says; it is checked against the model. */
  void step(long seed, boolean strips) {
    SplittableRandom random = new SplittableRandom(seed);
    ModelReplica replica = replicas.get(random.nextInt(replicas.size()));
    ModelReplica other = replicas.get(random.nextInt(replicas.size()));
    String key = KEYS.get(random.nextInt(KEYS.size()));
    wall += random.nextInt(3);
    switch (random.nextInt(strips ? 12 : 11)) {
      case 0, 1, 2, 3 -> write(replica, key, random);
      case 4, 5, 6 -> deliver(replica, random);
      case 7 -> {
        for (Delta delta : List.copyOf(deltas)) {
          replica.take(delta);
        }
      }
      case 8 -> replica.join(key, other);
      case 9 -> replica.exchange(other, 1);
      case 10 -> replica.exchange(other, Integer.MAX_VALUE);
      default -> strip();
    }
    replica.check();
  }

  private void write(ModelReplica replica, String key, SplittableRandom random) {
    CrdtType root = type;
    if (random.nextInt(20) == 0) {
      root = CrdtType.of(1 + random.nextInt(CrdtType.values().length)).orElseThrow();
    }
    deltas.add(replica.write(key, ModelOp.random(root, random), wall));
  }

  private void deliver(ModelReplica replica, SplittableRandom random) {
    if (!deltas.isEmpty()) {
      int place = random.nextInt(deltas.size());
      replica.take(composed(place, random.nextInt(4)));
    }
  }

  /** A delta and up to so many of the same replica and key after it, as one. */
  Delta composed(int place, int more) {
    Delta all = deltas.get(place);
    int left = more;
    for (Delta next : deltas.subList(place + 1, deltas.size())) {
      if (left > 0 && next.key().equals(all.key()) && next.origin().equals(all.origin())) {
        all = StoreCodec.decodeDelta(StoreCodec.encode(all.then(next)));
        left--;
      }
    }
    return all;
  }

  /** Everybody forgets what everybody has. */
  private void strip() {
    long stable = Long.MAX_VALUE;
    for (ModelReplica replica : replicas) {
      stable = Math.min(stable, replica.hlc.last());
    }
    for (ModelHistory history : histories.values()) {
      for (ModelHistory.Event event : history.all()) {
        if (!replicas.stream().allMatch(replica -> replica.clock.has(event.dot()))) {
          stable = Math.min(stable, event.time() - 1);
        }
      }
    }
    for (ModelReplica replica : replicas) {
      replica.strip(stable);
    }
  }

  /** Everybody exchanges with everybody until all have all. */
  void settle() {
    for (int round = 0; round < 2; round++) {
      for (ModelReplica replica : replicas) {
        replicas.forEach(other -> replica.exchange(other, Integer.MAX_VALUE));
      }
    }
    replicas.forEach(ModelReplica::check);
  }
}
