// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.dns.local;

import static java.util.Objects.requireNonNull;

import io.dcosnet.api.event.Subscription;
import io.dcosnet.api.net.IpAddress;
import io.dcosnet.api.spi.TimeSource;
import io.dcosnet.dns.metrics.DnsMetrics;
import io.dcosnet.dns.name.DomainName;
import io.dcosnet.dns.zone.DcosApex;
import io.dcosnet.dns.zone.Rdata;
import io.dcosnet.dns.zone.RecordSet;
import io.dcosnet.dns.zone.RecordType;
import io.dcosnet.dns.zone.Zone;
import io.dcosnet.dns.zone.ZoneFigures;
import io.dcosnet.dns.zone.ZoneListener;
import io.dcosnet.dns.zone.ZoneNode;
import io.dcosnet.dns.zone.ZonePublisher;
import io.dcosnet.dns.zone.ZoneSnapshot;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Executor;

/**
 * A zone whose records its owner gives, all at once. Its serial is the time of the last change, so
 * that it also grows when a program comes back with other records.
 *
 * <p><b>Thread-safe.</b>
 */
final class GivenZone implements Zone {

  private final DomainName origin;
  private final TimeSource time;
  private final ZonePublisher published = new ZonePublisher();
  private final ZoneFigures figures;

  /**
   * An empty zone.
   *
   * @param wildcards whether a label {@code *} stands for names that do not exist
   */
  GivenZone(DomainName origin, boolean wildcards, TimeSource time) {
    this.origin = requireNonNull(origin, "origin");
    this.figures = new ZoneFigures(origin, published::snapshot);
    this.time = requireNonNull(time, "time");
    long now = time.wallMillis() / 1000;
    ZoneSnapshot.Edit edit = ZoneSnapshot.empty(DcosApex.of(origin), now & 0xffff_ffffL).edit();
    edit.wildcards(wildcards);
    published.publish(edit.commit(now));
    figures.changed(time);
  }

  /** Puts these in place of all records; names must be of the zone. */
  synchronized void put(Map<DomainName, List<RecordSet>> records) {
    ZoneSnapshot before = snapshot();
    ZoneSnapshot.Edit edit = before.edit();
    before.forEach(node -> removeOthers(node, records, edit));
    records.forEach((name, sets) -> sets.forEach(set -> edit.put(name, set)));
    ZoneSnapshot after = edit.commit(time.wallMillis() / 1000);
    if (after != before) {
      published.publish(after);
      figures.changed(time);
    }
  }

  private void removeOthers(
      ZoneNode node, Map<DomainName, List<RecordSet>> records, ZoneSnapshot.Edit edit) {
    List<RecordSet> kept = records.getOrDefault(node.name(), List.of());
    boolean apex = node.name().equals(origin);
    for (RecordSet set : node.sets()) {
      boolean ofApex = apex && (set.type() == RecordType.SOA || set.type() == RecordType.NS);
      if (!ofApex && kept.stream().noneMatch(other -> other.type() == set.type())) {
        edit.remove(node.name(), set.type());
      }
    }
  }

  /** A and AAAA records of these, none for no address. */
  static List<RecordSet> addresses(List<IpAddress> addresses) {
    List<RecordSet> sets = new ArrayList<>(2);
    for (int type : new int[] {RecordType.A, RecordType.AAAA}) {
      List<byte[]> data =
          addresses.stream()
              .map(IpAddress::unmapped)
              .filter(address -> address.isIpv4() == (type == RecordType.A))
              .map(Rdata::address)
              .toList();
      if (!data.isEmpty()) {
        sets.add(RecordSet.of(type, DcosApex.TTL_SECONDS, data));
      }
    }
    return sets;
  }

  @Override
  public DomainName origin() {
    return origin;
  }

  @Override
  public ZoneSnapshot snapshot() {
    return requireNonNull(published.snapshot(), "published by the constructor");
  }

  @Override
  public Subscription follow(Surroundings surroundings) {
    figures.show(new DnsMetrics(surroundings.metrics()), surroundings.time());
    return () -> {};
  }

  @Override
  public Subscription watch(Executor executor, ZoneListener listener) {
    return published.watch(executor, listener);
  }

  @Override
  public String toString() {
    return snapshot().toString();
  }
}
