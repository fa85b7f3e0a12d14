// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.dns.zone;

import io.dcosnet.dns.name.DomainName;
import java.util.Arrays;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The zones of a server. A name belongs to the zone with the longest origin at or above it, so
 * zones may lie inside one another.
 *
 * <p><b>Immutable.</b>
 */
public final class ZoneTable {

  private static final Zone[] NONE = {};

  private final Zone[] longestFirst;

  // By the last octet before the root's zero: a query for one top name meets the zones of few
  // others, however many there are. Where the root is a zone it stands in every row.
  private final Zone[][] byLastOctet = new Zone[256][];

  private ZoneTable(Zone[] longestFirst) {
    this.longestFirst = longestFirst;
    Arrays.fill(byLastOctet, NONE);
    for (Zone zone : longestFirst) {
      byte[] wire = zone.origin().toWire();
      for (int octet = 0; octet < byLastOctet.length; octet++) {
        if (zone.origin().isRoot() || octet == lastOctet(wire, 0, wire.length)) {
          Zone[] row = Arrays.copyOf(byLastOctet[octet], byLastOctet[octet].length + 1);
          row[row.length - 1] = zone;
          byLastOctet[octet] = row;
        }
      }
    }
  }

  private static int lastOctet(byte[] octets, int offset, int length) {
    return length < 2 ? 0 : DomainName.lower(octets[offset + length - 2]) & 0xff;
  }

  /**
   * A table of these zones.
   *
   * @throws IllegalArgumentException when two have the same origin
   */
  public static ZoneTable of(Collection<? extends Zone> zones) {
    Set<DomainName> origins = new HashSet<>();
    for (Zone zone : zones) {
      if (!origins.add(zone.origin())) {
        throw new IllegalArgumentException(
            "zone: " + zone.origin() + " given twice (expected: one zone of each name)");
      }
    }
    Comparator<Zone> byLength = Comparator.comparing(zone -> zone.origin().wireLength());
    return new ZoneTable(zones.stream().sorted(byLength.reversed()).toArray(Zone[]::new));
  }

  /** The zone that the name in these octets belongs to, null when it belongs to none. */
  public @Nullable Zone match(byte[] octets, int offset, int length) {
    for (Zone zone : byLastOctet[lastOctet(octets, offset, length)]) {
      if (zone.origin().isAtOrAbove(octets, offset, length)) {
        return zone;
      }
    }
    return null;
  }

  /** As {@link #match(byte[], int, int)}. */
  public @Nullable Zone match(DomainName name) {
    byte[] wire = name.toWire();
    return match(wire, 0, wire.length);
  }

  /** All zones, longest origin first. */
  public List<Zone> zones() {
    return List.of(longestFirst);
  }
}
