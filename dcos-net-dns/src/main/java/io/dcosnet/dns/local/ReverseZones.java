// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.dns.local;

import static java.util.Objects.requireNonNull;

import io.dcosnet.api.event.Subscription;
import io.dcosnet.api.net.IpAddress;
import io.dcosnet.api.spi.TimeSource;
import io.dcosnet.dns.local.ReverseIndex.Candidate;
import io.dcosnet.dns.name.DomainName;
import io.dcosnet.dns.name.ReverseName;
import io.dcosnet.dns.zone.RecordSet;
import io.dcosnet.dns.zone.RecordType;
import io.dcosnet.dns.zone.SharedFollowing;
import io.dcosnet.dns.zone.Zone;
import io.dcosnet.dns.zone.Zone.Surroundings;
import io.dcosnet.dns.zone.ZoneNode;
import io.dcosnet.dns.zone.ZoneSnapshot;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Zones with the names of addresses (PTR records), made from the zones that have the addresses of
 * names: so every name that is given for an address really has it.
 *
 * <pre>{@code
 * List<Zone> reverse = ReverseZones.builder(net.time())
 *     .names(mesos, ReverseNames.mesos(mesos.origin()))
 *     .names(l4lb, ReverseNames.all())
 *     .build()
 *     .zones();
 * }</pre>
 *
 * <p>The cost of a change follows the names that changed. Until all zones have told of their names,
 * a missing one is not denied. Private addresses without a name do not exist, as RFC 6303 demands.
 *
 * <p><b>Thread-safe.</b> Records are made on the executor given to {@link Zone#follow} of any of
 * the zones, which also follows the zones they are made from.
 */
public final class ReverseZones {

  /**
   * Where addresses of containers, nodes and VIPs may lie: the private zones of RFC 6303, 11/8 for
   * VIPs, and the address of the DNS server itself.
   */
  public static final List<DomainName> DEFAULT_ORIGINS = defaultOrigins();

  /** Where names come from. */
  private record Source(Zone zone, ReverseNames names) {}

  private final List<Source> sources;
  private final TimeSource time;
  private final Map<DomainName, ReverseZone> zones = new LinkedHashMap<>();

  // Guards the fields below; held while a change is worked in.
  private final Object lock = new Object();
  private ReverseIndex index = new ReverseIndex();
  private final Set<Source> awaited = new HashSet<>();
  private int round;
  private boolean holding;

  private ReverseZones(Builder builder) {
    sources = List.copyOf(builder.sources);
    time = builder.time;
    Group group = new Group();
    SharedFollowing shared = new SharedFollowing();
    for (DomainName origin : builder.origins) {
      zones.put(origin, new ReverseZone(origin, group, shared));
    }
  }

  private static List<DomainName> defaultOrigins() {
    List<String> names = new ArrayList<>();
    names.add("10.in-addr.arpa");
    names.add("11.in-addr.arpa");
    for (int i = 16; i < 32; i++) {
      names.add(i + ".172.in-addr.arpa");
    }
    names.add("168.192.in-addr.arpa");
    names.add("254.169.in-addr.arpa");
    names.add("127.in-addr.arpa");
    names.add("100.51.198.in-addr.arpa");
    names.add("d.f.ip6.arpa");
    for (String linkLocal : List.of("8", "9", "a", "b")) {
      names.add(linkLocal + ".e.f.ip6.arpa");
    }
    names.add("1" + ".0".repeat(31) + ".ip6.arpa");
    return names.stream().map(DomainName::parse).toList();
  }

  /** Begins with no zone to take names from, and the {@link #DEFAULT_ORIGINS}. */
  public static Builder builder(TimeSource time) {
    return new Builder(time);
  }

  /** One zone for each origin, to be given to a server. */
  public List<Zone> zones() {
    return List.copyOf(zones.values());
  }

  /** What all zones of the group do together. */
  private final class Group implements ReverseZone.Following {
    @Override
    public Subscription begin(Surroundings surroundings) {
      int ours = beginRound();
      List<Subscription> subscriptions = new ArrayList<>();
      for (Source source : sources) {
        subscriptions.add(source.zone().follow(surroundings));
        subscriptions.add(
            source
                .zone()
                .watch(
                    surroundings.executor(),
                    (before, after) -> changed(ours, source, before, after)));
      }
      return () -> subscriptions.forEach(Subscription::close);
    }

    @Override
    public List<DomainName> names(DomainName reverse) {
      synchronized (lock) {
        return index.best(reverse);
      }
    }
  }

  /** Watching begins at nothing, and so does the index; what was published stays until then. */
  private int beginRound() {
    synchronized (lock) {
      index = new ReverseIndex();
      awaited.addAll(sources);
      holding = round > 0;
      round++;
      if (awaited.isEmpty()) {
        publish(Set.of());
      }
      return round;
    }
  }

  private void changed(
      int ofRound, Source source, @Nullable ZoneSnapshot before, ZoneSnapshot after) {
    synchronized (lock) {
      if (ofRound != round) {
        return; // a late call of a following that has ended
      }
      Set<DomainName> touched = new LinkedHashSet<>();
      Work work = new Work(source, touched);
      if (before == null) {
        after.forEach(node -> work.changed(null, node));
      } else {
        after.forEachChange(before, work::changed);
      }
      if (after.isPartial()) {
        awaited.add(source);
      } else {
        awaited.remove(source);
      }
      if (!holding) {
        publish(touched);
      } else if (awaited.isEmpty()) {
        holding = false;
        publish(all());
      }
    }
  }

  /** What the index has, and what is published and perhaps no more. */
  private Set<DomainName> all() {
    Set<DomainName> all = new LinkedHashSet<>(index.addresses());
    for (ReverseZone zone : zones.values()) {
      ZoneSnapshot snapshot = zone.snapshot();
      if (snapshot != null) {
        snapshot.forEach(
            node -> {
              if (node.set(RecordType.PTR) != null) {
                all.add(node.name());
              }
            });
      }
    }
    return all;
  }

  private void publish(Set<DomainName> touched) {
    Map<ReverseZone, Map<DomainName, List<DomainName>>> changes = new HashMap<>();
    for (DomainName reverse : touched) {
      ReverseZone zone = requireNonNull(zoneOf(reverse), "only such are touched");
      changes.computeIfAbsent(zone, key -> new HashMap<>()).put(reverse, index.best(reverse));
    }
    for (ReverseZone zone : zones.values()) {
      zone.put(changes.getOrDefault(zone, Map.of()), !awaited.isEmpty(), time);
    }
  }

  private @Nullable ReverseZone zoneOf(DomainName reverse) {
    for (DomainName name = reverse; !name.isRoot(); name = name.parent()) {
      ReverseZone zone = zones.get(name);
      if (zone != null) {
        return zone;
      }
    }
    return null;
  }

  /** Notes the changes of one zone in the index. */
  private final class Work {
    private final Source source;
    private final int number;
    private final Set<DomainName> touched;

    Work(Source source, Set<DomainName> touched) {
      this.source = source;
      this.number = sources.indexOf(source);
      this.touched = touched;
    }

    void changed(@Nullable ZoneNode before, @Nullable ZoneNode after) {
      DomainName name = requireNonNull(after == null ? before : after, "one side is there").name();
      boolean wildcard = name.octet(0) == 1 && name.octet(1) == '*'; // no host has that name
      int rank = wildcard ? ReverseNames.NEVER : source.names().rank(name);
      if (rank == ReverseNames.NEVER) {
        return;
      }
      Candidate candidate = new Candidate(rank, number, name);
      for (int type : new int[] {RecordType.A, RecordType.AAAA}) {
        RecordSet old = before == null ? null : before.set(type);
        RecordSet now = after == null ? null : after.set(type);
        AddressDifference.of(
            old,
            now,
            gone -> {
              DomainName reverse = reverse(gone);
              if (reverse != null) {
                index.remove(reverse, candidate);
              }
            },
            come -> {
              DomainName reverse = reverse(come);
              if (reverse != null) {
                index.add(reverse, candidate);
              }
            });
      }
    }

    /** The name of the address, which is touched; null when it lies in none of the zones. */
    private @Nullable DomainName reverse(byte[] address) {
      DomainName reverse = ReverseName.of(IpAddress.ofBytes(address));
      if (zoneOf(reverse) == null) {
        return null;
      }
      touched.add(reverse);
      return reverse;
    }
  }

  /** <b>Confined to</b> one thread. */
  public static final class Builder {
    private final TimeSource time;
    private final List<Source> sources = new ArrayList<>();
    private List<DomainName> origins = DEFAULT_ORIGINS;

    private Builder(TimeSource time) {
      this.time = requireNonNull(time, "time");
    }

    /** Takes names from this zone too; of equally good names those of all zones are given. */
    public Builder names(Zone zone, ReverseNames names) {
      sources.add(new Source(requireNonNull(zone, "zone"), requireNonNull(names, "names")));
      return this;
    }

    /** Which zones to make, each below {@code in-addr.arpa} or {@code ip6.arpa}. */
    public Builder origins(List<DomainName> wanted) {
      origins = List.copyOf(wanted);
      return this;
    }

    /**
     * Makes the zones.
     *
     * @throws IllegalArgumentException for an origin that stands for no addresses
     */
    public ReverseZones build() {
      for (DomainName origin : origins) {
        boolean reverse =
            origin.isUnder(DomainName.parse("in-addr.arpa"))
                || origin.isUnder(DomainName.parse("ip6.arpa"));
        if (!reverse) {
          throw new IllegalArgumentException(
              "origin: " + origin + " (expected: a name below in-addr.arpa or ip6.arpa)");
        }
      }
      return new ReverseZones(this);
    }
  }
}
