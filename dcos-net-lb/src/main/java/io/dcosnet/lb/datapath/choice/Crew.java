// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.lb.datapath.choice;

import static java.util.stream.Collectors.joining;

import io.dcosnet.lb.datapath.DataPath;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Supplier;

/**
 * The paths that carry connections together, by what they are called; most often one. <b>Immutable.
 * </b>
 *
 * @param name of all, such as {@code socket-nftables}
 */
record Crew(String name, List<Member> members) {

  private static final String JOINT = "-";

  /** One path, under the name that it was offered by. */
  record Member(String name, DataPath path) {}

  Crew {
    members = List.copyOf(members);
  }

  /**
   * The paths of this name.
   *
   * @param offers makes paths by their names
   * @param sharing whose members are taken as they are, where both have them
   * @throws IllegalArgumentException for a name that is not made of offered ones, each once
   */
  static Crew of(String name, Map<String, Supplier<DataPath>> offers, List<Member> sharing) {
    List<Member> members = new ArrayList<>();
    Set<String> seen = new HashSet<>();
    for (String part : name.split(JOINT, -1)) {
      Supplier<DataPath> offer = offers.get(part);
      if (offer == null || !seen.add(part)) {
        throw new IllegalArgumentException(
            "data path: "
                + name
                + " (expected: one of "
                + new TreeSet<>(offers.keySet()).stream().collect(joining(", "))
                + ", or two joined by -)");
      }
      members.add(
          sharing.stream()
              .filter(member -> member.name().equals(part))
              .findFirst()
              .orElseGet(() -> new Member(part, offer.get())));
    }
    return new Crew(name, members);
  }

  List<DataPath> paths() {
    return members.stream().map(Member::path).toList();
  }

  boolean has(String part) {
    return members.stream().anyMatch(member -> member.name().equals(part));
  }

  /** Its members that another one does not have. */
  List<Member> without(Crew other) {
    return members.stream().filter(member -> !other.has(member.name())).toList();
  }
}
