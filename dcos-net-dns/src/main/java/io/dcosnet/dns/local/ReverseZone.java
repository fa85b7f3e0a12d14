// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.dns.local;

import io.dcosnet.api.event.Subscription;
import io.dcosnet.api.spi.TimeSource;
import io.dcosnet.dns.metrics.DnsMetrics;
import io.dcosnet.dns.name.DomainName;
import io.dcosnet.dns.zone.DcosApex;
import io.dcosnet.dns.zone.Rdata;
import io.dcosnet.dns.zone.RecordOrigin;
import io.dcosnet.dns.zone.RecordSet;
import io.dcosnet.dns.zone.RecordType;
import io.dcosnet.dns.zone.SharedFollowing;
import io.dcosnet.dns.zone.Zone;
import io.dcosnet.dns.zone.ZoneFigures;
import io.dcosnet.dns.zone.ZoneListener;
import io.dcosnet.dns.zone.ZonePublisher;
import io.dcosnet.dns.zone.ZoneSnapshot;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;

/** One of the {@link ReverseZones}. <b>Thread-safe.</b> */
final class ReverseZone implements Zone {

  /** What the zones of a group share. */
  interface Following {
    Subscription begin(Surroundings surroundings);

    /** The names that an address is known by. */
    List<DomainName> names(DomainName reverse);
  }

  private final DomainName origin;
  private final Following group;
  private final SharedFollowing shared;
  private final ZonePublisher published = new ZonePublisher();
  private final ZoneFigures figures;

  ReverseZone(DomainName origin, Following group, SharedFollowing shared) {
    this.origin = origin;
    this.figures = new ZoneFigures(origin, published::snapshot);
    this.group = group;
    this.shared = shared;
  }

  /**
   * Changes what addresses are known by.
   *
   * @param changes names by the name of the address; no names to forget it
   * @param partial whether other addresses may be known by names too; calls do not overlap
   */
  void put(Map<DomainName, List<DomainName>> changes, boolean partial, TimeSource time) {
    long now = time.wallMillis() / 1000;
    ZoneSnapshot before = published.snapshot();
    if (before == null) {
      before = ZoneSnapshot.empty(DcosApex.of(origin), (now - 1) & 0xffff_ffffL);
    }
    ZoneSnapshot.Edit edit = before.edit();
    edit.partial(partial);
    changes.forEach(
        (reverse, names) -> {
          if (names.isEmpty()) {
            edit.remove(reverse, RecordType.PTR);
          } else {
            edit.put(reverse, pointers(names));
          }
        });
    ZoneSnapshot after = edit.commit(now);
    if (after != published.snapshot()) {
      published.publish(after);
      figures.changed(time);
    }
  }

  private static RecordSet pointers(List<DomainName> names) {
    return RecordSet.of(
        RecordType.PTR, DcosApex.TTL_SECONDS, names.stream().map(Rdata::name).toList());
  }

  @Override
  public DomainName origin() {
    return origin;
  }

  @Override
  public @Nullable ZoneSnapshot snapshot() {
    return published.snapshot();
  }

  @Override
  public Subscription follow(Surroundings surroundings) {
    figures.show(new DnsMetrics(surroundings.metrics()), surroundings.time());
    return shared.join(() -> group.begin(surroundings));
  }

  @Override
  public Subscription watch(Executor executor, ZoneListener listener) {
    return published.watch(executor, listener);
  }

  @Override
  public List<RecordOrigin> origins(DomainName name) {
    return group.names(name).stream()
        .map(DomainName::toString)
        .map(target -> new RecordOrigin(RecordType.PTR, target, "name", target, "", null))
        .toList();
  }

  @Override
  public String toString() {
    ZoneSnapshot now = published.snapshot();
    return now == null ? "ReverseZone[" + origin + " waiting]" : now.toString();
  }
}
