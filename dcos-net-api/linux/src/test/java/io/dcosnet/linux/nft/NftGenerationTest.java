// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.linux.nft;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class NftGenerationTest {

  private static final int THREAD = 4711;

  @ParameterizedTest
  @CsvSource({
    "7, 8, true",
    "7, 7, false",
    "7, 9, false",
    "8, 7, false",
    "2147483647, -2147483648, true",
    "-1, 1, true",
    "-1, 0, false",
    "-1, 2, false"
  })
  void oneChangeMakesTheNextNumberAndNeverZero(int before, int after, boolean next) {
    assertThat(new NftGeneration(after, THREAD).isNextAfter(new NftGeneration(before, THREAD)))
        .isEqualTo(next);
  }

  @Test
  void whoMadeTheChangeDoesNotMatter() {
    assertThat(new NftGeneration(2, THREAD).isNextAfter(new NftGeneration(1, 1))).isTrue();
  }
}
