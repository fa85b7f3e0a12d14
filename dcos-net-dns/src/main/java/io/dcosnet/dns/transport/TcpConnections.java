// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.dns.transport;

import io.dcosnet.api.spi.Scheduler;
import io.dcosnet.api.spi.TimeSource;
import io.dcosnet.dns.wire.Sender;
import java.net.InetAddress;
import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * The open connections of one listener, counted by client. While there are any, it looks at their
 * deadlines from time to time: one timer serves them all.
 *
 * <p><b>Thread-safe.</b>
 */
final class TcpConnections {

  /** How late a connection may be found to have been silent for too long. */
  private static final Duration SWEEP = Duration.ofMillis(250);

  /** One connection as its listener sees it; any thread may call. */
  interface Connection {
    InetAddress client();

    /** Ends it if nothing has happened for too long. */
    void lookIfDue(long nowNanos);

    /** Takes no more queries, and ends when the answers under way have left. */
    void drain();

    /** Ends it now. */
    void cut();
  }

  private final TcpLimits limits;
  private final Scheduler scheduler;
  private final AtomicInteger pending = new AtomicInteger();
  private final CompletableFuture<Void> drained = new CompletableFuture<>();

  // Guarded by this.
  private final Set<Connection> all = new HashSet<>();
  private final Map<Long, Integer> byClient = new HashMap<>();
  private boolean closed;
  private boolean sweeping;

  /** Changes under the lock, is read without. */
  private volatile long idleNanos;

  TcpConnections(TcpLimits limits, Scheduler scheduler) {
    this.limits = limits;
    this.scheduler = scheduler;
    this.idleNanos = limits.idle().toNanos();
  }

  /** Why the connection may not stay; empty when it may, and is counted from now on. */
  synchronized String admit(Connection connection) {
    long client = key(connection.client());
    if (closed) {
      return "stopped";
    }
    if (all.size() >= limits.maxConnections()) {
      return "limit";
    }
    if (byClient.getOrDefault(client, 0) >= limits.maxConnectionsPerClient()) {
      return "client-limit";
    }
    all.add(connection);
    byClient.merge(client, 1, Integer::sum);
    changed();
    if (!sweeping) {
      sweeping = true;
      sweepLater();
    }
    return "";
  }

  /** Forgets a connection that {@link #admit} let in. */
  synchronized void left(Connection connection) {
    if (all.remove(connection)) {
      byClient.computeIfPresent(
          key(connection.client()), (key, count) -> count == 1 ? null : count - 1);
      changed();
      if (closed && all.isEmpty()) {
        drained.complete(null);
      }
    }
  }

  private void changed() {
    idleNanos = limits.idle(all.size()).toNanos();
  }

  /** Networks of 64 bits count as one client, since each host may use as many addresses there. */
  private static long key(InetAddress client) {
    Sender sender = new Sender();
    sender.set(client, 0);
    return sender.isIpv4() ? sender.low() : sender.high();
  }

  private void sweepLater() {
    var unused = scheduler.schedule(SWEEP, this::sweep);
  }

  private void sweep() {
    List<Connection> now;
    synchronized (this) {
      now = List.copyOf(all);
      sweeping = !now.isEmpty();
    }
    long nanos = time().nanos();
    for (Connection connection : now) {
      connection.lookIfDue(nanos);
    }
    if (!now.isEmpty()) {
      sweepLater();
    }
  }

  TcpLimits limits() {
    return limits;
  }

  TimeSource time() {
    return scheduler.time();
  }

  /** How long a connection may be idle at present. */
  long idleNanos() {
    return idleNanos;
  }

  synchronized int open() {
    return all.size();
  }

  /** Queries that were put off and have no answer yet. */
  AtomicInteger pending() {
    return pending;
  }

  /**
   * Lets no more in and ends those that are there: each when what it was asked has been answered,
   * all of them when the grace is over. Completes when the last one has left, or then.
   */
  CompletionStage<Void> close(Duration grace) {
    synchronized (this) {
      closed = true;
      if (all.isEmpty()) {
        drained.complete(null);
      }
    }
    each().forEach(Connection::drain);
    Scheduler.Timer end =
        scheduler.schedule(
            grace,
            () -> {
              each().forEach(Connection::cut);
              drained.complete(null);
            });
    return drained.thenRun(end::cancel);
  }

  private synchronized List<Connection> each() {
    return List.copyOf(all);
  }
}
