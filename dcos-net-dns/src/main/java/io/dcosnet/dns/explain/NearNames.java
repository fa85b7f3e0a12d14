// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.dns.explain;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import io.dcosnet.dns.name.DomainName;
import io.dcosnet.dns.name.EditDistance;
import io.dcosnet.dns.zone.Zone;
import io.dcosnet.dns.zone.ZoneNode;
import io.dcosnet.dns.zone.ZoneSnapshot;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Names that exist and look like one that does not. Every method is a pure function; the cost
 * follows the number of names in the zone.
 */
final class NearNames {

  private static final int MOST = 5;

  /** In a short label one wrong character is a lot already. */
  private static final int SHORT_LABEL = 4;

  /** A name that has the right first label somewhere else comes behind all that were mistyped. */
  private static final int ELSEWHERE = 3;

  private record Candidate(DomainName name, int distance) {}

  private NearNames() {}

  /** For a name that its zone does not have. */
  static List<DomainName> in(ZoneSnapshot zone, DomainName missing) {
    DomainName below = missing;
    DomainName encloser = missing.parent();
    while (zone.find(encloser) == null) {
      below = encloser;
      encloser = encloser.parent();
    }
    String label = firstLabel(below);
    String first = firstLabel(missing);
    int limit = limit(label);
    int depth = encloser.wireLength();
    List<Candidate> candidates = new ArrayList<>();
    DomainName above = encloser;
    DomainName cut = below;
    zone.forEach(
        node -> {
          DomainName name = node.name();
          String own = name.isRoot() ? "" : firstLabel(name);
          boolean sibling = name.wireLength() == depth + own.length() + 1 && name.isUnder(above);
          int distance = sibling ? EditDistance.between(label, own, limit) : limit + 1;
          if (distance <= limit) {
            candidates.add(new Candidate(replace(missing, cut, name), distance));
          } else if (own.equals(first) && !node.isEmptyNonTerminal()) {
            candidates.add(new Candidate(name, ELSEWHERE));
          }
        });
    return best(candidates, zone);
  }

  /** For a name that belongs to no zone, whose end may be mistyped. */
  static List<DomainName> in(List<Zone> zones, DomainName missing) {
    List<DomainName> found = new ArrayList<>();
    for (Zone zone : zones) {
      ZoneSnapshot snapshot = zone.snapshot();
      DomainName end = end(missing, zone.origin().labelCount());
      String wanted = zone.origin().toString();
      boolean near =
          end != null && EditDistance.between(lower(end), wanted, limit(wanted)) <= limit(wanted);
      if (snapshot != null && end != null && near) {
        DomainName meant = replace(missing, end, zone.origin());
        if (snapshot.find(meant) != null) {
          found.add(meant);
        }
      }
    }
    return found.size() > MOST ? List.copyOf(found.subList(0, MOST)) : found;
  }

  private static @Nullable DomainName end(DomainName name, int labels) {
    DomainName end = name;
    for (int count = name.labelCount(); count > labels; count--) {
      end = end.parent();
    }
    return end.labelCount() == labels ? end : null;
  }

  /** The name with the part from {@code old} on replaced. */
  private static DomainName replace(DomainName name, DomainName old, DomainName replacement) {
    int kept = name.wireLength() - old.wireLength();
    byte[] wire = new byte[kept + replacement.wireLength()];
    if (wire.length > DomainName.MAX_WIRE_OCTETS) {
      return replacement;
    }
    System.arraycopy(name.toWire(), 0, wire, 0, kept);
    replacement.copyTo(wire, kept);
    return DomainName.ofWire(wire, 0, wire.length);
  }

  private static List<DomainName> best(List<Candidate> candidates, ZoneSnapshot zone) {
    return candidates.stream()
        .filter(candidate -> hasRecords(zone.find(candidate.name())))
        .sorted(Comparator.comparingInt(Candidate::distance).thenComparing(Candidate::name))
        .map(Candidate::name)
        .distinct()
        .limit(MOST)
        .toList();
  }

  private static boolean hasRecords(@Nullable ZoneNode node) {
    return node != null && !node.isEmptyNonTerminal();
  }

  private static int limit(String label) {
    return label.length() <= SHORT_LABEL ? 1 : 2;
  }

  private static String lower(DomainName name) {
    return name.toLowerCase().toString();
  }

  /** One character for each octet. */
  private static String firstLabel(DomainName name) {
    byte[] octets = new byte[name.octet(0)];
    for (int i = 0; i < octets.length; i++) {
      octets[i] = DomainName.lower(name.octet(i + 1));
    }
    return new String(octets, ISO_8859_1);
  }
}
