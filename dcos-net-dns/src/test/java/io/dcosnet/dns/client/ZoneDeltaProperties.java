// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.dns.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.dcosnet.api.event.Change;
import io.dcosnet.dns.name.DomainName;
import io.dcosnet.dns.zone.RecordSet;
import io.dcosnet.dns.zone.RecordType;
import io.dcosnet.dns.zone.ZoneNode;
import io.dcosnet.dns.zone.ZoneSnapshot;
import io.dcosnet.dns.zone.Zones;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;

class ZoneDeltaProperties {

  /** Puts an address when {@code address} is not 0, else removes the addresses of the name. */
  record Step(String name, boolean ipv6, int address) {}

  private record Key(DomainName owner, int type) {}

  @Provide
  Arbitrary<List<Step>> steps() {
    // Enough names for branches below branches, few enough to meet again.
    Arbitrary<String> names =
        Arbitraries.integers()
            .between(0, 200)
            .map(number -> "n" + number + (number % 3 == 0 ? ".sub" : "") + ".zone.example");
    return Combinators.combine(
            names, Arbitraries.of(true, false), Arbitraries.integers().between(0, 2))
        .as(Step::new)
        .list()
        .ofMaxSize(300);
  }

  private static ZoneSnapshot apply(ZoneSnapshot zone, List<Step> steps) {
    ZoneSnapshot.Edit edit = zone.edit();
    for (Step step : steps) {
      DomainName owner = DomainName.parse(step.name());
      if (step.address() == 0) {
        edit.remove(owner, step.ipv6() ? RecordType.AAAA : RecordType.A);
      } else {
        String prefix = step.ipv6() ? "2001:db8::" : "192.0.2.";
        edit.put(owner, Zones.addresses(prefix + step.address()));
      }
    }
    return edit.commit(0);
  }

  /** All records but the SOA. */
  private static Map<Key, RecordSet> content(ZoneSnapshot zone) {
    Map<Key, RecordSet> content = new HashMap<>();
    for (ZoneNode node : zone.sorted()) {
      node.sets().forEach(set -> content.put(new Key(node.name(), set.type()), set));
    }
    content.remove(new Key(zone.origin(), RecordType.SOA));
    return content;
  }

  @Property
  void isTheDifferenceOfTheContents(
      @ForAll("steps") List<Step> first, @ForAll("steps") List<Step> second) {
    ZoneSnapshot before = apply(Zones.empty("zone.example"), first);
    ZoneSnapshot after = apply(before, second);

    check(before, after);
    check(after, before);
  }

  @Property(tries = 100)
  void holdsForZonesThatShareNothing(
      @ForAll("steps") List<Step> first, @ForAll("steps") List<Step> second) {
    check(apply(Zones.empty("zone.example"), first), apply(Zones.empty("zone.example"), second));
  }

  private static void check(ZoneSnapshot before, ZoneSnapshot after) {
    Map<Key, RecordSet> old = content(before);
    Map<Key, RecordSet> now = content(after);
    Map<Key, Change<RecordSet>> expected = new HashMap<>();
    Set<Key> keys = new HashSet<>(old.keySet());
    keys.addAll(now.keySet());
    for (Key key : keys) {
      RecordSet one = old.get(key);
      RecordSet two = now.get(key);
      if (!Objects.equals(one, two)) {
        expected.put(key, new Change<>(one, two));
      }
    }

    ZoneDelta delta = ZoneDelta.between(before, after);

    Map<Key, Change<RecordSet>> found = new HashMap<>();
    delta.changes().forEach(one -> found.put(new Key(one.owner(), one.type()), one.change()));
    assertThat(found).isEqualTo(expected).hasSameSizeAs(delta.changes());
    assertThat(delta.serialBefore()).isEqualTo(before.serial());
    assertThat(delta.serialAfter()).isEqualTo(after.serial());
  }

  @Example
  void theWholeZoneIsTheDifferenceToNothing() {
    ZoneSnapshot zone =
        apply(
            Zones.empty("zone.example"),
            List.of(new Step("b.zone.example", false, 1), new Step("a.zone.example", true, 2)));

    ZoneDelta whole = ZoneDelta.between(null, zone);

    assertThat(whole.isWhole()).isTrue();
    assertThat(whole.changes())
        .extracting(one -> one.owner() + " " + one.change().latest())
        .containsExactlyInAnyOrder(
            "zone.example. 60 NS [ns1.zone.example.]",
            "a.zone.example. 60 AAAA [2001:db8::2]",
            "b.zone.example. 60 A [192.0.2.1]");
    assertThat(ZoneDelta.between(zone, zone).changes()).isEmpty();
  }

  @Example
  void refusesSnapshotsOfTwoZones() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> ZoneDelta.between(Zones.empty("a.example"), Zones.empty("b.example")));
  }

  @Example
  void costFollowsTheChange() {
    List<Step> many = new ArrayList<>();
    for (int i = 0; i < 20_000; i++) {
      many.add(new Step("host" + i + ".zone.example", false, 1));
    }
    ZoneSnapshot before = apply(Zones.empty("zone.example"), many);
    ZoneSnapshot after = apply(before, List.of(new Step("host77.zone.example", false, 2)));
    AtomicInteger seen = new AtomicInteger();

    after.forEachChange(before, (old, now) -> seen.incrementAndGet());

    assertThat(seen).hasValueLessThan(5); // the name, and the apex with its serial
  }
}
