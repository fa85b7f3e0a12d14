// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.gossip.replica;

import io.dcosnet.gossip.store.Atom;
import io.dcosnet.gossip.store.Cell;
import io.dcosnet.gossip.store.Delta;
import io.dcosnet.gossip.store.Dot;
import io.dcosnet.gossip.store.DotClock;
import io.dcosnet.gossip.store.Hlc;
import io.dcosnet.gossip.store.KeyState;
import io.dcosnet.gossip.store.ReplicaId;
import io.dcosnet.gossip.store.Seen;
import io.dcosnet.gossip.store.Stamp;
import io.dcosnet.gossip.store.StoreRecord;
import io.dcosnet.gossip.store.StoreState;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Takes in what comes from others, whatever way it came: applies it, logs it, keeps what came too
 * early until what it builds on is there (so much and no more), and says what is new, for {@link
 * Spread} to pass on.
 */
final class Intake {

  private static final Logger LOG = LoggerFactory.getLogger(Intake.class);

  private static final int MOST_WAITING = 10_000;
  private static final long MOST_WAITING_OCTETS = 16L << 20;

  private final Replica replica;
  final Waiting waiting = new Waiting(MOST_WAITING, MOST_WAITING_OCTETS);
  private boolean watching;

  Intake(Replica replica) {
    this.replica = replica;
    replica.metrics.waiting(waiting::size);
  }

  /**
   * A delta; the result says what became of it. After {@link StoreState.Outcome#TAKEN} what waited
   * for it follows with {@link #wake}, when this one has been passed on. Before this replica has
   * caught up, all but what is known waits, and yet is to be passed on.
   *
   * @param octets about how much memory it takes
   * @param link on which it came; {@link Spread#NO_LINK} for another way
   */
  StoreState.Outcome delta(Delta delta, int octets, int link) {
    if (waiting.has(delta.last().dot())) {
      return StoreState.Outcome.KNOWN;
    }
    long now = replica.host.nanos();
    if (!replica.state.hasCaughtUp() && !delta.isKnown(replica.state.clock())) {
      if (delta.origin().equals(replica.state.self())) {
        becomeNext();
      }
      add(new Waiting.Early(delta, link, octets, now, true));
      return StoreState.Outcome.TAKEN;
    }
    StoreState.Outcome outcome = take(delta);
    switch (outcome) {
      case TAKEN, KNOWN -> {}
      case EARLY -> keep(new Waiting.Early(delta, link, octets, now, false));
      case REFUSED -> replica.metrics.fault("full");
    }
    return outcome;
  }

  private StoreState.Outcome take(Delta delta) {
    StoreState.Outcome outcome = replica.state.take(delta);
    beSomebody();
    if (outcome == StoreState.Outcome.TAKEN) {
      replica.writes.observed(delta.last().time());
      replica.ledger.taken(StoreRecord.of(delta));
      replica.stability.changed(delta.key());
      replica.metrics.taken(replica.host.wallMillis() - Hlc.millis(delta.last().time()));
    }
    return outcome;
  }

  /**
   * Takes in what waits at a key and is due now, and what waits for that; hands it to {@link
   * Spread#taken}.
   */
  void wake(String key) {
    boolean again = !waiting.isEmpty() && replica.state.hasCaughtUp();
    while (again) {
      again = false;
      for (Waiting.Early early : waiting.of(key)) {
        StoreState.Outcome outcome = take(early.delta());
        if (outcome != StoreState.Outcome.EARLY) {
          waiting.remove(early);
        }
        if (outcome == StoreState.Outcome.TAKEN) {
          again = true;
          if (!early.passed()) {
            replica.spread.taken(early.delta(), early.link());
          }
        }
      }
    }
  }

  private void add(Waiting.Early early) {
    int gone = waiting.add(early);
    if (gone > 0) {
      replica.metrics.waitingLost.add(gone);
    }
  }

