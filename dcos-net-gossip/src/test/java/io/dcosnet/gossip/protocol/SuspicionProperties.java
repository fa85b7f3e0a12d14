// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.gossip.protocol;

import static org.assertj.core.api.Assertions.assertThat;

import io.dcosnet.api.net.NodeId;
import io.dcosnet.gossip.member.Accusation;
import io.dcosnet.gossip.member.Grade;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.NotEmpty;

class SuspicionProperties {

  @Provide
  Arbitrary<List<Accusation>> accusations() {
    return Combinators.combine(Arbitraries.integers().between(1, 12), Arbitraries.of(Grade.class))
        .as(SuspicionProperties::accusation)
        .list()
        .ofMinSize(1)
        .ofMaxSize(40);
  }

  @Property
  void keepsFewAccusersAndFallsDueInBoundsAndNeverLater(
      @ForAll("accusations") @NotEmpty List<Accusation> accusations,
      @ForAll @IntRange(max = 5) int wanted) {
    SuspicionTimes times = new SuspicionTimes(4_000, 24_000, wanted);
    Suspicion suspicion = new Suspicion(times, 100, accusations.get(0));

    long before = suspicion.dueByAccusers();
    for (Accusation accusation : accusations) {
      List<Accusation> known = suspicion.accusations();
      boolean noted = suspicion.note(accusation);

      assertThat(noted).isEqualTo(!suspicion.accusations().equals(known));
      assertThat(suspicion.dueByAccusers()).isBetween(4_100L, 24_100L).isLessThanOrEqualTo(before);
      before = suspicion.dueByAccusers();
    }
    assertThat(suspicion.accusations()).hasSizeLessThanOrEqualTo(wanted + 3);
    assertThat(suspicion.accusations())
        .isSortedAccordingTo((a, b) -> b.grade().compareTo(a.grade()));
  }

  @Property
  void neverOverlooksTheSecondThatSawACrash(
      @ForAll("accusations") List<Accusation> accusations, @ForAll @IntRange(max = 5) int wanted) {
    Suspicion suspicion =
        new Suspicion(new SuspicionTimes(4_000, 24_000, wanted), 0, accusations.get(0));
    Map<NodeId, Grade> all = new HashMap<>();
    for (Accusation accusation : accusations) {
      suspicion.note(accusation);
      all.merge(accusation.accuser(), accusation.grade(), (a, b) -> a.compareTo(b) > 0 ? a : b);
    }

    long crashes = all.values().stream().filter(grade -> grade == Grade.CRASH).count();
    assertThat(Math.min(2, suspicion.crashAccusers())).isEqualTo((int) Math.min(2, crashes));
  }

  @Example
  void countsAnAccuserOnceAndTakesItsBetterEvidence() {
    Suspicion suspicion =
        new Suspicion(new SuspicionTimes(4_000, 24_000, 3), 0, accusation(1, Grade.PROBE));

    assertThat(suspicion.note(accusation(1, Grade.PROBE))).isFalse();
    assertThat(suspicion.note(accusation(1, Grade.CRASH))).isTrue();
    assertThat(suspicion.note(accusation(1, Grade.LINK))).isFalse();
    assertThat(suspicion.dueByAccusers()).isEqualTo(24_000);
    assertThat(suspicion.note(accusation(2, Grade.PROBE))).isTrue();
    assertThat(suspicion.dueByAccusers()).isEqualTo(14_000);
    assertThat(suspicion.accusations())
        .containsExactly(accusation(1, Grade.CRASH), accusation(2, Grade.PROBE));
  }

  private static Accusation accusation(int accuser, Grade grade) {
    return new Accusation(new NodeId(new UUID(0, accuser)), grade);
  }
}
