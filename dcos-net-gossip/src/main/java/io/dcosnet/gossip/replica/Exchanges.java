// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.gossip.replica;

import io.dcosnet.api.net.NodeId;
import io.dcosnet.gossip.replica.Exchange.Kind;
import io.dcosnet.gossip.replica.Exchange.Outcome;
import io.dcosnet.gossip.store.DotClock;
import io.dcosnet.gossip.wire.Xxh64;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Finds and repairs differences between two replicas over a stream of its own: digests first, then
 * the parts of the clocks that differ, then each key with a write that the other side lacks, both
 * ways; now and then the live atoms too. With neighbours and anybody in turn, and soon with a
 * member whose digest differs for long.
 */
final class Exchanges {

  private static final Logger LOG = LoggerFactory.getLogger(Exchanges.class);

  /** Most exchanges at a time that we began. */
  static final int MOST_BEGUN = 2;

  /** Most exchanges at a time that others began. */
  static final int MOST_ANSWERED = 8;

  /** An exchange in which nothing comes for so long is given up. */
  static final Duration STALL = Duration.ofSeconds(10);

  // Digests in answers to probes find differences as well; so only some of the exchanges that would
  // find nothing are made.
  private static final int MOST_SKIPPED = 3;

  private static final long SOONEST = Duration.ofMillis(5).toNanos();
  private static final long SOON_SPREAD = Duration.ofMillis(95).toNanos();
  private static final long FIRST_RETRY = Duration.ofMillis(250).toNanos();
  private static final long LAST_RETRY = Duration.ofSeconds(8).toNanos();
  private static final long WARN_GAP = Duration.ofMinutes(1).toNanos();
  private static final List<Duration> AFTER_START =
      List.of(Duration.ZERO, Duration.ofSeconds(1), Duration.ofSeconds(3));

  private final Replica replica;
  private final ExchangeMetrics metrics;
  private final DifferenceWatch watch = new DifferenceWatch();
  private final Map<Integer, Exchange> current = new LinkedHashMap<>();
  private final CatchUp catchUp;
  private boolean running;
  private boolean soonScheduled;
  private int begun;
  private int answered;
  private int skipped;
  private int turns;
  private long retry = FIRST_RETRY;
  private long auditedAt;
  private long warnedAt;
  private boolean warned;

  Exchanges(Replica replica) {
    this.replica = replica;
    this.metrics = new ExchangeMetrics(replica.setup.metrics());
    this.catchUp = new CatchUp(replica, this);
  }

  // When.

  /** Begins the periodic exchanges. */
  void start() {
    running = true;
    auditedAt = replica.host.nanos();
    for (Duration delay : AFTER_START) {
      replica.host.schedule(delay.toNanos(), () -> withSomebody(Kind.START));
    }
    schedule(replica.host.random().nextLong(replica.setup.settings().syncInterval().toNanos()));
  }

  /** Ends those under way. */
  void stop() {
    running = false;
    for (Exchange exchange : new ArrayList<>(current.values())) {
      exchange.over(Outcome.FAILED);
    }
  }

  boolean isRunning() {
    return running;
  }

  /** Whether an exchange is under way that goes on. */
  boolean isTaking() {
    return current.values().stream().anyMatch(exchange -> !exchange.hasBarelyBegun());
  }

  /** See {@link Replica#membersChanged}. */
  void membersChanged() {
    if (!replica.state.hasCaughtUp()) {
      catchUp.membersChanged();
    }
  }

  private void schedule(long delayNanos) {
    replica.host.schedule(
        delayNanos,
        () -> {
          if (running) {
            if (!watch.isAgreed() || ++skipped > MOST_SKIPPED || isAuditDue()) {
              skipped = 0;
              withSomebody(Kind.PERIODIC);
            }
            long interval = replica.setup.settings().syncInterval().toNanos();
            schedule(varied(interval) * scale(replica.host.size()));
          }
        });
  }

  private long varied(long nanos) {
    long tenth = Math.max(1, nanos / 10);
    return nanos - tenth + replica.host.random().nextLong(2 * tenth);
  }

  /** How much rarer periodic exchanges are in a large cluster, as those of members are. */
  static int scale(int members) {
    return members <= 32 ? 1 : (int) Math.ceil(Math.log(members) / Math.log(2) - 5) + 1;
  }

  private boolean isAuditDue() {
    long interval = replica.setup.settings().auditInterval().toNanos();
    return replica.host.nanos() - auditedAt >= interval;
  }

  /** Neighbours in turn, and anybody every other time. */
  private void withSomebody(Kind kind) {
    if (!running) {
      return;
    }
    if (!replica.state.hasCaughtUp()) {
      catchUp.look();
      return;
    }
    List<ReplicaHost.Neighbour> neighbours = List.copyOf(replica.host.neighbours());
    int turn = turns++;
    boolean isAnybodys = neighbours.isEmpty() || turn % 2 == 1;
    NodeId with =
        isAnybodys ? replica.host.anybody() : neighbours.get(turn / 2 % neighbours.size()).node();
    if (with != null) {
      begin(with, kind);
    }
  }

  /** An exchange with somebody soon: something is missing that no link brought. */
  void soon() {
    soon(SOONEST + replica.host.random().nextLong(SOON_SPREAD));
  }

  private void soon(long delayNanos) {
    if (!soonScheduled && running) {
      soonScheduled = true;
      replica.host.schedule(
          delayNanos,
          () -> {
            soonScheduled = false;
            withSomebody(Kind.MISSING);
          });
    }
  }

  // Digests.

  /** See {@link Replica#digest}. */
  long digest() {
    return digest(replica.state.clock().digest(), replica.state.liveDigest());
  }

