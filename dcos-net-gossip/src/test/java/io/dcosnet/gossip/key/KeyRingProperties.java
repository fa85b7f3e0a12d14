// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.gossip.key;

import static org.assertj.core.api.Assertions.assertThat;

import io.dcosnet.api.Bytes;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;

class KeyRingProperties {

  private static final int NODES = 4;

  @Property
  void statesMergeInAnyOrderAndAnyNumberOfTimes(
      @ForAll("states") RingState a, @ForAll("states") RingState b, @ForAll("states") RingState c) {
    assertThat(a.join(b)).isEqualTo(b.join(a));
    assertThat(a.join(b).join(c)).isEqualTo(a.join(b.join(c)));
    assertThat(a.join(a)).isEqualTo(a);
    assertThat(a.join(b).join(a)).isEqualTo(a.join(b));
  }

  @Property
  void aStateIsReadAsItWasWritten(@ForAll("states") RingState state) {
    Bytes octets = RingCodec.encode(state);

    assertThat(RingCodec.decode(octets)).isEqualTo(state);
    assertThat(RingCodec.encode(RingCodec.decode(octets))).isEqualTo(octets);
  }

  /** One step at one node, or all that one node knows given to another. */
  record Step(int what, int node, int other, int id) {}

  @Property
  void whateverIsDoneWhereverAllNodesEndWithTheSameKeys(@ForAll("steps") List<Step> steps) {
    List<KeyRing> nodes = nodes(false);
    for (Step step : steps) {
      run(nodes, step);
    }
    exchangeAll(nodes);

    for (KeyRing node : nodes) {
      assertThat(node.state()).isEqualTo(nodes.get(0).state());
      assertThat(node.ids()).contains(node.primary().id());
    }
  }

  /** As long as operators heed what the ring refuses, and steps are taken on one node. */
  @Property
  void membersCanTalkAfterAnyStepsOfOneOperator(@ForAll("steps") List<Step> steps) {
    List<KeyRing> nodes = nodes(true);
    for (Step step : steps) {
      run(nodes, step.what == 3 ? step : new Step(step.what, 0, 0, step.id));
      for (KeyRing one : nodes) {
        for (KeyRing other : nodes) {
          boolean hears = one.primary().equals(other.find(one.primary().id()));
          boolean isHeard = other.primary().equals(one.find(other.primary().id()));
          assertThat(hears && isHeard).as("%s and %s after %s", one, other, step).isTrue();
        }
      }
    }
  }

  private static List<KeyRing> nodes(boolean withCensus) {
    List<KeyRing> nodes = new ArrayList<>();
    for (int i = 0; i < NODES; i++) {
      nodes.add(KeyRing.of(KeyRingTest.key(1)));
    }
    if (withCensus) {
      for (KeyRing node : nodes) {
        node.census(
            () -> {
              Map<String, Optional<KeyPresence>> living = new LinkedHashMap<>();
              for (int i = 0; i < NODES; i++) {
                if (nodes.get(i) != node) {
                  living.put("n" + i, Optional.of(nodes.get(i).presence()));
                }
              }
              return living;
            });
      }
    }
    return nodes;
  }

  private static void run(List<KeyRing> nodes, Step step) {
    KeyRing ring = nodes.get(step.node);
    try {
      switch (step.what) {
        case 0 -> ring.install(KeyRingTest.key(step.id, 10 * step.node + step.id));
        case 1 -> ring.use(step.id);
        case 2 -> ring.remove(step.id);
        default -> nodes.get(step.other).merge(ring.state());
      }
    } catch (IllegalStateException | IllegalArgumentException e) {
      assertThat(e.getMessage()).startsWith("key " + step.id + ": ");
    }
  }

  private static void exchangeAll(List<KeyRing> nodes) {
    for (KeyRing from : nodes) {
      for (KeyRing to : nodes) {
        to.merge(from.state());
      }
    }
    for (KeyRing to : nodes) {
      to.merge(nodes.get(NODES - 1).state());
    }
  }

  @Provide
  Arbitrary<List<Step>> steps() {
    Arbitrary<Integer> node = Arbitraries.integers().between(0, NODES - 1);
    return Combinators.combine(
            Arbitraries.integers().between(0, 4), node, node, Arbitraries.integers().between(1, 4))
        .as(Step::new)
        .list()
        .ofMaxSize(40);
  }

  @Provide
  Arbitrary<RingState> states() {
    Arbitrary<GossipKey> key =
        Combinators.combine(
                Arbitraries.integers().between(1, 3), Arbitraries.integers().between(0, 3))
            .as(KeyRingTest::key);
    Arbitrary<Long> stamp =
        Arbitraries.oneOf(Arbitraries.longs().between(0, 3), Arbitraries.just(RingState.MAX_STAMP));
    Arbitrary<RingState.Entry> entry =
        Combinators.combine(stamp, key.map(GossipKey::secret).injectNull(0.3))
            .as(RingState.Entry::new);
    Arbitrary<RingState.Choice> choice = Combinators.combine(stamp, key).as(RingState.Choice::new);
    return Combinators.combine(
            Arbitraries.maps(Arbitraries.integers().between(1, 3), entry).ofMaxSize(3), choice)
        .as((entries, chosen) -> new RingState(new TreeMap<>(entries), chosen));
  }
}
