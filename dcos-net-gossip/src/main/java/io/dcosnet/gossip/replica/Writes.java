// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.gossip.replica;

import io.dcosnet.gossip.crdt.CrdtOp;
import io.dcosnet.gossip.store.Delta;
import io.dcosnet.gossip.store.Hlc;
import io.dcosnet.gossip.store.StoreRecord;
import java.util.List;
import java.util.function.Supplier;

/**
 * Writes of this node: takes them in at once, keeps them in order, and hands them to {@link Spread}
 * when they are safe. Writes to one key within the flush interval travel as one delta.
 */
final class Writes {

  /** Keys that begin like this would hold secrets, which do not belong into a store for all. */
  private static final String SECRETS = "secret/";

  /** Our own times of before the start are followed wherever our wall clock is now. */
  private static final long FOLLOW_ALWAYS = Long.MAX_VALUE;

  private final Replica replica;
  private final Hlc hlc = new Hlc();
  private final Gathering gathering = new Gathering();
  private boolean flushing;

  Writes(Replica replica) {
    this.replica = replica;
    hlc.observe(replica.state.lastTime(), replica.host.wallMillis(), FOLLOW_ALWAYS);
  }

  /** See {@link Replica#update}. */
  void update(String key, List<CrdtOp> ops, WriteResult result) {
    if (isUsers(key, result)) {
      replica.stability.beforeWrite();
      write(key, () -> replica.state.update(key, ops, time()), result);
    }
  }

  /** See {@link Replica#delete}. */
  void delete(String key, WriteResult result) {
    if (isUsers(key, result)) {
      replica.stability.beforeWrite();
      write(key, () -> replica.state.delete(key, time()), result);
    }
  }

  /** Writes to a key that no user can write to. */
  void updateOwn(String key, List<CrdtOp> ops, WriteResult result) {
    write(key, () -> replica.state.update(key, ops, time()), result);
  }

  /** Removes a key, be it one that no user can remove. */
  void deleteOwn(String key, WriteResult result) {
    write(key, () -> replica.state.delete(key, time()), result);
  }

  private boolean isUsers(String key, WriteResult result) {
    if (replica.handOver.isOver()) {
      result.failed(HandOver.refusal());
      return false;
    }
    String why = "";
    if (key.startsWith(SECRETS)) {
      why = "key: begins with secret/ (expected: no secrets, all nodes can read the store)";
    } else if (key.startsWith("\u0000")) {
      why = "key: begins with the character 0 (expected: a printable one)";
    }
    if (!why.isEmpty()) {
      result.failed(new IllegalArgumentException(why));
    }
    return why.isEmpty();
  }

  private void write(String key, Supplier<Delta> change, WriteResult result) {
    if (!replica.ledger.fault().isEmpty()) {
      result.failed(Ledger.refusal(key, replica.ledger.fault()));
      return;
    }
    long began = replica.host.nanos();
    Delta delta;
    try {
      delta = change.get();
    } catch (RuntimeException e) { // wrong, too large or too much: the writer's concern alone
      result.failed(e);
      return;
    }
    replica.stability.changed(key);
    replica.metrics.ownWrites.increment();
    Pending pending = new Pending(delta, began, result);
    replica.ledger.own(StoreRecord.of(delta), pending::safe, pending::failed);
  }

  /** A write of which nobody knows yet whether it is safe. */
  private final class Pending {
    private final Delta delta;
    private final long began;
    private final WriteResult result;
    private boolean told;

    Pending(Delta delta, long began, WriteResult result) {
      this.delta = delta;
      this.began = began;
      this.result = result;
    }

    void safe() {
      gather(delta);
      if (!told) {
        told = true;
        replica.metrics.writeNanos.accept(replica.host.nanos() - began);
        result.done(delta.last());
      }
    }

    void failed(String fault) {
      told = true;
      result.failed(Ledger.unsafe(delta.key(), fault));
    }
  }

  private void gather(Delta delta) {
    gathering.add(delta);
    if (!flushing) {
      flushing = true;
      replica.host.schedule(replica.setup.settings().flushInterval().toNanos(), this::flush);
    }
  }

  private void flush() {
    flushing = false;
    gathering.drain().forEach(replica.spread::own);
  }

  /** A time for a write, later than all that was seen. */
  long time() {
    return hlc.next(replica.host.wallMillis());
  }

  /** Takes note of the time of a write of another node. */
  void observed(long time) {
    long most = replica.setup.settings().maxClockDrift().toMillis();
    if (!hlc.observe(time, replica.host.wallMillis(), most)) {
      replica.metrics.clockDrift.increment();
    }
  }
}
