// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.lb.vip;

import static org.assertj.core.api.Assertions.assertThat;

import io.dcosnet.api.net.IpAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;

class AddressBookProperties {

  private static final AddressRange EIGHT = AddressRange.of("11.0.0.0", "11.0.0.7");
  private static final long GRACE = 5;

  /** One update: names that come and go, address VIPs that come and go, time that passes. */
  record Step(
      Set<String> come, Set<String> gone, Set<Integer> taken, Set<Integer> free, int elapsed) {}

  @Provide
  Arbitrary<List<Step>> histories() {
    Arbitrary<Set<String>> names =
        Arbitraries.of("a", "b", "c", "d", "e", "f", "g", "h", "i", "j").set().ofMaxSize(4);
    Arbitrary<Set<Integer>> addresses = Arbitraries.integers().between(0, 9).set().ofMaxSize(2);
    return Combinators.combine(
            names, names, addresses, addresses, Arbitraries.integers().between(0, 8))
        .as(Step::new)
        .list()
        .ofMaxSize(30);
  }

  @Property
  void neverSharesAnAddressAndNeverMovesANameWithoutNeed(@ForAll("histories") List<Step> history) {
    AddressBook<String> book = book();
    Set<String> present = new HashSet<>();
    Set<IpAddress> taken = new HashSet<>();
    long now = 0;
    for (Step step : history) {
      now += step.elapsed();
      Map<String, IpAddress> before = held(book, present);
      Set<String> gone = new HashSet<>(step.gone());
      gone.removeAll(step.come());
      Set<IpAddress> nowTaken = addresses(step.taken());
      Set<IpAddress> free = addresses(step.free());
      free.removeAll(nowTaken);

      Set<String> moved = book.update(step.come(), gone, nowTaken, free, now);

      present.addAll(step.come());
      present.removeAll(gone);
      taken.removeAll(free);
      taken.addAll(nowTaken);
      Map<String, IpAddress> after = held(book, present);
      assertThat(after.values()).doesNotHaveDuplicates().allMatch(EIGHT::contains);
      assertThat(after.values()).noneMatch(taken::contains);
      after.forEach((name, address) -> assertThat(book.owner(address)).isEqualTo(name));
      before.forEach(
          (name, address) -> {
            if (present.contains(name) && !taken.contains(address)) {
              assertThat(after).containsEntry(name, address);
              assertThat(moved).doesNotContain(name);
            }
          });
      long room = 8 - taken.stream().filter(EIGHT::contains).count();
      assertThat(after.size()).isEqualTo((int) Math.min(room, present.size()));
      Set<String> without = new HashSet<>(present);
      without.removeAll(after.keySet());
      assertThat(book.withoutAddress()).isEqualTo(without);
    }
  }

  @Property
  void doesNotDependOnTheOrderWithinAnUpdate(
      @ForAll("histories") List<Step> history, @ForAll long seed) {
    AddressBook<String> one = book();
    AddressBook<String> other = book();
    Random random = new Random(seed);
    long now = 0;
    for (Step step : history) {
      now += step.elapsed();
      one.update(step.come(), Set.of(), Set.of(), Set.of(), now);
      List<String> shuffled = new ArrayList<>(step.come());
      Collections.shuffle(shuffled, random);
      other.update(shuffled, Set.of(), Set.of(), Set.of(), now);
    }
    Set<String> all = Set.of("a", "b", "c", "d", "e", "f", "g", "h", "i", "j");
    assertThat(held(other, all)).isEqualTo(held(one, all));
  }

  @Property
  void splittingIntoBatchesChangesNothingWhereNothingCollides(
      @ForAll @Size(max = 20) Set<@IntRange(max = 7) Integer> wanted, @ForAll long seed) {
    AddressBook<Integer> atOnce = byNumber();
    atOnce.update(wanted, List.of(), List.of(), List.of(), 0);
    AddressBook<Integer> oneByOne = byNumber();
    List<Integer> shuffled = new ArrayList<>(wanted);
    Collections.shuffle(shuffled, new Random(seed));
    shuffled.forEach(n -> oneByOne.update(List.of(n), List.of(), List.of(), List.of(), 0));
    for (Integer n : wanted) {
      assertThat(oneByOne.address(n)).isEqualTo(atOnce.address(n)).isEqualTo(ip(n));
    }
  }

  private static AddressBook<Integer> byNumber() {
    return new AddressBook<>(EIGHT, AddressBookProperties::ip, Duration.ZERO, Duration.ZERO);
  }

  private static AddressBook<String> book() {
    // Only three first choices for ten names, so that nearly everything collides.
    return new AddressBook<>(
        EIGHT, name -> ip(name.charAt(0) % 3), Duration.ofNanos(GRACE), Duration.ofNanos(3));
  }

  private static Map<String, IpAddress> held(AddressBook<String> book, Set<String> names) {
    Map<String, IpAddress> held = new HashMap<>();
    for (String name : names) {
      IpAddress address = book.address(name);
      if (address != null) {
        held.put(name, address);
      }
    }
    return held;
  }

  private static Set<IpAddress> addresses(Set<Integer> numbers) {
    Set<IpAddress> addresses = new HashSet<>();
    numbers.forEach(n -> addresses.add(ip(n)));
    return addresses;
  }

  private static IpAddress ip(int last) {
    return IpAddress.parse("11.0.0." + last);
  }
}
