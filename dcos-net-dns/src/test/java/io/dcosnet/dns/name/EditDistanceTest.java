// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.dns.name;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class EditDistanceTest {

  @ParameterizedTest
  @CsvSource({
    "'', '', 0",
    "web, web, 0",
    "web, wbe, 1",
    "web, we, 1",
    "web, webs, 1",
    "web, wab, 1",
    "marathon, marthon, 1",
    "marathon, maratohn, 1",
    "marathon, mrathno, 2",
    "'', ab, 2",
    "web, db, 2",
    "abc, xyz, 3",
    "short, a-much-longer-one, 3"
  })
  void countsWhatAPersonMistyped(String one, String two, int distance) {
    assertThat(EditDistance.between(one, two, 2)).isEqualTo(distance);
    assertThat(EditDistance.between(two, one, 2)).isEqualTo(distance);
  }
}
