// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.lb.datapath.proxy;

import io.dcosnet.api.spi.MetricsSink.Counter;
import io.dcosnet.api.vip.VipKey;
import io.dcosnet.lb.datapath.TrafficObserver.Failure;
import io.dcosnet.lb.internal.LbMetrics;
import io.dcosnet.lb.internal.VipSeries;
import java.util.EnumMap;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.atomic.LongAdder;

/**
 * What one service has carried: for the figures of the process, for those of its VIP, and by
 * itself. Outlives changes of the table.
 *
 * <p><b>Thread-safe.</b> Counting neither allocates nor locks.
 */
final class ServiceTally {

  private final VipKey key;
  private final LbMetrics metrics;
  private final VipSeries series;
  private final LongAdder connections = new LongAdder();
  private final LongAdder bytesToBackends = new LongAdder();
  private final LongAdder bytesToClients = new LongAdder();
  private final Map<Failure, LongAdder> failures = new EnumMap<>(Failure.class);

  final Counter toBackends;
  final Counter toClients;

  ServiceTally(VipKey key, LbMetrics metrics) {
    this.key = key;
    this.metrics = metrics;
    series = metrics.vip(key);
    for (Failure failure : Failure.values()) {
      failures.put(failure, new LongAdder());
    }
    toBackends = bytes(bytesToBackends, metrics.bytesToBackends, series.toBackends);
    toClients = bytes(bytesToClients, metrics.bytesToClients, series.toClients);
  }

  private static Counter bytes(LongAdder own, Counter all, Counter ofVip) {
    return amount -> {
      own.add(amount);
      all.add(amount);
      ofVip.add(amount);
    };
  }

  VipKey key() {
    return key;
  }

  /** A connection came in; it may be refused yet. */
  void came() {
    connections.increment();
    series.connections.increment();
  }

  /** It is looked after now. {@link #ended} is due. */
  void began() {
    series.active.increment();
  }

  void ended() {
    series.active.decrement();
  }

  void failed(Failure failure) {
    String kind = failure.name().toLowerCase(Locale.ROOT);
    metrics.connectFailures(kind).increment();
    series.failures(kind).increment();
    failuresOf(failure).increment();
  }

  private LongAdder failuresOf(Failure failure) {
    LongAdder count = failures.get(failure);
    if (count == null) {
      throw new IllegalStateException("no count of " + failure);
    }
    return count;
  }

  long connections() {
    return connections.sum();
  }

  long bytesToBackends() {
    return bytesToBackends.sum();
  }

  long bytesToClients() {
    return bytesToClients.sum();
  }

  /** Those that there were, by kind. */
  Map<Failure, Long> failures() {
    Map<Failure, Long> seen = new EnumMap<>(Failure.class);
    failures.forEach(
        (failure, count) -> {
          if (count.sum() > 0) {
            seen.put(failure, count.sum());
          }
        });
    return seen;
  }
}
