// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.netty.http;

import io.dcosnet.api.spi.MetricsSink;
import io.dcosnet.api.spi.TimeSource;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;

/**
 * What the connections of one server share, and the list of those that are open.
 *
 * <p><b>Thread-safe.</b>
 */
final class ServerState {

  final Routes routes;
  final HttpLimits limits;
  final TimeSource time;
  final HttpMetrics metrics;
  final FailureLog failures;
  final HttpDate date;

  private final Set<HttpConnection> open = ConcurrentHashMap.newKeySet();
  private final CompletableFuture<Void> drained = new CompletableFuture<>();
  private volatile boolean stopping;

  ServerState(String name, Routes routes, HttpLimits limits, TimeSource time, MetricsSink sink) {
    this.routes = routes;
    this.limits = limits;
    this.time = time;
    this.metrics = new HttpMetrics(sink, name, open::size);
    this.failures = new FailureLog(time);
    this.date = new HttpDate(time);
  }

  /** False when the connection must be closed again: too many are open, or the server stops. */
  boolean opened(HttpConnection connection) {
    if (stopping || open.size() >= limits.maxConnections()) {
      metrics.refused.increment();
      return false;
    }
    open.add(connection);
    metrics.accepted.increment();
    if (stopping) { // a stop that did not see it yet waits for nobody to tell it
      connection.drain();
    }
    return true;
  }

  void closed(HttpConnection connection) {
    if (open.remove(connection) && stopping && open.isEmpty()) {
      drained.complete(null);
    }
  }

  boolean isStopping() {
    return stopping;
  }

  /** Whether a stop has come to its end. */
  boolean isDrained() {
    return drained.isDone();
  }

  /** Lets each connection act on its deadline; called about once per second. */
  void lookAtDeadlines() {
    long now = time.nanos();
    for (HttpConnection connection : open) {
      connection.lookIfDue(now);
    }
  }

  /** Ends idle connections and streams now and the others after their answer. */
  CompletionStage<Void> drain() {
    stopping = true;
    if (open.isEmpty()) {
      drained.complete(null);
    }
    open.forEach(HttpConnection::drain);
    return drained;
  }

  /** Closes what is still open. */
  void cut() {
    open.forEach(HttpConnection::cut);
  }
}
