// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.dns.zone;

import static io.dcosnet.dns.zone.Zones.name;
import static org.assertj.core.api.Assertions.assertThat;

import io.dcosnet.dns.name.DomainName;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;

class ZoneSnapshotProperties {

  /** Puts an address when {@code address} is not 0, else removes the addresses of the name. */
  record Step(String name, boolean ipv6, int address, boolean commits) {}

  @Provide
  Arbitrary<List<Step>> steps() {
    Arbitrary<String> label = Arbitraries.of("a", "b", "C", "d");
    Arbitrary<String> names =
        label.list().ofMaxSize(4).map(labels -> String.join(".", append(labels, "zone.example")));
    return Combinators.combine(
            names,
            Arbitraries.of(true, false),
            Arbitraries.integers().between(0, 3),
            Arbitraries.of(true, false, false))
        .as(Step::new)
        .list()
        .ofMaxSize(60);
  }

  @Property
  void behavesLikeAMapOfNames(@ForAll("steps") List<Step> steps) {
    Map<DomainName, Map<Integer, RecordSet>> model = new HashMap<>();
    ZoneSnapshot zone = Zones.empty("zone.example");
    ZoneSnapshot.Edit edit = zone.edit();
    for (Step step : steps) {
      apply(step, edit, model);
      if (step.commits()) {
        ZoneSnapshot next = edit.commit(0);
        check(next, model);
        edit = next.edit();
      }
    }
    check(edit.commit(0), model);
  }

  @Property(tries = 20)
  void oldSnapshotsStayAsTheyWere(@ForAll("steps") List<Step> steps) {
    ZoneSnapshot zone = Zones.empty("zone.example");
    List<ZoneSnapshot> snapshots = new ArrayList<>(List.of(zone));
    List<List<ZoneNode>> contents = new ArrayList<>(List.of(zone.sorted()));
    for (Step step : steps) {
      ZoneSnapshot.Edit edit = zone.edit();
      apply(step, edit, new HashMap<>());
      zone = edit.commit(0);
      snapshots.add(zone);
      contents.add(zone.sorted());
    }
    for (int i = 0; i < snapshots.size(); i++) {
      assertThat(snapshots.get(i).sorted()).isEqualTo(contents.get(i));
    }
  }

  @Property
  void tellsWhatDiffersBetweenAnyTwoSnapshots(@ForAll("steps") List<Step> steps) {
    ZoneSnapshot zone = Zones.empty("zone.example");
    List<ZoneSnapshot> snapshots = new ArrayList<>(List.of(zone));
    for (Step step : steps) {
      ZoneSnapshot.Edit edit = zone.edit();
      apply(step, edit, new HashMap<>());
      zone = edit.commit(0);
      snapshots.add(zone);
    }
    int last = snapshots.size() - 1;
    checkChange(snapshots.get(0), snapshots.get(last));
    checkChange(snapshots.get(last), snapshots.get(0));
    checkChange(snapshots.get(last / 2), snapshots.get(last));
    checkChange(snapshots.get(last), snapshots.get(Math.max(0, last - 1)));
    checkChange(snapshots.get(last), snapshots.get(last));
  }

  private static void checkChange(ZoneSnapshot before, ZoneSnapshot after) {
    Map<DomainName, ZoneNode> nodes = new HashMap<>();
    before.forEach(node -> nodes.put(node.name(), node));
    Set<DomainName> told = new HashSet<>();
    after.forEachChange(
        before,
        (old, now) -> {
          DomainName name = Objects.requireNonNull(now == null ? old : now).name();
          assertThat(told.add(name)).as("%s told once", name).isTrue();
          assertThat(nodes.get(name)).isSameAs(old);
          if (now == null) {
            nodes.remove(name);
          } else {
            nodes.put(name, now);
          }
        });
    assertThat(nodes).hasSize(after.sorted().size());
    after.forEach(node -> assertThat(nodes.get(node.name())).isEqualTo(node));
    if (before == after) {
      assertThat(told).isEmpty();
    }
  }

  @Example
  void tellsOnlyWhatChangedInALargeZone() {
    ZoneSnapshot.Edit edit = Zones.empty("zone.example").edit();
    for (int i = 0; i < 20_000; i++) {
      edit.put(name("n" + i + ".zone.example"), Zones.addresses("192.0.2.1"));
    }
    ZoneSnapshot before = edit.commit(0);
    ZoneSnapshot.Edit change = before.edit();
    change.put(name("n7.zone.example"), Zones.addresses("192.0.2.2"));
    change.remove(name("n8.zone.example"), RecordType.A);
    change.put(name("new.zone.example"), Zones.addresses("192.0.2.3"));
    ZoneSnapshot after = change.commit(0);

    Set<String> told = new HashSet<>();
    after.forEachChange(
        before,
        (old, now) -> told.add(Objects.requireNonNull(now == null ? old : now).name() + ""));

    assertThat(told)
        .containsExactlyInAnyOrder(
            "zone.example.", "n7.zone.example.", "n8.zone.example.", "new.zone.example.");
  }