  private void keep(Waiting.Early early) {
    add(early);
    // Who passed it on has taken in what it builds on.
    for (Dot dot : missingOf(early.delta())) {
      replica.spread.announced(dot, early.link());
    }
    watch();
  }

  /** Looks from time to time whether something waits for long. */
  private void watch() {
    if (!watching) {
      watching = true;
      long patience = replica.setup.settings().ihaveTimeout().toNanos();
      replica.host.schedule(
          patience,
          () -> {
            watching = false;
            long now = replica.host.nanos();
            for (Waiting.Early oldest : waiting.all()) {
              if (now - oldest.nanos() >= patience) {
                replica.exchanges.soon();
              }
              watch();
              return;
            }
          });
    }
  }

  /** A whole key from an exchange; {@code theirs} as {@link StoreState#join}. */
  void join(KeyState key, Seen theirs) {
    boolean isNew = replica.state.join(key, theirs);
    beSomebody();
    if (!isNew) {
      return;
    }
    long time = 0;
    for (Stamp stamp : key.cell().latest().values()) {
      time = Math.max(time, stamp.time());
    }
    for (Atom atom : key.cell().live().values()) {
      time = Math.max(time, atom.time());
    }
    if (time > 0) {
      replica.writes.observed(time);
    }
    replica.ledger.taken(
        StoreRecord.joined(new KeyState(key.key(), replica.state.cell(key.key()))));
    replica.stability.changed(key.key());
    replica.metrics.joinedKeys.increment();
    wake(key.key());
  }

  /** An exchange is complete; see {@link StoreState#caughtUp}. */
  void caughtUp(DotClock theirs) {
    DotClock counted = replica.state.caughtUp(theirs);
    beSomebody();
    replica.ledger.taken(StoreRecord.caughtUp(counted));
    replica.stability.caughtUp();
    waiting.keys().forEach(this::wake);
    askForRest();
  }

  /** Nobody has anything to catch up with: what comes is taken in from now on. */
  void foundNobody() {
    replica.ledger.taken(StoreRecord.caughtUp(replica.state.caughtUp(new DotClock())));
    waiting.keys().forEach(this::wake);
    askForRest();
  }

  /** What waited only for us to catch up may wait for something else now. */
  private void askForRest() {
    if (!waiting.isEmpty()) {
      watch();
    }
  }

  /** Where somebody uses our name, or our own last writes were lost, takes another one. */
  private void beSomebody() {
    if (replica.state.isUsedElsewhere()) {
      becomeNext();
    }
  }

  private void becomeNext() {
    ReplicaId self = replica.state.self();
    int generation = self.generation();
    for (ReplicaId other : replica.state.clock().replicas()) {
      if (other.node().equals(self.node())) {
        generation = Math.max(generation, other.generation());
      }
    }
    ReplicaId next = new ReplicaId(self.node(), generation + 1);
    LOG.warn(
        "store: others have writes of {} that are not here: its log was lost, or another node uses"
            + " this identity; going on as {}",
        self,
        next);
    replica.metrics.generations.increment();
    replica.state.become(next);
    replica.stability.becameAnother();
  }

  /** What a delta builds on and is not there. */
  private List<Dot> missingOf(Delta delta) {
    Cell cell = replica.state.cell(delta.key());
    List<Dot> missing = new ArrayList<>();
    for (List<Dot> dots : List.of(delta.needs(), delta.removed())) {
      for (Dot dot : dots) {
        if (!cell.hasSeen(dot, replica.state.clock()) && !waiting.has(dot)) {
          missing.add(dot);
        }
      }
    }
    return missing;
  }

  /** Dots that early deltas wait for and that are not there, at most so many. */
  List<Dot> missing(int most) {
    Set<Dot> found = new LinkedHashSet<>();
    for (Waiting.Early early : waiting.all()) {
      for (Dot dot : missingOf(early.delta())) {
        if (found.size() < most) {
          found.add(dot);
        }
      }
      if (found.size() >= most) {
        break;
      }
    }
    return List.copyOf(found);
  }
}
