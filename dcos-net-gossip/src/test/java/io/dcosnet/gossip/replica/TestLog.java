// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.gossip.replica;

import io.dcosnet.api.Bytes;
import io.dcosnet.gossip.store.ReplicaId;
import io.dcosnet.gossip.store.StoreImage;
import io.dcosnet.gossip.store.StoreLimits;
import io.dcosnet.gossip.store.StoreState;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

/** A log in memory, which outlives the replica and can lose its end. */
final class TestLog implements StoreLog {

  private final ReplicaNet net;
  private final List<Bytes> records = new ArrayList<>();
  private Bytes snapshot = Bytes.EMPTY;
  private int settled;
  private long lastAnswer;

  /** What is wrong with the disk; empty for nothing. */
  String fault = "";

  /** How long the disk takes; nothing for an answer within the call. */
  Duration delay = Duration.ZERO;

  /** How much it says that it has yet to write. */
  long waiting;

  TestLog(ReplicaNet net) {
    this.net = net;
  }

  @Override
  public void append(Bytes record, boolean own, Consumer<String> done) {
    if (fault.isEmpty()) {
      records.add(record);
    }
    String answer = fault;
    later(() -> done.accept(answer));
  }

  @Override
  public void settled(Runnable then) {
    if (fault.isEmpty()) {
      Bytes of = snapshot;
      int upTo = records.size();
      later(
          () -> {
            if (of.equals(snapshot)) {
              settled = Math.max(settled, Math.min(upTo, records.size()));
            }
            then.run();
          });
    }
  }

  private void later(Runnable work) {
    if (delay.isZero()) {
      work.run();
    } else {
      lastAnswer = Math.max(lastAnswer, net.time.nanos() + delay.toNanos());
      var unused = net.time.schedule(Duration.ofNanos(lastAnswer - net.time.nanos()), work);
    }
  }

  @Override
  public long waiting() {
    return waiting;
  }

  @Override
  public boolean wantsSnapshot() {
    return false;
  }

  @Override
  public void snapshot(StoreImage image) {
    snapshot = image.encode();
    records.clear();
    settled = 0;
  }

  /** How many records are there since the snapshot. */
  int size() {
    return records.size();
  }

  /** Loses as many of the last records as are not on disk for good, and at most so many. */
  int lose(int most) {
    int lost = Math.min(most, records.size() - settled);
    records.subList(records.size() - lost, records.size()).clear();
    return lost;
  }

  /** Loses everything. */
  void clear() {
    records.clear();
    snapshot = Bytes.EMPTY;
    settled = 0;
  }

  StoreState load(ReplicaId self) {
    return StoreState.load(self, StoreLimits.USUAL, snapshot, List.copyOf(records));
  }
}
