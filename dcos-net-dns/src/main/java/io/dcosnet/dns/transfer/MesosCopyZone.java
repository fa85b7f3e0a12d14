// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.dns.transfer;

import static java.util.Objects.requireNonNull;

import io.dcosnet.api.event.Subscription;
import io.dcosnet.api.spi.Scheduler;
import io.dcosnet.api.spi.TimeSource;
import io.dcosnet.dns.metrics.DnsMetrics;
import io.dcosnet.dns.name.DomainName;
import io.dcosnet.dns.zone.DcosApex;
import io.dcosnet.dns.zone.SharedFollowing;
import io.dcosnet.dns.zone.Zone;
import io.dcosnet.dns.zone.ZoneFigures;
import io.dcosnet.dns.zone.ZoneListener;
import io.dcosnet.dns.zone.ZonePublisher;
import io.dcosnet.dns.zone.ZoneSnapshot;
import java.net.URI;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;

/**
 * The zone {@code mesos.thisdcos.directory} as dcos-net had it: every address and service of the
 * zone {@code mesos} once more below another suffix, SRV targets included. It comes either from a
 * zone of this process, with each of its changes, or from a Mesos-DNS elsewhere, asked each 30 s
 * for {@code /v1/axfr}.
 *
 * <p>While the source is silent the copy stays as it is. Its serial follows that of the source, but
 * never goes back.
 *
 * <p><b>Thread-safe.</b> Records are made on the executor given to {@link #follow}.
 *
 * @see <a href="https://github.com/dcos/dcos-net">dcos/dcos-net apps/dcos_dns</a>
 */
public final class MesosCopyZone implements Zone {

  /** Name of the zone unless another is given. */
  public static final DomainName ORIGIN = DomainName.parse("mesos.thisdcos.directory");

  /** Time between two questions to another server. */
  public static final Duration DEFAULT_INTERVAL = Duration.ofSeconds(30);

  /** Where the records come from. */
  interface Source {
    /** Begins to give snapshots to {@code copy}, one call at a time, on the executor. */
    Subscription begin(Surroundings surroundings, DnsMetrics metrics, Copy copy);

    /** Why it has nothing new, empty when all is well. */
    default String failure() {
      return "";
    }
  }

  private final DomainName origin;
  private final Source source;
  private final SharedFollowing following = new SharedFollowing();
  private final ZonePublisher published = new ZonePublisher();
  private final ZoneFigures figures;

  MesosCopyZone(DomainName origin, Source source) {
    this.origin = requireNonNull(origin, "origin");
    this.figures = new ZoneFigures(origin, published::snapshot);
    this.source = requireNonNull(source, "source");
  }

  /** A copy of a zone of this process under the name {@link #ORIGIN}. */
  public static MesosCopyZone of(Zone zone) {
    return of(zone, ORIGIN);
  }

  /** As {@link #of(Zone)} under another name. */
  public static MesosCopyZone of(Zone zone, DomainName origin) {
    return new MesosCopyZone(origin, new ZoneSource(zone));
  }

  /**
   * A copy of what a Mesos-DNS elsewhere has, under the name {@link #ORIGIN}.
   *
   * @param axfr such as {@code http://192.0.2.1:8123/v1/axfr}
   */
  public static MesosCopyZone polling(URI axfr, Scheduler scheduler) {
    return polling(axfr, scheduler, DEFAULT_INTERVAL, ORIGIN);
  }

  /** As {@link #polling(URI, Scheduler)}; a longer interval means later news. */
  public static MesosCopyZone polling(
      URI axfr, Scheduler scheduler, Duration interval, DomainName origin) {
    return new MesosCopyZone(origin, new AxfrPolling(axfr, scheduler, interval));
  }

  @Override
  public DomainName origin() {
    return origin;
  }

  /** Why the source has not told anything last; empty when it has, or is of this process. */
  public Optional<String> lastFailure() {
    String failure = source.failure();
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
    return source.begin(surroundings, metrics, new Copy(time));
  }

  /** What a source changes. One call at a time. */
  final class Copy {
    private final TimeSource time;

    Copy(TimeSource time) {
      this.time = time;
    }

    DomainName origin() {
      return origin;
    }

    /**
     * The copy as it is; one without records when there is none yet.
     *
     * @param serial of the source, 0 when it tells none
     */
    ZoneSnapshot present(long serial) {
      ZoneSnapshot now = published.snapshot();
      long start = (event(serial) - 1) & 0xffff_ffffL;
      return now == null ? ZoneSnapshot.empty(DcosApex.of(origin), start) : now;
    }

    /** Publishes what has become of {@link #present}; false when nothing has changed. */
    boolean publish(ZoneSnapshot.Edit edit, long serial) {
      ZoneSnapshot before = published.snapshot();
      ZoneSnapshot after = edit.commit(event(serial));
      if (after == before) {
        return false;
      }
      figures.changed(time);
      published.publish(after);
      return true;
    }

    /** The serial of the source, so that two copies of one source agree. */
    private long event(long serial) {
      return serial == 0 ? time.wallMillis() / 1000 : serial;
    }
  }

  @Override
  public String toString() {
    ZoneSnapshot now = published.snapshot();
    return now == null ? "MesosCopyZone[" + origin + " waiting]" : now.toString();
  }
}
