// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.gossip.replica;

import io.dcosnet.api.net.NodeId;
import io.dcosnet.api.spi.Member.State;
import io.dcosnet.gossip.crdt.CrdtOp;
import io.dcosnet.gossip.store.Atom;
import io.dcosnet.gossip.store.DotClock;
import io.dcosnet.gossip.store.Hlc;
import io.dcosnet.gossip.store.ReplicaId;
import io.dcosnet.gossip.store.Stamp;
import io.dcosnet.gossip.store.StoreRecord;
import java.time.Duration;
import java.util.BitSet;
import java.util.List;
import java.util.Map;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Which writes all replicas have. Each replica of the register tells from time to time the number
 * and the time of its last write, and up to which time it has all writes of all others; the least
 * of the latter is stable, and what deletions up to then left behind can go.
 *
 * <p>The register is part of the store: one entry for each replica, below a prefix that no user
 * sees ({@link #REGISTER}). A replica enters itself before its first write, or soon after its
 * start. When its node goes on as another generation, it closes the entry of the one before with a
 * clock that holds what that one wrote, and removes it when that is everywhere.
 */
final class Stability {

  private static final Logger LOG = LoggerFactory.getLogger(Stability.class);

  /** Where the register lies: no key of users begins like that. */
  static final String REGISTER = Register.PREFIX;

  private static final long MOST_REGISTER_NANOS = Duration.ofSeconds(5).toNanos();
  private static final long REGISTER_AGAIN_NANOS = Duration.ofSeconds(10).toNanos();
  private static final int REGISTER_SHARE = 12;
  private static final int SYNCS_UNTIL_SETTLED_IN = 10;

  /** A living replica that says nothing while we speak so often is not heard here. */
  private static final int SILENT_TICKS = 3;

  private final Replica replica;
  final Register register;
  private final Watermarks watermarks;
  private final Collector collector;
  private boolean started;
  private boolean ticking;
  private boolean caughtUp;
  private long startNanos;
  private long registeredNanos;
  private long stripped;

  Stability(Replica replica) {
    this.replica = replica;
    this.register = new Register(replica.state);
    this.watermarks = new Watermarks(replica, register);
    this.collector = new Collector(replica, register);
    replica.metrics.replicas(register::size);
  }

  /** Enters this replica into the register, and begins to tell. */
  void start() {
    started = true;
    startNanos = replica.host.nanos();
    registeredNanos = startNanos - REGISTER_AGAIN_NANOS;
    register.load();
    collector.start();
    registerSoon();
    tickLater();
  }

  /** Not all nodes of a cluster at the same moment, as they may start together. */
  private void registerSoon() {
    long most =
        Math.min(
            MOST_REGISTER_NANOS,
            replica.setup.settings().watermarkInterval().toNanos() / REGISTER_SHARE);
    replica.host.schedule(replica.host.random().nextLong(most + 1), this::registerNow);
  }

  /** Before a write of this node: whoever takes it in must know whom to ask about it. */
  void beforeWrite() {
    if (started) {
      registerNow();
    }
  }

  private void registerNow() {
    ReplicaId self = replica.state.self();
    long now = replica.host.nanos();
    if (register.find(self) == null && now - registeredNanos >= REGISTER_AGAIN_NANOS) {
      registeredNanos = now; // when it fails, not with each write again
      put(Register.key(self), new CrdtOp.Put(Register.open(replica.host.wallMillis())));
    }
  }

  private void put(String key, CrdtOp op) {
    replica.writes.updateOwn(key, List.of(op), new Unheard("enter into the register"));
  }

  /** Up to which time writes were forgotten here as all replicas have them; 0 for none. */
  long stripped() {
    return stripped;
  }

  /** A key was written here, or by somebody else. */
  void changed(String key) {
    if (key.startsWith(REGISTER)) {
      ReplicaId id = register.changed(key);
      if (id != null && started) {
        collector.registered(id.node());
      }
    }
    tickLater();
  }

  /** All that some other replica has is here now. */
  void caughtUp() {
    caughtUp = true;
    tickLater();
  }

  /** This replica goes on under another number. */
  void becameAnother() {
    registeredNanos = replica.host.nanos() - REGISTER_AGAIN_NANOS;
    if (started) {
      registerSoon();
    }
  }

  /** Watermarks on the stream of a neighbour. */
  void received(ReplicaHost.Neighbour from, StoreMessage message) {
    heard(message, from.link());
  }

  /** Watermarks that came by datagram. */
  void rumour(NodeId from, StoreMessage message) {
    heard(message, Spread.NO_LINK);
  }

  private void heard(StoreMessage message, int link) {
    List<Mark> marks = Mark.decode(message.body());
    if (marks == null) {
      replica.metrics.fault("malformed");
      return;
    }
    boolean somebodyLags = false;
    for (Mark mark : marks) {
      replica.writes.observed(mark.time());
      if (watermarks.heard(mark, link)) {
        somebodyLags |= mark.complete() < stripped;
      }
    }
    watermarks.passOnLater(this::strip);
    if (somebodyLags) {
      tickAlways(); // it may have missed what we said
    }
  }

  // Telling.

  /** Whether there is anything for which it matters what others have. */
  private void tickLater() {
    if (started && !ticking && (replica.state.oldestUnstable() != 0 || hasOldGenerations())) {
      tickAlways();
    }
  }

  private void tickAlways() {
    if (!ticking) {
      ticking = true;
      replica.host.schedule(varied(interval()), this::tick);
    }
  }

  private long interval() {
    return replica.setup.settings().watermarkInterval().toNanos() * scale(replica.host.size());
  }

  private long varied(long nanos) {
    return (long) (nanos * (0.9 + 0.2 * replica.host.random().nextDouble()));
  }

  /** How much rarer it is in a large cluster, so that all together cost the same. */
  static int scale(int members) {
    return members <= 32 ? 1 : (int) Math.ceil(Math.log(members) / Math.log(2) - 5) + 1;
  }

  private void tick() {
    ticking = false;
    registerNow();
    if (isSettledIn()) {
      closeOldGenerations();
    }
    if (isReady()) {
      long now = replica.writes.time();
      ReplicaId self = replica.state.self();
      long complete = Math.max(Math.min(register.complete(now), now), oldest(now));
      Mark mark =
          new Mark(self, replica.state.clock().base(self), now, complete, register.digest());
      // Nor must a write after a restart be older: others take it that they have it.
      replica.state.said(now);
      replica.ledger.taken(StoreRecord.said(now));
      // A claim that is lost with the end of a log would bring deleted keys back.
      replica.ledger.settled(
          () -> {
            if (watermarks.heard(mark, Spread.NO_LINK)) {
              watermarks.passOnLater(this::strip);
            }
          });
    }
    if (isAnybodySilent()) {
      replica.spread.mend();
    }
    tickLater();
  }

  /** Whether the tree no longer brings what somebody says, which nothing but deltas would mend. */
  private boolean isAnybodySilent() {
    boolean isAny = false;
    for (Map.Entry<ReplicaId, Register.Registered> entry : register.all().entrySet()) {
      NodeId node = entry.getKey().node();
      boolean mustSpeak = !entry.getValue().isClosed() && !node.equals(replica.host.self());
      if (mustSpeak && replica.host.state(node) == State.ALIVE) {
        isAny |= entry.getValue().isSilentFor(SILENT_TICKS);
      }
    }
    return isAny;
  }

  /** Whether we know enough of the others to say what we have of them. */
  private boolean isReady() {
    return replica.state.hasCaughtUp() || replica.host.size() <= 1;
  }

  /** Whether what others had at our start is here for sure. */
  private boolean isSettledIn() {
    long settings = replica.setup.settings().syncInterval().toNanos();
    long up = replica.host.nanos() - startNanos;
    return caughtUp || up >= SYNCS_UNTIL_SETTLED_IN * settings;
  }

  /** What is older than this is forgotten whoever has not confirmed it. */
  private long oldest(long now) {
    long age = replica.setup.settings().ghostMaxAge().toMillis();
    return Hlc.at(Math.max(0, Hlc.millis(now) - age));
  }

  private void strip() {
    long oldestUnstable = replica.state.oldestUnstable();
    long stable = Math.max(register.stable(), oldest(Hlc.at(replica.host.wallMillis())));
    if (oldestUnstable != 0 && stable >= oldestUnstable) {
      replica.state.strip(stable);
      stripped = stable;
      replica.ledger.taken(StoreRecord.stripped(stable));
    }
  }

  // Earlier generations of this node.

  private boolean hasOldGenerations() {
    return register.of(replica.state.self().node()).size() > 1;
  }

  private void closeOldGenerations() {
    ReplicaId self = replica.state.self();
    for (ReplicaId old : register.of(self.node())) {
      Register.Registered entry = register.find(old);
      if (old.generation() >= self.generation() || entry == null) {
        continue;
      }
      String key = Register.key(old);
      if (!entry.isClosed()) {
        BitSet bucket = new BitSet();
        bucket.set(DotClock.bucket(old));
        put(key, new CrdtOp.Put(Register.closed(replica.state.clock().only(bucket))));
      } else if (closedAt(key) <= stripped) {
        replica.writes.deleteOwn(key, new Unheard("take out of the register"));
      }
    }
  }

  private long closedAt(String key) {
    var winner = replica.state.cell(key).winner();
    Atom atom = winner == null ? null : winner.getValue();
    return atom == null ? Long.MAX_VALUE : atom.time();
  }

  /** See {@link Replica#membersChanged}. */
  void membersChanged(NodeId member) {
    collector.membersChanged(member);
  }

  /** See {@link Replica#why}. */
  String why(String key) {
    return new Why(replica, register, stripped).of(key);
  }

  /** Nobody waits for a write to the register; it is tried again when it failed. */
  private record Unheard(String what) implements WriteResult {
    @Override
    public void done(Stamp write) {}

    @Override
    public void failed(RuntimeException why) {
      LOG.warn("store: cannot {} for now: {}", what, why.getMessage());
    }
  }
}
