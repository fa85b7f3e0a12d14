// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.lb.balance;

import static io.dcosnet.lb.balance.Draws.assertByWeight;
import static io.dcosnet.lb.balance.Draws.loads;
import static io.dcosnet.lb.balance.Draws.service;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.dcosnet.lb.vip.ServiceOptions.Policy;
import io.dcosnet.lb.vip.VipTable.Service;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

class PickersTest {

  private final SplittableRandom random = new SplittableRandom(42);

  @ParameterizedTest
  @EnumSource(
      value = Policy.class,
      names = {"RANDOM", "ROUND_ROBIN"})
  void picksByWeight(Policy policy) {
    int[] weights = {5, 0, 1, 100, 14, 1};
    Service service = service(policy, weights);
    Picker picker = Pickers.of(service, loads(weights.length), random);
    int[] counts = new int[weights.length];
    for (int i = 0; i < 40_000; i++) {
      counts[picker.pick(random.nextLong(), i, random, Picker.ALL)]++;
    }
    assertByWeight(counts, weights);
  }

  @Test
  void picksAmongIdleOnesByWeightWhereOnlyConnectionsCount() {
    int[] weights = {5, 1, 3};
    Picker picker = Pickers.of(service(Policy.P2C_LEAST, weights), loads(3), random);
    int[] counts = new int[3];
    for (int i = 0; i < 40_000; i++) {
      counts[picker.pick(0, i, random, Picker.ALL)]++;
    }
    assertByWeight(counts, weights);
  }

  @ParameterizedTest
  @CsvSource({"1000000, 1000000, 0.10", "1000000, 2000000, 0.19", "2000000, 1000000, 0.01"})
  void neverGivesALightOneFarFromItsWeightWhereConnectionsDoNotOverlap(
      long lightNanos, long heavyNanos, double part) {
    List<BackendLoad> loads = loads(2);
    loads.get(0).connected(heavyNanos, 0);
    loads.get(1).connected(lightNanos, 0);
    Picker picker = Pickers.of(service(Policy.P2C_EWMA, 9, 1), loads, random);
    int light = 0;
    for (int i = 0; i < 40_000; i++) {
      light += picker.pick(0, 0, random, Picker.ALL);
    }
    assertThat(light / 40_000.0).isCloseTo(part, within(0.01));
  }

  @ParameterizedTest
  @EnumSource(
      value = Policy.class,
      names = {"P2C_EWMA", "P2C_LEAST", "LEAST_CONNECTIONS"})
  void keepsOpenConnectionsInProportionToWeight(Policy policy) {
    int[] weights = {1, 2, 5, 0, 2};
    List<BackendLoad> loads = loads(weights.length);
    Picker picker = Pickers.of(service(policy, weights), loads, random);
    int[] open = new int[1000];
    for (int i = 0; i < 50_000; i++) {
      int client = random.nextInt(open.length); // its old connection ends, a new one begins
      if (i >= open.length) {
        loads.get(open[client]).end();
      } else {
        client = i;
      }
      open[client] = picker.pick(0, i * 100_000L, random, Picker.ALL);
      loads.get(open[client]).begin();
      loads.get(open[client]).connected(1_000_000, i * 100_000L);
    }
    assertThat(loads.get(3).active()).isZero();
    for (int i = 0; i < weights.length; i++) {
      assertThat(loads.get(i).active()).isBetween(90 * weights[i], 110 * weights[i]);
    }
  }

  @Test
  void sendsLessToASlowerOne() {
    List<BackendLoad> loads = loads(4);
    Picker picker = Pickers.of(service(Policy.P2C_EWMA, 1, 1, 1, 1), loads, random);
    int[] counts = new int[4];
    for (int i = 0; i < 4000; i++) {
      long now = i * 1_000_000L;
      int picked = picker.pick(0, now, random, Picker.ALL);
      counts[picked]++;
      loads.get(picked).begin();
      loads.get(picked).connected(picked == 2 ? 50_000_000 : 1_000_000, now);
      loads.get(picked).end();
    }
    assertThat(counts[2]).isBetween(1, 40);
    assertThat(IntStream.of(counts[0], counts[1], counts[3])).allMatch(count -> count > 1000);
  }

  @Test
  void doesNotRunToOneThatRefusesQuickly() {
    List<BackendLoad> loads = loads(3);
    Picker picker = Pickers.of(service(Policy.P2C_EWMA, 1, 1, 1), loads, random);
    int refused = 0;
    for (int i = 0; i < 3000; i++) {
      long now = i * 1_000_000L;
      int picked = picker.pick(0, now, random, Picker.ALL);
      loads.get(picked).begin();
      if (picked == 0) {
        refused++;
        loads.get(picked).failed(now);
      } else {
        loads.get(picked).connected(2_000_000, now);
      }
      loads.get(picked).end();
    }
    assertThat(refused).as("in 3 s: at 0, 1 and 2").isEqualTo(3);
  }

  @Test
  void givesNothingToOneWithoutConnectionsThatRefusedJustNow() {
    List<BackendLoad> loads = loads(2);
    loads.get(0).begin();
    loads.get(1).failed(0);
    Picker picker = Pickers.of(service(Policy.LEAST_CONNECTIONS, 1, 65_535), loads, random);
    assertThat(picker.pick(0, 1, random, Picker.ALL)).isZero();
    assertThat(picker.pick(0, 1, random, index -> index == 0))
        .as("the other left out")
        .isEqualTo(1);
    assertThat(picker.pick(0, 1_000_000_000L, random, Picker.ALL)).isEqualTo(1);
  }

  @Test
  void triesOneWithoutSamplesOnceAtATime() {
    List<BackendLoad> loads = loads(2);
    loads.get(0).connected(1_000_000, 0);
    Picker picker = Pickers.of(service(Policy.P2C_EWMA, 1, 1), loads, random);
    assertThat(picker.pick(0, 1, random, Picker.ALL)).isEqualTo(1);
    loads.get(1).begin();
    for (int i = 0; i < 100; i++) {
      assertThat(picker.pick(0, 1, random, Picker.ALL)).isZero();
    }
  }

  @Test
  void givesTheFirstOneToAnyOfEqualOnes() {
    int[] counts = new int[5];
    Picker picker = Pickers.of(service(Policy.LEAST_CONNECTIONS, 1, 1, 1, 1, 1), loads(5), random);
    for (int i = 0; i < 10_000; i++) {
      counts[picker.pick(0, 0, random, Picker.ALL)]++;
    }
    assertByWeight(counts, 1, 1, 1, 1, 1);
  }

  @Test
  void carriesNoConnectionWhereThereIsNoTarget() {
    for (Policy policy : Policy.values()) {
      Picker picker = Pickers.of(service(policy), List.of(), random);
      assertThat(picker.pick(1, 1, random, Picker.ALL)).isEqualTo(Picker.NONE);
    }
  }

  @Test
  void refusesLoadsThatDoNotFit() {
    assertThatThrownBy(() -> Pickers.of(service(Policy.RANDOM, 1, 1), loads(1), random))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("2, one for each target");
  }

  @Test
  void drawsFromTheRestByWeightWhenMostIsLeftOut() {
    AliasTable table = AliasTable.of(new int[] {1_000_000, 3, 0, 1});
    int[] counts = new int[4];
    for (int i = 0; i < 10_000; i++) {
      counts[table.draw(random, Picker.ALL, 0)]++;
    }
    assertByWeight(counts, 0, 3, 0, 1);
    assertThat(table.draw(random, place -> place > 0, 0)).isEqualTo(Picker.NONE);
  }
}
