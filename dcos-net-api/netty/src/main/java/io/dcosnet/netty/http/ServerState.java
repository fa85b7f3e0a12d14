// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.netty.http;

import io.dcosnet.api.spi.MetricsSink;
import io.dcosnet.api.spi.TimeSource;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;

/**
 * What the connections of one server share, and the list of those that are open.
 *
 * <p><b>Thread-safe.</b>
 */
final class ServerState implements HttpConnection.Home {

  final Routes routes;
  final HttpLimits limits;
  final TimeSource time;
  final HttpMetrics metrics;
  final FailureLog failures;
  final HttpDate date;

  private final Set<ServerConnection> open = ConcurrentHashMap.newKeySet();
  private final Map<ClientKey, Integer> byClient = new ConcurrentHashMap<>();
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
  @Override
  public boolean opened(ServerConnection connection) {
    if (stopping || open.size() >= limits.maxConnections() || !count(connection)) {
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

  /** What is spoken on a connection has been agreed on: from now on it looks like this. */
  void became(ServerConnection before, ServerConnection now) {
    open.add(now);
    open.remove(before);
    if (stopping) {
      now.drain();
    }
  }

  @Override
  public void closed(ServerConnection connection) {
    if (!open.remove(connection)) {
      return;
    }
    ClientKey client = connection.client();
    if (client != null) {
      byClient.computeIfPresent(client, (key, count) -> count == 1 ? null : count - 1);
    }
    if (stopping && open.isEmpty()) {
      drained.complete(null);
    }
  }

  /** False when the client has as many as it may. */
  private boolean count(ServerConnection connection) {
    ClientKey client = connection.client();
    if (client == null) {
      return true;
    }
    int most = limits.maxConnectionsPerClient();
    boolean[] taken = {false};
    byClient.compute(
        client,
        (key, count) -> {
          int before = count == null ? 0 : count;
          taken[0] = before < most;
          return taken[0] ? Integer.valueOf(before + 1) : count;
        });
    return taken[0];
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
    for (ServerConnection connection : open) {
      connection.lookIfDue(now);
    }
  }

  /** Ends idle connections and streams now and the others after their answer. */
  CompletionStage<Void> drain() {
    stopping = true;
    if (open.isEmpty()) {
      drained.complete(null);
    }
    open.forEach(ServerConnection::drain);
    return drained;
  }

  /** Closes what is still open. */
  void cut() {
    open.forEach(ServerConnection::cut);
  }
}
