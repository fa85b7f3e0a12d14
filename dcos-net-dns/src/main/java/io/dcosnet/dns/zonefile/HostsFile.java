// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.dns.zonefile;

import static java.util.Objects.requireNonNull;

import io.dcosnet.api.event.Subscription;
import io.dcosnet.api.model.Rejection;
import io.dcosnet.api.spi.Scheduler;
import io.dcosnet.dns.metrics.DnsMetrics;
import io.dcosnet.dns.zone.SharedFollowing;
import io.dcosnet.dns.zone.Zone.Surroundings;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.CopyOnWriteArrayList;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A watched file in the format of {@code /etc/hosts}, looked at each 5 s as CoreDNS does. A file
 * that goes away, or cannot be read, leaves the names as they were; one that was never there is
 * taken as empty.
 *
 * <p><b>Thread-safe.</b> The file is read on the executor given to {@link #follow}.
 */
public final class HostsFile {

  private static final Logger LOGGER = LoggerFactory.getLogger(HostsFile.class);

  /** Time between two looks at the file. */
  public static final Duration DEFAULT_INTERVAL = Duration.ofSeconds(5);

  /** Largest file. */
  public static final long MAX_BYTES = 16L << 20;

  /** How the figures call it in place of a zone. */
  private static final String METRICS_NAME = "hosts";

  private final Path file;
  private final Scheduler scheduler;
  private final Duration interval;
  private final SharedFollowing following = new SharedFollowing();
  private final List<Runnable> listeners = new CopyOnWriteArrayList<>();
  private volatile @Nullable HostsTable table;

  private HostsFile(Path file, Scheduler scheduler, Duration interval) {
    this.file = requireNonNull(file, "file");
    this.scheduler = requireNonNull(scheduler, "scheduler");
    this.interval = requireNonNull(interval, "interval");
  }

  /** The hosts of this file, looked at each {@link #DEFAULT_INTERVAL}. */
  public static HostsFile of(Path file, Scheduler scheduler) {
    return of(file, scheduler, DEFAULT_INTERVAL);
  }

  /** As {@link #of(Path, Scheduler)}; longer intervals mean later news. */
  public static HostsFile of(Path file, Scheduler scheduler, Duration interval) {
    return new HostsFile(file, scheduler, interval);
  }

  /** What it holds now; null until it was tried once. */
  public @Nullable HostsTable table() {
    return table;
  }

  /** Lines that could not be taken, and why. */
  public List<Rejection> refused() {
    HostsTable now = table;
    return now == null ? List.of() : now.refused();
  }

  /** Begins to look at the file; shared by all that follow. */
  public Subscription follow(Surroundings surroundings) {
    requireNonNull(surroundings, "surroundings");
    return following.join(() -> begin(surroundings));
  }

  /**
   * Calls {@code listener} after each change of {@link #table}, on the executor of the one who
   * follows.
   */
  Subscription onChange(Runnable listener) {
    listeners.add(listener);
    return () -> listeners.remove(listener);
  }

  private Subscription begin(Surroundings surroundings) {
    DnsMetrics metrics = new DnsMetrics(surroundings.metrics());
    FileWatch.Reader reader =
        new FileWatch.Reader() {
          @Override
          public void read(byte[] content) {
            take(HostsTable.parse(content), metrics);
          }

          @Override
          public void failed(String reason) {
            metrics.zoneReads(METRICS_NAME, "failed").increment();
            LOGGER.warn("hosts file not taken, its names stay as they are: {}", reason);
            if (table == null) {
              publish(HostsTable.EMPTY);
            }
          }
        };
    return FileWatch.begin(file, interval, MAX_BYTES, scheduler, surroundings.executor(), reader);
  }

  private void take(HostsTable next, DnsMetrics metrics) {
    HostsTable before = table;
    boolean same = before != null && next.equals(before);
    metrics.zoneReads(METRICS_NAME, same ? "same" : "changed").increment();
    if (same) {
      return;
    }
    for (Rejection refusal : next.refused()) {
      String reason = refusal.code().toLowerCase(Locale.ROOT).replace('_', '-');
      metrics.skipped(METRICS_NAME, reason).increment();
    }
    LOGGER.info(
        "hosts file read file={} names={} refused={}", file, next.size(), next.refused().size());
    publish(next);
  }

  private void publish(HostsTable next) {
    table = next;
    listeners.forEach(Runnable::run);
  }

  @Override
  public String toString() {
    return "HostsFile[" + file + "]";
  }
}