  /** Of a clock and of live atoms; 0 only where both are. */
  static long digest(long clock, long live) {
    if (clock == 0 && live == 0) {
      return 0;
    }
    long digest = Xxh64.hash(clock, live, 0);
    return digest == 0 ? 1 : digest;
  }

  /** See {@link Replica#digestSeen}. */
  void digestSeen(NodeId member, long digest) {
    long own = digest();
    if (digest == own) {
      watch.agrees();
    } else if (digest != 0 && running && watch.isLasting(replica.host.nanos(), own, digest)) {
      begin(member, Kind.DIGEST);
    }
  }

  // Under way.

  /** Begins one, unless there are enough, or one with this member. */
  void begin(NodeId with, Kind kind) {
    if (begun >= MOST_BEGUN || find(with) != null || replica.ledger.isUnsafe()) {
      return;
    }
    int link = replica.host.open(with);
    if (link < 0) {
      return;
    }
    boolean audits = isAuditDue();
    if (audits) {
      auditedAt = replica.host.nanos();
    }
    begun++;
    add(new Exchange(replica, link, with, kind, audits));
  }

  private void add(Exchange exchange) {
    current.put(exchange.link, exchange);
    watchProgress(exchange, STALL.toNanos());
  }

  private void watchProgress(Exchange exchange, long delayNanos) {
    replica.host.schedule(
        delayNanos,
        () -> {
          if (!exchange.isOver()) {
            long left = exchange.progressAt + STALL.toNanos() - replica.host.nanos();
            if (left > 0) {
              watchProgress(exchange, left);
            } else {
              replica.metrics.fault("stalled");
              exchange.over(Outcome.FAILED);
            }
          }
        });
  }

  private @Nullable Exchange find(NodeId with) {
    for (Exchange exchange : current.values()) {
      if (exchange.with.equals(with)) {
        return exchange;
      }
    }
    return null;
  }

  /** See {@link Replica#begun}. */
  void begun(int link, NodeId from, StoreMessage first) {
    Steps.Summary summary =
        first.kind() == StoreMessage.SUMMARY ? Steps.Summary.read(first.body()) : null;
    if (summary == null) {
      replica.metrics.fault(first.kind() == StoreMessage.SUMMARY ? "malformed" : "order");
      replica.host.close(link);
      return;
    }
    if (running && !summary.caughtUp() && !replica.state.hasCaughtUp()) {
      catchUp.beginner(from);
      replica.host.write(link, Steps.bare(Steps.BEGINNER));
      replica.host.close(link);
      return;
    }
    Exchange other = find(from);
    // Both began at once: that of the lesser one goes on.
    if (other != null
        && !other.isAnswer()
        && other.hasBarelyBegun()
        && from.compareTo(replica.host.self()) < 0) {
      other.over(Outcome.BUSY);
      other = null;
    }
    boolean isFull = answered >= MOST_ANSWERED;
    boolean isUnfit = replica.ledger.isUnsafe() || replica.handOver.isOnlyTaking();
    if (!running || other != null || isFull || isUnfit) {
      replica.host.write(link, Steps.bare(Steps.BUSY));
      replica.host.close(link);
      return;
    }
    Exchange exchange = new Exchange(replica, link, from, Kind.ANSWER, false);
    answered++;
    add(exchange);
    exchange.answer(summary, first.body().size());
  }

  /** See {@link Replica#opened}. */
  void opened(int link) {
    Exchange exchange = current.get(link);
    if (exchange != null) {
      exchange.begin();
    }
  }

  /** See {@link Replica#received(int, StoreMessage)}. */
  void received(int link, StoreMessage message) {
    Exchange exchange = current.get(link);
    if (exchange != null) {
      exchange.received(message);
    }
  }

  /** See {@link Replica#writable}: what may be written is told by the other side, not by that. */
  void writable(int link) {}

  /** See {@link Replica#closed}. */
  void closed(int link) {
    Exchange exchange = current.get(link);
    if (exchange != null) {
      exchange.closed();
    }
  }

  /** One of them is over; its link is closed. */
  void ended(Exchange exchange, Outcome outcome) {
    current.remove(exchange.link);
    if (exchange.isAnswer()) {
      answered--;
    } else {
      begun--;
    }
    metrics.ended(exchange, outcome);
    replica.handOver.ended(exchange, outcome);
    if (outcome == Outcome.BEGINNERS) {
      catchUp.beginner(exchange.with);
      return;
    }
    boolean isDone = outcome == Outcome.EQUAL || outcome == Outcome.DIFFERENT;
    if (!replica.state.hasCaughtUp()) {
      if (isDone) {
        replica.intake.caughtUp(new DotClock()); // of what it has there was nothing to take
      } else if (outcome == Outcome.BUSY || exchange.keysTaken() > 0) {
        catchUp.othersThere();
      }
    }
    if (isDone) {
      retry = FIRST_RETRY;
      if (exchange.keysSent() + exchange.keysTaken() == 0 && exchange.theirDigest() != 0) {
        watch.fruitless(digest(), exchange.theirDigest());
      }
    } else if (running) {
      soon(retry / 2 + replica.host.random().nextLong(retry));
      retry = Math.min(2 * retry, LAST_RETRY);
    }
  }

  // Audit.

  /** An audit found a difference at a key. */
  void repaired(String key) {
    metrics.repaired();
    long now = replica.host.nanos();
    if (!warned || now - warnedAt >= WARN_GAP) {
      warned = true;
      warnedAt = now;
      LOG.warn(
          "store: key {} differs between nodes that have the same writes; repaired, but this is"
              + " a fault of the store or of a disk",
          key);
    }
  }
}
