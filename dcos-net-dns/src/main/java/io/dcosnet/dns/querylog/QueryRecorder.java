// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.dns.querylog;

import static java.util.Objects.requireNonNull;

import io.dcosnet.api.net.IpAddress;
import io.dcosnet.api.net.Protocol;
import io.dcosnet.api.spi.MetricsSink.Counter;
import io.dcosnet.api.spi.TimeSource;
import io.dcosnet.dns.metrics.DnsMetrics;
import io.dcosnet.dns.name.DomainName;
import java.time.Instant;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Takes queries from the workers, which never wait for it, and hands them to the sink of a log, in
 * order of arrival. What comes faster than the sink takes it is lost and counted.
 *
 * <p><b>Thread-safe.</b>
 */
public final class QueryRecorder {

  /** Most queries that wait for the sink. */
  public static final int MOST_WAITING = 4096;

  private static final Logger LOGGER = LoggerFactory.getLogger(QueryRecorder.class);

  private final QueryLog log;
  private final Executor executor;
  private final TimeSource time;
  private final Counter lost;
  private final Supplier<byte[]> secret;
  private final Queue<Taken> queue = new ConcurrentLinkedQueue<>();
  private final AtomicInteger waiting = new AtomicInteger();

  /** True while somebody writes, or will soon. */
  private final AtomicBoolean writing = new AtomicBoolean();

  // Touched only by who writes.
  private boolean failing;
  private @Nullable ClientHash hash;

  /** What the worker noted; the rest is made of it where time does not matter. */
  private record Taken(
      long wallMillis,
      long high,
      long low,
      boolean ipv4,
      Protocol protocol,
      DomainName name,
      int type,
      int rcode,
      int octets,
      boolean waited) {}

  /**
   * A recorder for a log.
   *
   * @param executor runs the sink
   * @param secret gives what hashes addresses, when the first one is; nobody else may know it
   */
  public QueryRecorder(
      QueryLog log,
      Executor executor,
      TimeSource time,
      Supplier<byte[]> secret,
      DnsMetrics metrics) {
    this.log = requireNonNull(log, "log");
    this.executor = requireNonNull(executor, "executor");
    this.time = requireNonNull(time, "time");
    this.secret = requireNonNull(secret, "secret");
    this.lost = metrics.queryLogLost();
  }

  /** Chooses the queries of one worker. */
  public QuerySampler sampler(Protocol protocol) {
    return new QuerySampler(this, log.oneIn(), protocol);
  }

  void take(
      long high,
      long low,
      boolean ipv4,
      Protocol protocol,
      DomainName name,
      int type,
      int rcode,
      int octets,
      boolean waited) {
    if (waiting.incrementAndGet() > MOST_WAITING) {
      waiting.decrementAndGet();
      lost.increment();
      return;
    }
    queue.add(
        new Taken(time.wallMillis(), high, low, ipv4, protocol, name, type, rcode, octets, waited));
    beginWriting();
  }

  private ClientHash hash() {
    ClientHash made = hash;
    if (made == null) {
      made = new ClientHash(secret.get());
      hash = made;
    }
    return made;
  }

  private void beginWriting() {
    if (!writing.compareAndSet(false, true)) {
      return;
    }
    try {
      executor.execute(this::write);
    } catch (RejectedExecutionException e) {
      writing.set(false); // the next query tries again
    }
  }

  private void write() {
    for (Taken one = queue.poll(); one != null; one = queue.poll()) {
      waiting.decrementAndGet();
      try {
        log.sink().accept(logged(one));
        failing = false;
      } catch (RuntimeException e) {
        lost.increment();
        if (!failing) { // once, not for each query
          LOGGER.warn("query log: the sink fails: {}", e.toString());
        }
        failing = true;
      }
    }
    writing.set(false);
    if (!queue.isEmpty()) { // came in between
      beginWriting();
    }
  }

  private LoggedQuery logged(Taken one) {
    String client;
    if (log.hashClients()) {
      client = hash().of(one.high(), one.low());
    } else {
      IpAddress address =
          one.ipv4() ? IpAddress.ofIpv4((int) one.low()) : IpAddress.ofIpv6(one.high(), one.low());
      client = address.toString();
    }
    return new LoggedQuery(
        Instant.ofEpochMilli(one.wallMillis()),
        client,
        one.protocol(),
        one.name(),
        one.type(),
        one.rcode(),
        one.octets(),
        one.waited());
  }
}
