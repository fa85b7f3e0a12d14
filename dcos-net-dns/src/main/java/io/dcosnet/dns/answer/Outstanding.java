// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.dns.answer;

import io.dcosnet.api.net.Protocol;
import io.dcosnet.api.spi.MetricsSink.Counter;
import io.dcosnet.dns.metrics.DnsMetrics;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Bounds the queries that wait for others. What comes above is better turned away at once: over UDP
 * with silence, since the client asks again and an error would send it elsewhere for long; over TCP
 * with SERVFAIL, since there it waits for an answer to each query.
 *
 * <p><b>Thread-safe.</b>
 */
public final class Outstanding {

  /** Queries that may wait, unless set. */
  public static final int DEFAULT_LIMIT = 1024;

  private final int limit;
  private final AtomicInteger waiting = new AtomicInteger();
  private final Counter dropped;
  private final Counter refused;

  /** A gate for this many at a time, 1 or more. */
  public Outstanding(int limit, DnsMetrics metrics) {
    if (limit < 1) {
      throw new IllegalArgumentException("outstanding: " + limit + " (expected: 1 or more)");
    }
    this.limit = limit;
    this.dropped = metrics.dropped("overload");
    this.refused = metrics.declined("tcp", "overload");
    metrics.outstanding(this::waiting);
  }

  /**
   * Lets a query in, which must {@link #leave} when it is answered; false when there are too many.
   * What is turned away is counted by how it came.
   */
  public boolean enter(Protocol protocol) {
    if (waiting.incrementAndGet() <= limit) {
      return true;
    }
    waiting.decrementAndGet();
    (protocol == Protocol.UDP ? dropped : refused).increment();
    return false;
  }

  /** A query that was let in needs nothing more. */
  public void leave() {
    waiting.decrementAndGet();
  }

  /** Queries that are in. */
  public int waiting() {
    return waiting.get();
  }
}
