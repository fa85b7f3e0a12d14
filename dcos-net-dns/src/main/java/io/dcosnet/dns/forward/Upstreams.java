// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.dns.forward;

import static java.util.Objects.requireNonNull;

import io.dcosnet.api.spi.MetricsSink.Counter;
import io.dcosnet.dns.metrics.ForwardMetrics;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongConsumer;
import java.util.random.RandomGenerator;

/**
 * The servers of one route with what is known of them, and the figures of the route.
 *
 * <p><b>Thread-safe.</b>
 */
final class Upstreams {

  /** How often one query tries a server although all of them are down. */
  static final Duration LAST_HOPE_INTERVAL = Duration.ofSeconds(1);

  private static final long NEVER = Long.MIN_VALUE;

  private final Route.Ask route;
  private final List<UpstreamHealth> members;
  private final ForwardMetrics metrics;
  private final String zone;
  private final LongConsumer duration;
  private final AtomicInteger turn = new AtomicInteger();
  private final AtomicLong hopedAt = new AtomicLong(NEVER);
  private final Map<String, Counter> results = new ConcurrentHashMap<>();
  private final Map<String, Counter> retries = new ConcurrentHashMap<>();

  Upstreams(Route.Ask route, List<UpstreamHealth> members, ForwardMetrics metrics) {
    this.route = requireNonNull(route, "route");
    this.members = List.copyOf(members);
    this.metrics = requireNonNull(metrics, "metrics");
    this.zone = route.suffix().toString();
    this.duration = metrics.duration(zone);
  }

  Route.Ask route() {
    return route;
  }

  List<UpstreamHealth> members() {
    return members;
  }

  /**
   * Whom to ask the next query, best first. When all are down that is nobody, but for one query in
   * {@link #LAST_HOPE_INTERVAL}: it tries the one that answered last.
   */
  List<UpstreamHealth> choose(long now, RandomGenerator random) {
    List<UpstreamHealth> order =
        UpstreamOrder.of(route.policy(), members, turn.getAndIncrement(), now, random);
    UpstreamHealth hope = order.isEmpty() ? UpstreamOrder.lastHope(members, now) : null;
    return hope != null && mayHope(now) ? List.of(hope) : order;
  }

  private boolean mayHope(long now) {
    long last = hopedAt.get();
    boolean due = last == NEVER || now - last >= LAST_HOPE_INTERVAL.toNanos();
    return due && hopedAt.compareAndSet(last, now);
  }

  /** As {@link #choose} would say now, for somebody who only wants to know. */
  List<UpstreamHealth> preview(long now, RandomGenerator random) {
    return UpstreamOrder.of(route.policy(), members, turn.get(), now, random);
  }

  /** Why nobody can be asked. */
  String nobody() {
    if (members.isEmpty()) {
      return "no servers for " + zone;
    }
    List<String> reasons = new ArrayList<>();
    long looping = members.stream().filter(UpstreamHealth::isLooping).count();
    long down = members.size() - looping;
    if (down > 0) {
      reasons.add(down + " down");
    }
    if (looping > 0) {
      reasons.add(looping + " looping");
    }
    return "servers for " + zone + ": " + String.join(", ", reasons);
  }

  void count(String result) {
    results.computeIfAbsent(result, key -> metrics.requests(zone, key)).increment();
  }

  void retried(String reason) {
    retries.computeIfAbsent(reason, key -> metrics.retries(zone, key)).increment();
  }

  void hedged() {
    metrics.hedges(zone).increment();
  }

  void took(long nanos) {
    duration.accept(nanos);
  }
}
