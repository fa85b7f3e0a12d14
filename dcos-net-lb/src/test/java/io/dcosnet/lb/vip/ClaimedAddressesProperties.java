// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.lb.vip;

import static org.assertj.core.api.Assertions.assertThat;

import io.dcosnet.api.net.IpAddress;
import io.dcosnet.api.net.NodeId;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.Set;
import java.util.UUID;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.constraints.IntRange;
import org.jspecify.annotations.Nullable;

class ClaimedAddressesProperties {

  private static final AddressRange EIGHT = AddressRange.of("11.0.0.0", "11.0.0.7");
  private static final List<String> NAMES =
      List.of("a", "b", "c", "d", "e", "f", "g", "h", "i", "j");

  /** What one node says of one address. */
  record Said(int address, int writer, String name, int since) {}

  /** All that there is in the end. */
  record World(Set<String> names, List<Said> claims, Set<Integer> taken) {}

  @Provide
  Arbitrary<World> worlds() {
    Arbitrary<Said> said =
        Combinators.combine(
                Arbitraries.integers().between(0, 7),
                Arbitraries.integers().between(1, 3),
                Arbitraries.of(NAMES),
                Arbitraries.integers().between(1, 6))
            .as(Said::new);
    return Combinators.combine(
            Arbitraries.of(NAMES).set(),
            said.list().ofMaxSize(15),
            Arbitraries.integers().between(0, 7).set().ofMaxSize(3))
        .as(World::new);
  }

  @Property
  void dependsOnWhatThereIsAndNotOnHowItWasLearnt(
      @ForAll("worlds") World world,
      @ForAll long seed,
      @ForAll @IntRange(min = 1, max = 6) int batch) {
    Map<String, IpAddress> expected = addresses(learn(world, null, 1000), world);
    Random random = new Random(seed);
    assertThat(addresses(learn(world, random, batch), world)).isEqualTo(expected);
    assertThat(addresses(learn(world, random, 1), world)).isEqualTo(expected);
  }

  @Property
  void givesEveryNameOneAddressOfItsOwnWhileThereIsRoom(@ForAll("worlds") World world) {
    ClaimedAddresses book = learn(world, null, 1000);
    Map<String, IpAddress> addresses = addresses(book, world);
    assertThat(addresses.values()).doesNotHaveDuplicates().allMatch(EIGHT::contains);
    world.taken().forEach(taken -> assertThat(addresses.values()).doesNotContain(ip(taken)));
    int room = 8 - world.taken().size();
    assertThat(addresses).hasSize(Math.min(room, world.names().size()));
    addresses.forEach((name, address) -> assertThat(book.owner(address)).isEqualTo(name));
    Set<String> without = new HashSet<>(world.names());
    without.removeAll(addresses.keySet());
    assertThat(book.withoutAddress()).isEqualTo(without);
    long astray =
        addresses.entrySet().stream()
            .filter(one -> !one.getValue().equals(preferred(one.getKey())))
            .count();
    assertThat(book.collisions()).isEqualTo(astray);
  }

  @Property
  void tellsOfEveryNameThatMoves(@ForAll("worlds") World before, @ForAll("worlds") World after) {
    ClaimedAddresses book = learn(before, null, 1000);
    Map<String, IpAddress> was = all(book);
    Set<String> gone = new HashSet<>(before.names());
    gone.removeAll(after.names());
    after.claims().forEach(said -> tell(book, said));
    Set<String> moved = book.update(after.names(), gone, List.of(), List.of());
    Map<String, IpAddress> is = all(book);
    Set<String> different = new HashSet<>();
    for (String name : NAMES) {
      if (!Objects.equals(was.get(name), is.get(name))) {
        different.add(name);
      }
    }
    assertThat(moved).isEqualTo(different);
  }

  /** Tells everything in some order and in batches, with detours where there is a random. */
  private static ClaimedAddresses learn(World world, @Nullable Random random, int batch) {
    ClaimedAddresses book = new ClaimedAddresses(EIGHT, ClaimedAddressesProperties::preferred);
    Map<List<Integer>, Said> last = new HashMap<>();
    world.claims().forEach(said -> last.put(List.of(said.address(), said.writer()), said));
    List<Runnable> news = new ArrayList<>();
    last.values().forEach(said -> news.add(() -> tell(book, said)));
    for (String name : world.names()) {
      news.add(() -> book.update(List.of(name), List.of(), List.of(), List.of()));
    }
    for (int taken : world.taken()) {
      news.add(() -> book.update(List.of(), List.of(), List.of(ip(taken)), List.of()));
    }
    if (random != null) {
      for (Said said : last.values()) { // first something else, which is overtaken
        tell(book, new Said(said.address(), said.writer(), NAMES.get(random.nextInt(10)), 1));
      }
      Set<String> detour = Set.of(NAMES.get(random.nextInt(10)));
      book.update(detour, List.of(), List.of(ip(random.nextInt(8))), List.of());
      List<IpAddress> all = new ArrayList<>();
      for (int i = 0; i < 8; i++) {
        all.add(ip(i));
      }
      book.update(List.of(), detour, List.of(), all);
      Collections.shuffle(news, random);
    }
    for (int i = 0; i < news.size(); i++) {
      news.get(i).run();
      if (i % batch == 0) {
        book.update(List.of(), List.of(), List.of(), List.of());
      }
    }
    book.update(List.of(), List.of(), List.of(), List.of());
    return book;
  }

  private static void tell(ClaimedAddresses book, Said said) {
    IpAddress address = ip(said.address());
    NodeId writer = new NodeId(new UUID(0, said.writer()));
    book.tell(address, writer, new NameClaim(said.name(), address, said.since()), true);
  }

  private static Map<String, IpAddress> addresses(ClaimedAddresses book, World world) {
    Map<String, IpAddress> addresses = all(book);
    addresses.keySet().retainAll(world.names());
    return addresses;
  }

  private static Map<String, IpAddress> all(ClaimedAddresses book) {
    Map<String, IpAddress> addresses = new HashMap<>();
    for (String name : NAMES) {
      IpAddress address = book.address(name);
      if (address != null) {
        addresses.put(name, address);
      }
    }
    return addresses;
  }

  // Only three first choices for ten names, so that nearly everything collides.
  private static IpAddress preferred(String name) {
    return ip(name.charAt(0) % 3);
  }

  private static IpAddress ip(int last) {
    return IpAddress.parse("11.0.0." + last);
  }
}
