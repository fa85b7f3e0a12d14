// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.dns.transfer;

import static java.util.Objects.requireNonNull;

import io.dcosnet.api.event.Subscription;
import io.dcosnet.api.net.HostPort;
import io.dcosnet.api.net.IpAddress;
import io.dcosnet.api.spi.Scheduler;
import io.dcosnet.dns.metrics.DnsMetrics;
import io.dcosnet.dns.name.DomainName;
import io.dcosnet.dns.zone.SharedFollowing;
import io.dcosnet.dns.zone.Zone;
import io.dcosnet.dns.zone.ZoneApex;
import io.dcosnet.dns.zone.ZoneContent;
import io.dcosnet.dns.zone.ZoneFigures;
import io.dcosnet.dns.zone.ZoneListener;
import io.dcosnet.dns.zone.ZonePublisher;
import io.dcosnet.dns.zone.ZoneSnapshot;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.xbill.DNS.TSIG;

/**
 * A copy of a zone that other servers have first (RFC 1034 §4.3.5). It asks them for their serial
 * as often as the zone's SOA record says, and at once when one of them sends a NOTIFY; when it has
 * grown, the whole zone is fetched (AXFR).
 *
 * <p>While no primary answers, the copy is served until the zone's expiry time; after that there is
 * no snapshot, and names are answered with SERVFAIL.
 *
 * <p><b>Thread-safe.</b> Primaries are asked on the executor given to {@link #follow}, which is
 * held for as long as {@link Builder#timeout} says.
 */
public final class SecondaryZone implements Zone, NotifyTarget {

  private static final Logger LOGGER = LoggerFactory.getLogger(SecondaryZone.class);

  /** Least time between two questions, whatever the zone or a NOTIFY says. */
  public static final Duration SHORTEST_INTERVAL = Duration.ofSeconds(1);

  /** Time between two attempts as long as there is no copy. */
  public static final Duration FIRST_RETRY = Duration.ofSeconds(10);

  private final DomainName origin;
  private final List<HostPort> primaries;
  private final @Nullable TsigKey key;
  private final Scheduler scheduler;
  private final int maxRecords;
  private final Duration timeout;
  private final SharedFollowing following = new SharedFollowing();
  private final ZonePublisher published = new ZonePublisher();
  private volatile boolean expired;
  private volatile long goodNanos; // when a primary last answered, over all followings
  private final ZoneFigures figures;
  private volatile String failure = "";
  private volatile @Nullable Follower follower;

  private SecondaryZone(Builder builder) {
    origin = builder.origin;
    figures = new ZoneFigures(origin, this::snapshot);
    primaries = List.copyOf(builder.primaries);
    key = builder.key;
    scheduler = builder.scheduler;
    maxRecords = builder.maxRecords;
    timeout = builder.timeout;
  }

  public static Builder builder(DomainName origin, Scheduler scheduler) {
    return new Builder(origin, scheduler);
  }

  @Override
  public DomainName origin() {
    return origin;
  }

  /** Servers that it is copied from, in the order in which they are asked. */
  public List<HostPort> primaries() {
    return primaries;
  }

  /** Why the last attempt failed; empty when it did not. */
  public Optional<String> lastFailure() {
    return failure.isEmpty() ? Optional.empty() : Optional.of(failure);
  }

  @Override
  public @Nullable ZoneSnapshot snapshot() {
    return expired ? null : published.snapshot();
  }

  /** As {@link Zone#watch}; nobody is told when the copy expires. */
  @Override
  public Subscription watch(Executor executor, ZoneListener listener) {
    return published.watch(executor, listener);
  }

  @Override
  public boolean notified(IpAddress sender) {
    Follower now = follower;
    if (primaries.stream().noneMatch(primary -> primary.address().equals(sender))) {
      return false;
    }
    if (now != null) {
      now.askSoon();
    }
    return true;
  }

  @Override
  public @Nullable TsigKey key() {
    return key;
  }

  @Override
  public Subscription follow(Surroundings surroundings) {
    requireNonNull(surroundings, "surroundings");
    return following.join(
        () -> {
          Follower begun = new Follower(surroundings);
          follower = begun;
          begun.askSoon();
          return begun::stop;
        });
  }

  /** Asks again and again. Confined to the scheduler, unless a method says otherwise. */
  private final class Follower {
    private final Executor executor;
    private final DnsMetrics metrics;
    private final List<Primary> asked = new ArrayList<>();
    private Scheduler.@Nullable Timer timer;
    private boolean busy;
    private boolean again;
    private boolean stopped;
    private long askedNanos = scheduler.time().nanos() - SHORTEST_INTERVAL.toNanos();

    Follower(Surroundings surroundings) {
      executor = surroundings.executor();
      metrics = new DnsMetrics(surroundings.metrics());
      figures.show(metrics, scheduler.time());
      TSIG signer = key == null ? null : key.signer(scheduler.time());
      for (HostPort address : primaries) {
        asked.add(new Primary(origin, address, signer, maxRecords, timeout));
      }
    }

    /** From any thread. */
    void askSoon() {
      scheduler.execute(
          () -> {
            if (busy) {
              again = true; // what was asked may be older than the news
            } else {
              long since = scheduler.time().nanos() - askedNanos;
              askIn(SHORTEST_INTERVAL.minusNanos(since));
            }
          });
    }

    /** From any thread. */
    void stop() {
      follower = null;
      scheduler.execute(
          () -> {
            stopped = true;
            cancelTimer();
          });
    }

