// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.dns.zonefile;

import static java.util.Objects.requireNonNull;

import io.dcosnet.api.event.Subscription;
import io.dcosnet.dns.name.DomainName;
import io.dcosnet.dns.zone.RecordSet;
import io.dcosnet.dns.zone.SharedFollowing;
import io.dcosnet.dns.zone.Zone;
import io.dcosnet.dns.zone.Zone.Surroundings;
import io.dcosnet.dns.zone.ZoneApex;
import io.dcosnet.dns.zone.ZoneLookup;
import io.dcosnet.dns.zone.ZoneSnapshot;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The names of a hosts file that lie in none of a server's zones: each is a small zone by itself,
 * so that the server answers for that name and for nothing around it.
 *
 * <p><b>Thread-safe.</b>
 */
public final class HostsZones implements ZoneLookup {

  private final HostsFile hosts;
  private final List<DomainName> origins;
  private final SharedFollowing following = new SharedFollowing();
  private volatile Map<DomainName, Zone> zones = Map.of();

  private HostsZones(HostsFile hosts, List<DomainName> origins) {
    this.hosts = hosts;
    this.origins = origins;
  }

  /**
   * The names outside of {@code zones}; those inside are the matter of {@link HostsOverride}, with
   * which {@link #into} wraps them.
   */
  public static HostsZones outside(Collection<? extends Zone> zones, HostsFile hosts) {
    requireNonNull(hosts, "hosts");
    return new HostsZones(hosts, zones.stream().map(Zone::origin).toList());
  }

  /** All zones with the hosts that lie in them. */
  public static List<Zone> into(Collection<? extends Zone> zones, HostsFile hosts) {
    return zones.stream().<Zone>map(zone -> HostsOverride.of(zone, hosts)).toList();
  }

  /** Begins to follow the file. */
  public Subscription follow(Surroundings surroundings) {
    return following.join(
        () -> {
          Runnable renew = () -> renew(surroundings.time().wallMillis() / 1000);
          Subscription changes = hosts.onChange(renew);
          renew.run(); // somebody else may have had it read before
          Subscription file = hosts.follow(surroundings);
          return () -> {
            changes.close();
            file.close();
          };
        });
  }

  private synchronized void renew(long nowSeconds) {
    HostsTable table = hosts.table();
    if (table == null) {
      return;
    }
    Map<DomainName, Zone> before = zones;
    Map<DomainName, Zone> after = new HashMap<>();
    table
        .names()
        .forEach(
            (name, sets) -> {
              if (origins.stream().noneMatch(name::isUnder)) {
                after.put(name, zone(name, sets, before.get(name), nowSeconds));
              }
            });
    zones = after;
  }

  private static Zone zone(
      DomainName name, Map<Integer, RecordSet> sets, @Nullable Zone before, long nowSeconds) {
    ZoneSnapshot old = before == null ? null : before.snapshot();
    long serial = old == null ? nowSeconds - 1 : old.serial();
    int ttl = HostsTable.TTL_SECONDS;
    ZoneApex apex =
        new ZoneApex(name, name, DomainName.ROOT, ttl, ttl, ttl, ttl, ttl, ttl, List.of(name));
    ZoneSnapshot.Edit edit = ZoneSnapshot.empty(apex, serial & 0xffff_ffffL).edit();
    sets.values().forEach(set -> edit.put(name, set));
    ZoneSnapshot next = edit.commit(nowSeconds);
    return before != null && old != null && next.sameRecords(old) ? before : Zone.of(next);
  }

  @Override
  public @Nullable Zone match(byte[] octets, int offset, int length) {
    Map<DomainName, Zone> now = zones;
    if (now.isEmpty()) {
      return null;
    }
    DomainName name = DomainName.ofWire(octets, offset, length);
    for (Zone found = now.get(name); ; found = now.get(name)) {
      if (found != null || name.isRoot()) {
        return found;
      }
      name = name.parent();
    }
  }
}
