// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.dns.zonefile;

import static java.util.Objects.requireNonNull;

import io.dcosnet.api.event.Subscription;
import io.dcosnet.api.model.Rejection;
import io.dcosnet.dns.name.DomainName;
import io.dcosnet.dns.zone.RecordOrigin;
import io.dcosnet.dns.zone.RecordSet;
import io.dcosnet.dns.zone.RecordType;
import io.dcosnet.dns.zone.SharedFollowing;
import io.dcosnet.dns.zone.Zone;
import io.dcosnet.dns.zone.ZoneListener;
import io.dcosnet.dns.zone.ZonePublisher;
import io.dcosnet.dns.zone.ZoneSnapshot;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;

/**
 * A zone in which the names of a hosts file have the addresses of that file, whatever the zone says
 * of them. The addresses of a name in the file take the place of all its A, AAAA and CNAME records;
 * other types and other names stay as they are.
 *
 * <p>Its serial is later than that of the zone as soon as a host lies in it.
 *
 * <p><b>Thread-safe.</b> A change costs what the hosts in this zone cost, not the zone.
 */
public final class HostsOverride implements Zone {

  private static final long SERIAL_MASK = 0xffff_ffffL;
  private static final int[] REPLACED = {RecordType.A, RecordType.AAAA, RecordType.CNAME};

  private final Zone zone;
  private final HostsFile hosts;
  private final SharedFollowing following = new SharedFollowing();
  private final ZonePublisher published = new ZonePublisher();

  private HostsOverride(Zone zone, HostsFile hosts) {
    this.zone = requireNonNull(zone, "zone");
    this.hosts = requireNonNull(hosts, "hosts");
  }

  /** The zone with the hosts that lie in it. */
  public static HostsOverride of(Zone zone, HostsFile hosts) {
    return new HostsOverride(zone, hosts);
  }

  @Override
  public DomainName origin() {
    return zone.origin();
  }

  @Override
  public @Nullable ZoneSnapshot snapshot() {
    return zone.snapshot() == null ? null : published.snapshot(); // a copy may have expired
  }

  @Override
  public Subscription watch(Executor executor, ZoneListener listener) {
    return published.watch(executor, listener);
  }

  @Override
  public Subscription follow(Surroundings surroundings) {
    requireNonNull(surroundings, "surroundings");
    return following.join(
        () -> {
          List<Subscription> all = new ArrayList<>();
          all.add(hosts.onChange(this::renew));
          all.add(zone.watch(surroundings.executor(), (before, after) -> renew()));
          all.add(hosts.follow(surroundings));
          all.add(zone.follow(surroundings));
          return () -> all.forEach(Subscription::close);
        });
  }

  /** Called by the zone and by the file, perhaps at the same time. */
  private synchronized void renew() {
    ZoneSnapshot below = zone.snapshot();
    HostsTable table = hosts.table();
    if (below == null || table == null) {
      return;
    }
    ZoneSnapshot before = published.snapshot();
    long serial = before == null ? below.serial() : (before.serial() + 1) & SERIAL_MASK;
    ZoneSnapshot.Edit edit = below.edit();
    table.names().forEach((name, sets) -> put(edit, name, sets));
    boolean behind = before != null && (int) (below.serial() - before.serial()) < 0;
    if (behind) {
      edit.renumber(); // hosts that went away must not take the serial back
    }
    published.publish(edit.commit(serial));
  }

  private void put(ZoneSnapshot.Edit edit, DomainName name, Map<Integer, RecordSet> sets) {
    if (!name.isUnder(origin())) {
      return;
    }
    boolean isHost = sets.containsKey(RecordType.A) || sets.containsKey(RecordType.AAAA);
    for (int type : isHost ? REPLACED : new int[0]) {
      if (!sets.containsKey(type)) {
        edit.remove(name, type);
      }
    }
    sets.values().forEach(set -> edit.put(name, set));
  }

  @Override
  public List<RecordOrigin> origins(DomainName name) {
    HostsTable table = hosts.table();
    Map<Integer, RecordSet> sets =
        table == null ? Map.of() : table.names().getOrDefault(name, Map.of());
    List<RecordOrigin> origins = new ArrayList<>();
    for (RecordSet set : sets.values()) {
      for (String data : set.toText()) {
        origins.add(new RecordOrigin(set.type(), data, "file", hosts.toString(), "", null));
      }
    }
    for (RecordOrigin below : zone.origins(name)) {
      boolean replaced = !sets.isEmpty() && isReplaced(below.type(), sets);
      if (!replaced) {
        origins.add(below);
      }
    }
    return origins;
  }

  @Override
  public List<Rejection> refused() {
    return zone.refused();
  }

  @Override
  public SortedMap<String, List<String>> collisions() {
    return zone.collisions();
  }

  @Override
  public @Nullable Duration age() {
    return zone.age();
  }

  private static boolean isReplaced(int type, Map<Integer, RecordSet> sets) {
    boolean address = type == RecordType.A || type == RecordType.AAAA || type == RecordType.CNAME;
    return sets.containsKey(type) || (address && !sets.containsKey(RecordType.PTR));
  }

  @Override
  public String toString() {
    return zone + " with " + hosts;
  }
}