    private void cancelTimer() {
      if (timer != null) {
        timer.cancel();
        timer = null;
      }
    }

    private void askIn(Duration delay) {
      cancelTimer();
      if (!stopped) {
        timer = scheduler.schedule(delay.isNegative() ? Duration.ZERO : delay, this::ask);
      }
    }

    private void ask() {
      timer = null;
      busy = true;
      askedNanos = scheduler.time().nanos();
      try {
        executor.execute(
            () -> {
              boolean good = false;
              try {
                good = tryAll();
              } finally {
                boolean result = good;
                scheduler.execute(() -> asked(result));
              }
            });
      } catch (RejectedExecutionException e) {
        failed("no thread to ask the primaries: " + e.getMessage());
        asked(false);
      }
    }

    private void asked(boolean good) {
      busy = false;
      ZoneSnapshot now = published.snapshot();
      long nanos = scheduler.time().nanos();
      if (good) {
        goodNanos = nanos;
      }
      if (now == null) {
        askIn(again ? SHORTEST_INTERVAL : FIRST_RETRY);
      } else {
        ZoneApex apex = now.apex();
        Duration left = Duration.ofSeconds(apex.expireSeconds()).minusNanos(nanos - goodNanos);
        expire(left);
        int seconds = good ? apex.refreshSeconds() : apex.retrySeconds();
        Duration wait = again ? SHORTEST_INTERVAL : Duration.ofSeconds(seconds);
        askIn(expired || left.compareTo(wait) > 0 ? max(wait) : max(left));
      }
      again = false;
    }

    private Duration max(Duration wait) {
      return wait.compareTo(SHORTEST_INTERVAL) > 0 ? wait : SHORTEST_INTERVAL;
    }

    private void expire(Duration left) {
      boolean over = left.isNegative() || left.isZero();
      if (over && !expired) {
        LOGGER.error("zone expired, no primary answers zone={} reason={}", origin, failure);
      }
      expired = over;
    }

    /** On the executor. */
    private boolean tryAll() {
      for (Primary primary : asked) {
        try {
          boolean changed = renewFrom(primary);
          failure = "";
          metrics.zoneReads(origin.toString(), changed ? "changed" : "same").increment();
          return true;
        } catch (IOException | RuntimeException e) {
          failed(primary + ": " + (e.getMessage() == null ? e.toString() : e.getMessage()));
        }
      }
      return false;
    }

    private void failed(String reason) {
      boolean news = !failure.equals(reason);
      failure = reason;
      metrics.zoneReads(origin.toString(), "failed").increment();
      if (news) {
        LOGGER.warn("zone not copied, asking again zone={} primary={}", origin, reason);
      }
    }

    private boolean renewFrom(Primary primary) throws IOException {
      ZoneSnapshot before = snapshot();
      if (before != null && !isLater(primary.serial(), before)) {
        return false;
      }
      ZoneContent content = primary.transfer();
      if (before != null && !isLater(content.serial(), before)) {
        return false;
      }
      ZoneSnapshot after = content.onto(before);
      published.publish(after);
      figures.changed(scheduler.time());
      LOGGER.info("zone copied zone={} primary={} serial={}", origin, primary, after.serial());
      return true;
    }

    private static boolean isLater(long serial, ZoneSnapshot than) {
      return (int) (serial - than.serial()) > 0;
    }
  }

  @Override
  public String toString() {
    ZoneSnapshot now = snapshot();
    String state = expired ? " expired]" : " waiting]";
    return now == null ? "SecondaryZone[" + origin + state : now.toString();
  }

  /** <b>Confined to</b> one thread. */
  public static final class Builder {
    private final DomainName origin;
    private final Scheduler scheduler;
    private final List<HostPort> primaries = new ArrayList<>();
    private @Nullable TsigKey key;
    private int maxRecords = 1_000_000;
    private Duration timeout = Duration.ofSeconds(60);

    private Builder(DomainName origin, Scheduler scheduler) {
      this.origin = requireNonNull(origin, "origin");
      this.scheduler = requireNonNull(scheduler, "scheduler");
    }

    /** Servers to copy from, asked in this order until one answers. */
    public Builder primaries(HostPort... addresses) {
      primaries.addAll(List.of(addresses));
      return this;
    }

    /** Signs the questions; answers must be signed too. Default: no signatures. */
    public Builder key(TsigKey value) {
      key = requireNonNull(value, "key");
      return this;
    }

    /** A larger zone is refused. Default: a million. */
    public Builder maxRecords(int value) {
      maxRecords = value;
      return this;
    }

    /** Longest time for one transfer, during which a thread waits. Default: 60 s. */
    public Builder timeout(Duration value) {
      timeout = requireNonNull(value, "timeout");
      return this;
    }

    /**
     * Builds the zone; asks nobody before somebody follows it.
     *
     * @throws IllegalArgumentException that lists all problems
     */
    public SecondaryZone build() {
      List<String> problems = new ArrayList<>();
      if (primaries.isEmpty()) {
        problems.add("primaries: none (expected: one at least)");
      }
      if (maxRecords < 1) {
        problems.add("maxRecords: " + maxRecords + " (expected: 1 or more)");
      }
      if (timeout.isNegative() || timeout.isZero()) {
        problems.add("timeout: " + timeout + " (expected: more than zero)");
      }
      if (!problems.isEmpty()) {
        throw new IllegalArgumentException(String.join("\n", problems));
      }
      return new SecondaryZone(this);
    }
  }
}