  @Example
  void tellsOfNamesWhoseHashesAreEqual() {
    List<DomainName> alike = namesOfOneHash();
    ZoneSnapshot none = Zones.empty("zone.example");
    ZoneSnapshot.Edit edit = none.edit();
    alike.forEach(name -> edit.put(name, Zones.addresses("192.0.2.1")));
    ZoneSnapshot all = edit.commit(0);
    ZoneSnapshot.Edit fewer = all.edit();
    fewer.remove(alike.get(0), RecordType.A);

    checkChange(none, all);
    checkChange(all, none);
    ZoneSnapshot some = fewer.commit(0);
    checkChange(all, some);
    checkChange(some, all);
  }

  @Example
  void holdsNamesWhoseHashesAreEqual() {
    List<DomainName> alike = namesOfOneHash();
    ZoneSnapshot.Edit edit = Zones.empty("zone.example").edit();
    alike.forEach(one -> edit.put(one, Zones.addresses("192.0.2.1")));
    ZoneSnapshot both = edit.commit(0);
    ZoneSnapshot.Edit removal = both.edit();
    removal.remove(alike.get(0), RecordType.A);
    ZoneSnapshot.Edit refill = removal.commit(0).edit();
    for (int i = 0; i < 1000; i++) {
      refill.put(name("x" + i + ".zone.example"), Zones.addresses("192.0.2.2"));
    }
    ZoneSnapshot zone = refill.commit(0);

    assertThat(alike).allSatisfy(one -> assertThat(both.find(one)).isNotNull());
    assertThat(zone.find(alike.get(0))).isNull();
    assertThat(zone.find(alike.get(1))).isNotNull();
    assertThat(zone.nameCount()).isEqualTo(1001);
    assertThat(zone.sorted()).hasSize(1002);
  }

  private static List<DomainName> namesOfOneHash() {
    Map<Integer, DomainName> seen = new HashMap<>();
    for (int i = 0; ; i++) {
      DomainName next = name("n" + i + ".zone.example");
      DomainName earlier = seen.put(next.hashCode(), next);
      if (earlier != null) {
        return List.of(earlier, next);
      }
    }
  }

  private static void apply(
      Step step, ZoneSnapshot.Edit edit, Map<DomainName, Map<Integer, RecordSet>> model) {
    DomainName owner = name(step.name());
    int type = step.ipv6() ? RecordType.AAAA : RecordType.A;
    if (step.address() == 0) {
      edit.remove(owner, type);
      model.computeIfPresent(
          owner,
          (key, sets) -> {
            sets.remove(type);
            return sets.isEmpty() ? null : sets;
          });
    } else {
      RecordSet set = Zones.addresses((step.ipv6() ? "2001:db8::" : "192.0.2.") + step.address());
      edit.put(owner, set);
      model.computeIfAbsent(owner, key -> new TreeMap<>()).put(type, set);
    }
  }

  private static void check(ZoneSnapshot zone, Map<DomainName, Map<Integer, RecordSet>> model) {
    DomainName origin = zone.origin();
    Set<DomainName> existing = new HashSet<>(Set.of(origin));
    for (DomainName name : model.keySet()) {
      for (DomainName above = name; !above.equals(origin); above = above.parent()) {
        existing.add(above);
      }
    }
    Set<DomainName> found = new HashSet<>();
    zone.forEach(node -> found.add(node.name()));

    assertThat(found).isEqualTo(existing);
    model.forEach(
        (name, sets) ->
            assertThat(Objects.requireNonNull(zone.find(name)).sets())
                .filteredOn(set -> set.type() == RecordType.A || set.type() == RecordType.AAAA)
                .containsExactlyElementsOf(sets.values()));
    assertThat(zone.recordCount()).isEqualTo(model.values().stream().mapToLong(Map::size).sum());
    assertThat(zone.nameCount())
        .isEqualTo(model.keySet().stream().filter(name -> !name.equals(origin)).count());
  }

  private static List<String> append(List<String> labels, String last) {
    List<String> all = new ArrayList<>(labels);
    all.add(last);
    return all;
  }
}
