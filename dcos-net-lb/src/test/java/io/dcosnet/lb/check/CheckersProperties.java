// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.lb.check;

import static org.assertj.core.api.Assertions.assertThat;

import io.dcosnet.api.net.HostPort;
import io.dcosnet.api.net.NodeId;
import io.dcosnet.api.net.Protocol;
import io.dcosnet.api.vip.VipKey;
import io.dcosnet.lb.vip.VipBackend.Place;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.UUID;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;

class CheckersProperties {

  private static final VipKey WEB = VipKey.named(Protocol.TCP, "web.marathon", 80);

  @Property(tries = 200)
  void allNodesChooseTheSameHoweverTheyCameToKnowOfEachOther(
      @ForAll long seed,
      @ForAll @IntRange(min = 1, max = 5) int number,
      @ForAll @IntRange(min = 0, max = 12) int nodes) {
    Random random = new Random(seed);
    List<Place> places = places(20);
    Set<NodeId> last = nodes(nodes, random);
    Checkers one = new Checkers(number);
    Checkers other = new Checkers(number);
    for (int i = 0; i < 5; i++) {
      Set<NodeId> some = new HashSet<>(last);
      some.removeIf(node -> random.nextBoolean());
      some.addAll(nodes(random.nextInt(3), random));
      one.follow(places.subList(0, random.nextInt(places.size())), some);
    }
    one.follow(places, last);
    other.follow(places, last);
    for (Place place : places) {
      assertThat(one.of(place)).isEqualTo(other.of(place)).doesNotHaveDuplicates();
      assertThat(one.of(place)).hasSize(Math.min(number, nodes)).allMatch(last::contains);
    }
    assertThat(one.each()).isEqualTo(Math.min(number, nodes));
  }

  @Property(tries = 100)
  void aNodeThatGoesMovesOnlyWhatItHad(@ForAll long seed) {
    Random random = new Random(seed);
    List<Place> places = places(50);
    Set<NodeId> nodes = nodes(8, random);
    Checkers checkers = new Checkers(3);
    checkers.follow(places, nodes);
    Map<Place, List<NodeId>> before = new HashMap<>();
    places.forEach(place -> before.put(place, checkers.of(place)));
    NodeId gone = nodes.iterator().next();
    Set<NodeId> rest = new HashSet<>(nodes);
    rest.remove(gone);
    checkers.follow(places, rest);
    for (Place place : places) {
      List<NodeId> had = before.getOrDefault(place, List.of());
      if (had.contains(gone)) {
        List<NodeId> kept = new ArrayList<>(had);
        kept.remove(gone);
        assertThat(checkers.of(place)).containsAll(kept).doesNotContain(gone).hasSize(3);
      } else {
        assertThat(checkers.of(place)).isEqualTo(had);
      }
    }
  }

  @Example
  void eachNodeHasAboutAsMuchToDo() {
    Map<NodeId, Integer> tries = new HashMap<>();
    List<Place> places = places(3000);
    Checkers checkers = new Checkers(3);
    checkers.follow(places, nodes(10, new Random(1)));
    places.forEach(place -> checkers.of(place).forEach(n -> tries.merge(n, 1, Integer::sum)));
    assertThat(tries).hasSize(10);
    assertThat(tries.values()).allMatch(count -> count > 750 && count < 1050); // 900 in the mean
  }

  @Example
  void forgetsWhatIsNotToBeTriedAnyMore() {
    Checkers checkers = new Checkers(1);
    List<Place> places = places(2);
    checkers.follow(places, nodes(1, new Random(1)));
    checkers.follow(places.subList(1, 2), nodes(1, new Random(1)));
    assertThat(checkers.of(places.get(0))).isEmpty();
    assertThat(checkers.of(places.get(1))).hasSize(1);
  }

  private static List<Place> places(int number) {
    List<Place> places = new ArrayList<>();
    for (int i = 0; i < number; i++) {
      places.add(new Place(WEB, HostPort.parse("192.0.2." + i % 250 + ":" + (31000 + i / 250))));
    }
    return places;
  }

  private static Set<NodeId> nodes(int number, Random random) {
    Set<NodeId> nodes = new HashSet<>();
    while (nodes.size() < number) {
      nodes.add(new NodeId(new UUID(random.nextLong(), random.nextLong())));
    }
    return nodes;
  }
}
