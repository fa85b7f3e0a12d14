// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.dns.local;

import io.dcosnet.dns.name.DomainName;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Which names have an address, best first. <b>Confined to</b> one thread. */
final class ReverseIndex {

  /** More names than this tell a reader nothing, and have to fit into an answer. */
  static final int MOST_NAMES = 16;

  /**
   * A name that has the address.
   *
   * @param source tells equal names of two zones apart
   */
  record Candidate(int rank, int source, DomainName name) implements Comparable<Candidate> {
    private static final Comparator<Candidate> ORDER =
        Comparator.comparingInt(Candidate::rank)
            .thenComparingInt(candidate -> candidate.name().labelCount())
            .thenComparing(Candidate::name)
            .thenComparingInt(Candidate::source);

    @Override
    public int compareTo(Candidate other) {
      return ORDER.compare(this, other);
    }

    boolean isAsGoodAs(Candidate other) {
      return rank == other.rank && name.labelCount() == other.name.labelCount();
    }
  }

  private final Map<DomainName, List<Candidate>> byAddress = new HashMap<>();

  /** Notes that the name has the address that {@code reverse} stands for. */
  void add(DomainName reverse, Candidate candidate) {
    List<Candidate> candidates = byAddress.computeIfAbsent(reverse, key -> new ArrayList<>(1));
    int at = Collections.binarySearch(candidates, candidate);
    if (at < 0) {
      candidates.add(-1 - at, candidate);
    }
  }

  void remove(DomainName reverse, Candidate candidate) {
    List<Candidate> candidates = byAddress.get(reverse);
    if (candidates == null) {
      return;
    }
    int at = Collections.binarySearch(candidates, candidate);
    if (at >= 0) {
      candidates.remove(at);
    }
    if (candidates.isEmpty()) {
      byAddress.remove(reverse);
    }
  }

  /** Names of all addresses that are known by a name. */
  Set<DomainName> addresses() {
    return byAddress.keySet();
  }

  /** The best names for the address, all of the same rank; empty when no name has it. */
  List<DomainName> best(DomainName reverse) {
    List<Candidate> candidates = byAddress.getOrDefault(reverse, List.of());
    return candidates.stream()
        .takeWhile(candidate -> candidate.isAsGoodAs(candidates.get(0)))
        .map(Candidate::name)
        .distinct()
        .limit(MOST_NAMES)
        .toList();
  }
}
