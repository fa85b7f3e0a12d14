// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.dns.zonefile;

import static java.util.Objects.requireNonNull;

import io.dcosnet.api.event.Subscription;
import io.dcosnet.api.spi.Scheduler;
import io.dcosnet.api.spi.TimeSource;
import io.dcosnet.dns.metrics.DnsMetrics;
import io.dcosnet.dns.name.DomainName;
import io.dcosnet.dns.zone.RecordOrigin;
import io.dcosnet.dns.zone.RecordSet;
import io.dcosnet.dns.zone.SharedFollowing;
import io.dcosnet.dns.zone.Zone;
import io.dcosnet.dns.zone.ZoneContent;
import io.dcosnet.dns.zone.ZoneFigures;
import io.dcosnet.dns.zone.ZoneListener;
import io.dcosnet.dns.zone.ZoneNode;
import io.dcosnet.dns.zone.ZonePublisher;
import io.dcosnet.dns.zone.ZoneSnapshot;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A zone from a master file; a change of the file is served soon after it was made.
 *
 * <p>A file that cannot be read or is refused changes nothing: the zone from before stays, {@link
 * #lastFailure} says why. SOA and NS records are those of the file. A changed file whose serial has
 * not grown is served with the next serial all the same, since others would not notice it.
 *
 * <p><b>Thread-safe.</b> The file is read on the executor given to {@link #follow}.
 */
public final class FileZone implements Zone {

  private static final Logger LOGGER = LoggerFactory.getLogger(FileZone.class);

  /** Time between two looks at the file. */
  public static final Duration DEFAULT_INTERVAL = Duration.ofMillis(250);

  /** Largest file; about a million records. */
  public static final long MAX_BYTES = 64L << 20;

  private final MasterFile format;
  private final DomainName origin;
  private final Path file;
  private final Scheduler scheduler;
  private final Duration interval;
  private final SharedFollowing following = new SharedFollowing();
  private final ZonePublisher published = new ZonePublisher();
  private final ZoneFigures figures;
  private volatile String failure = "";

  private FileZone(DomainName origin, Path file, Scheduler scheduler, Duration interval) {
    this.format = MasterFile.of(origin);
    this.origin = origin;
    this.figures = new ZoneFigures(origin, published::snapshot);
    this.file = requireNonNull(file, "file");
    this.scheduler = requireNonNull(scheduler, "scheduler");
    this.interval = requireNonNull(interval, "interval");
  }

  /** The zone of this name from this file, looked at each {@link #DEFAULT_INTERVAL}. */
  public static FileZone of(DomainName origin, Path file, Scheduler scheduler) {
    return of(origin, file, scheduler, DEFAULT_INTERVAL);
  }

  /** As {@link #of(DomainName, Path, Scheduler)}; longer intervals mean later news. */
  public static FileZone of(DomainName origin, Path file, Scheduler scheduler, Duration interval) {
    return new FileZone(origin, file, scheduler, interval);
  }

  @Override
  public DomainName origin() {
    return origin;
  }

  public Path file() {
    return file;
  }

  /** Why the file could not be taken last; empty when it could. */
  public Optional<String> lastFailure() {
    return failure.isEmpty() ? Optional.empty() : Optional.of(failure);
  }

  @Override
  public @Nullable ZoneSnapshot snapshot() {
    return published.snapshot();
  }

  @Override
  public Subscription watch(Executor executor, ZoneListener listener) {
    return published.watch(executor, listener);
  }

  @Override
  public Subscription follow(Surroundings surroundings) {
    requireNonNull(surroundings, "surroundings");
    return following.join(() -> begin(surroundings));
  }

  private Subscription begin(Surroundings surroundings) {
    TimeSource time = surroundings.time();
    DnsMetrics metrics = new DnsMetrics(surroundings.metrics());
    figures.show(metrics, time);
    FileWatch.Reader reader =
        new FileWatch.Reader() {
          @Override
          public void read(byte[] content) {
            take(content, time, metrics);
          }

          @Override
          public void failed(String reason) {
            fail(reason, metrics);
          }
        };
    return FileWatch.begin(file, interval, MAX_BYTES, scheduler, surroundings.executor(), reader);
  }

  private void take(byte[] content, TimeSource time, DnsMetrics metrics) {
    ZoneContent zone;
    try {
      zone = format.read(new ByteArrayInputStream(content));
    } catch (ZoneRefusedException | IOException e) {
      fail(file + ": " + e.getMessage(), metrics);
      return;
    }
    failure = "";
    ZoneSnapshot before = published.snapshot();
    ZoneSnapshot after = zone.onto(before);
    metrics.zoneReads(origin.toString(), after == before ? "same" : "changed").increment();
    if (after == before) {
      return;
    }
    if (after.serial() != zone.serial()) {
      LOGGER.warn(
          "zone {} changed without a later serial in its file, served with one file={} serial={}"
              + " served={}",
          origin,
          file,
          zone.serial(),
          after.serial());
    }
    figures.changed(time);
    published.publish(after);
    LOGGER.info("zone read from file zone={} file={} serial={}", origin, file, after.serial());
  }

  private void fail(String reason, DnsMetrics metrics) {
    failure = reason;
    metrics.zoneReads(origin.toString(), "failed").increment();
    LOGGER.warn("zone file not taken, the zone stays as it is zone={}: {}", origin, reason);
  }

  @Override
  public List<RecordOrigin> origins(DomainName name) {
    ZoneSnapshot now = published.snapshot();
    ZoneNode node = now == null ? null : now.find(name);
    List<RecordOrigin> origins = new ArrayList<>();
    for (RecordSet set : node == null ? List.<RecordSet>of() : node.sets()) {
      for (String data : set.toText()) {
        String subject = file.toString();
        origins.add(new RecordOrigin(set.type(), data, "file", subject, "", null));
      }
    }
    return origins;
  }

  @Override
  public String toString() {
    ZoneSnapshot now = published.snapshot();
    return now == null ? "FileZone[" + origin + " waiting]" : now.toString();
  }
}
