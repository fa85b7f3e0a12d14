// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.sources.exchange;

import io.dcosnet.api.model.Masters;
import io.dcosnet.sources.facts.FactCodec;
import io.dcosnet.sources.facts.FactHead;
import java.time.Duration;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The head of this node's facts: written when all of them are, then whenever the masters change,
 * and now and then when only their number does. <b>Confined to</b> the turns of its source.
 */
final class FactHeads {

  /** Least time between two heads that differ only in the number of entries. */
  static final Duration INTERVAL = Duration.ofSeconds(5);

  private static final Logger LOGGER = LoggerFactory.getLogger(FactHeads.class);

  private final FactSource facts;
  private final FactWrites writes;
  private final String self;
  private final String key;
  private boolean begun;
  private long generation;
  private Masters masters = Masters.NONE;
  private @Nullable FactHead last; // that was handed in for writing
  private long lastNanos;
  private boolean waiting;

  FactHeads(FactSource facts, FactWrites writes) {
    this.facts = facts;
    this.writes = writes;
    self = facts.store.localNode().toString();
    key = FactKey.head(facts.store.localNode());
  }

  String key() {
    return key;
  }

  /** True when all facts have been written once. */
  boolean begun() {
    return begun;
  }

  /** Writes no head until {@link #begin}. */
  void end() {
    begun = false;
    last = null;
  }

  /** All facts are written: goes on with our generation if it counts, else takes one above all. */
  void begin() {
    begun = true;
    FactWriter highest = facts.board.highest();
    long above = highest == null ? 1 : highest.generation() + 1;
    generation = facts.counts(self) ? facts.board.writer(self).generation() : above;
    LOGGER.info("facts are written generation={} entries={}", generation, writes.count(key));
  }

  /** Writes the head if it is due; an early one later. */
  void write(Masters newest) {
    masters = newest.awaiting(Set.of());
    if (!begun) {
      return;
    }
    FactHead head = head();
    FactHead before = last;
    boolean sameButCount =
        before != null && new FactHead(generation, before.entries(), masters).equals(before);
    if (!sameButCount) {
      write(head);
    } else if (!head.equals(before) && !waiting) {
      waiting = true;
      long left = lastNanos + INTERVAL.toNanos() - facts.scheduler.time().nanos();
      var unused =
          facts.scheduler.schedule(
              Duration.ofNanos(Math.max(0, left)), () -> facts.turns.execute(this::due));
    }
  }

  private void due() {
    waiting = false;
    if (begun) {
      write(head());
    }
  }

  private FactHead head() {
    return new FactHead(generation, writes.count(key), masters);
  }

  private void write(FactHead head) {
    last = head;
    lastNanos = facts.scheduler.time().nanos();
    writes.set(key, () -> FactCodec.encode(head));
    writes.flush();
  }
}
