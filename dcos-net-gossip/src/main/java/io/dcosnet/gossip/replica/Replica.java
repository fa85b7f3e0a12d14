// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.gossip.replica;

import io.dcosnet.api.net.NodeId;
import io.dcosnet.gossip.crdt.CrdtOp;
import io.dcosnet.gossip.store.Dot;
import io.dcosnet.gossip.store.ReplicaId;
import io.dcosnet.gossip.store.StoreRecord;
import io.dcosnet.gossip.store.StoreState;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;

/**
 * The copy of the replicated store on one node, and how it is kept like those of the others: a
 * state machine that is told what happens and acts through its {@link ReplicaHost}.
 *
 * <p>A write is applied at once, logged, and told to others only when the log says that it is safe.
 * New deltas go along a tree that grows out of the links of the rings ({@link Spread}); what was
 * missed is found by exchanges ({@link Exchanges}); what all have is told by watermarks ({@link
 * Stability}), after which deletions need not be remembered.
 *
 * <p><b>Not thread-safe.</b> One thread at a time calls it, never from within a method of its host.
 */
public final class Replica {

  final ReplicaHost host;
  final ReplicaSetup setup;
  final StoreState state;
  final ReplicaMetrics metrics;

  final Ledger ledger;
  final Writes writes;
  final Intake intake;
  final Spread spread;
  final Exchanges exchanges;
  final Stability stability;
  final SeenQuestions questions;
  final HandOver handOver;

  /** A replica that has not begun; nothing is sent yet. */
  public Replica(ReplicaSetup setup, ReplicaHost host) {
    this.host = host;
    this.setup = setup;
    this.state = setup.state();
    this.metrics = new ReplicaMetrics(setup.metrics(), state);
    this.ledger = new Ledger(this);
    this.writes = new Writes(this);
    this.intake = new Intake(this);
    this.spread = new Spread(this);
    this.exchanges = new Exchanges(this);
    this.stability = new Stability(this);
    this.questions = new SeenQuestions(this);
    this.handOver = new HandOver(this);
  }

  /** Begins to exchange with others. */
  public void start() {
    stability.start();
    exchanges.start();
  }

  /**
   * This member is about to say good-bye: sees to it that another one has all that is here. Writes
   * that come when that is over are refused.
   *
   * @param limit after which it goes without
   * @param then run once, when somebody has all or the time is over
   */
  public void handOver(Duration limit, Runnable then) {
    handOver.begin(limit, then);
  }

  /** Whether {@link #handOver} has begun. */
  public boolean isLeaving() {
    return handOver.hasBegun();
  }

  /** Whether another member is known to have had all that was here at the good-bye. */
  public boolean isHandedOver() {
    return handOver.isDone();
  }

  /**
   * This member has said good-bye to others, who do not wait any more for what it has; before
   * {@link #stop}.
   */
  public void leave() {
    state.leftBehind();
    ledger.taken(StoreRecord.leftBehind());
  }

  /** Ends what is under way; the store can still be read. */
  public void stop() {
    exchanges.stop();
    ledger.stop();
  }

  /** Goes on as the replica of another member, with all data: this node was found cloned. */
  public void become(ReplicaId next) {
    state.become(next);
    stability.becameAnother();
  }

  /** The data, for reading. */
  public StoreState state() {
    return state;
  }

  /** Writes to a key; {@code ops} as {@link StoreState#update}. */
  public void update(String key, List<CrdtOp> ops, WriteResult result) {
    writes.update(key, ops, result);
  }

  /** Removes a key. */
  public void delete(String key, WriteResult result) {
    writes.delete(key, result);
  }

  /**
   * Asks all living members until each has a write.
   *
   * @param laggards told once: those that had not confirmed it in time, empty when all have
   */
  public void awaitSeen(Dot write, Duration timeout, Consumer<Set<NodeId>> laggards) {
    questions.ask(write, timeout, laggards);
  }

  /** A digest of clock and live atoms, for others to compare; 0 for an empty store. */
  public long digest() {
    return exchanges.digest();
  }

  /** A member has this digest at present; 0 also for one that has no store. */
  public void digestSeen(NodeId member, long digest) {
    exchanges.digestSeen(member, digest);
  }

  /** A stream to a neighbour on the rings is open from now on. */
  public void neighbourUp(ReplicaHost.Neighbour neighbour) {
    spread.up(neighbour);
  }

  /** It is not any more. */
  public void neighbourDown(ReplicaHost.Neighbour neighbour) {
    spread.down(neighbour);
  }

  /** A message came on the stream of a neighbour. */
  public void received(ReplicaHost.Neighbour from, StoreMessage message) {
    switch (message.kind()) {
      case StoreMessage.DELTA, StoreMessage.I_HAVE, StoreMessage.GRAFT, StoreMessage.PRUNE ->
          spread.received(from, message);
      case StoreMessage.WATERMARKS -> stability.received(from, message);
      default -> metrics.unexpected(message);
    }
  }

  /** A message came by datagram. */
  public void received(NodeId from, StoreMessage message) {
    switch (message.kind()) {
      case StoreMessage.DELTA -> spread.rumour(from, message);
      case StoreMessage.WATERMARKS -> stability.rumour(from, message);
      case StoreMessage.SEEN_QUESTION, StoreMessage.SEEN_ANSWER ->
          questions.received(from, message);
      default -> metrics.unexpected(message);
    }
  }

  /** Another node opened a stream for an exchange; {@code first} is what it said first. */
  public void begun(int link, NodeId from, StoreMessage first) {
    exchanges.begun(link, from, first);
  }

  /** A stream that an exchange asked for is open. */
  public void opened(int link) {
    exchanges.opened(link);
  }

  /** A message came on the stream of an exchange. */
  public void received(int link, StoreMessage message) {
    exchanges.received(link, message);
  }

  /** What was written on the stream of an exchange is on its way: more may be written. */
  public void writable(int link) {
    exchanges.writable(link);
  }

  /** The stream of an exchange ended, or could not be opened. */
  public void closed(int link) {
    exchanges.closed(link);
  }

  /** A member lives, is suspected, dead or gone, or has come. */
  public void membersChanged(NodeId member) {
    stability.membersChanged(member);
    questions.membersChanged(member);
    exchanges.membersChanged();
  }

  /** For people: who wrote a key, and who is known to have it. */
  public String why(String key) {
    return stability.why(key);
  }
}
