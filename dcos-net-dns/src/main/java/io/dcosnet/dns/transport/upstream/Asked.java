// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.dns.transport.upstream;

import io.dcosnet.dns.forward.Exchange;
import io.dcosnet.dns.forward.ExchangeFailedException;
import io.dcosnet.dns.forward.ExchangeFailedException.Kind;
import io.dcosnet.dns.forward.Reply;
import io.dcosnet.dns.forward.Upstream.Carrier;
import io.dcosnet.dns.query.Query;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/**
 * One question under way to one server: its own task, stage and place in the list of its lane, so
 * that a question costs one object.
 *
 * <p><b>Thread-safe</b> for whoever waits; the fields that change are confined to the lane.
 */
final class Asked extends CompletableFuture<Reply> implements Exchange.Call, Runnable {

  /** Where a question waits for its answer. */
  interface Place {
    /** Nobody waits for the question any more; {@code unheard} when its time is over. */
    void left(Asked question, boolean unheard);
  }

  final Lane lane;
  final Server server;
  final Query query;
  final Carrier carrier;
  final boolean edns;
  final long startedNanos;
  final long deadlineNanos;

  // Confined to the lane from here on.

  /** The question as it was sent, in letters of its own. */
  byte[] sent = {};

  boolean exactLetters;
  int id;
  long sentNanos;
  @Nullable Place place;

  /** Wrong answers that the port had seen before. */
  int mismatchesBefore;

  int letterFaults;
  boolean cookieRefused;

  /** The connection was opened for this question. */
  boolean opener;

  boolean retried;

  boolean listed;
  @Nullable Asked previous;
  @Nullable Asked next;

  Asked(
      Lane lane,
      Server server,
      Query query,
      Carrier carrier,
      boolean edns,
      long startedNanos,
      long timeoutNanos) {
    this.lane = lane;
    this.server = server;
    this.query = query;
    this.carrier = carrier;
    this.edns = edns;
    this.startedNanos = startedNanos;
    this.deadlineNanos = startedNanos + timeoutNanos;
  }

  @Override
  public CompletionStage<Reply> reply() {
    return this;
  }

  /** Its place in the lane is found empty by the next tick; nothing needs to be woken for that. */
  @Override
  public void cancel() {
    fail(Kind.CANCELLED, "cancelled");
  }

  /** Sends it, on the lane. */
  @Override
  public void run() {
    lane.begin(this);
  }

  /** Gives the reply to who waits, unless that is over. */
  void succeed(Reply reply) {
    if (complete(reply)) {
      server.leave();
    }
  }

  /** Ends it without a reply, unless it is over. */
  void fail(Kind kind, String what) {
    if (!isDone() && completeExceptionally(failure(kind, what))) {
      server.leave();
    }
  }

  /** Ends a question that did not even begin. */
  void refuse(Kind kind, String what) {
    completeExceptionally(failure(kind, what));
  }

  private ExchangeFailedException failure(Kind kind, String what) {
    return new ExchangeFailedException(
        kind, "ask " + server.address() + " over " + carrier + ": " + what);
  }
}
