// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.lb.internal;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class ShownTest {

  @Test
  void leavesOrdinaryTextAlone() {
    assertThat(Shown.plain("/Prüfung:80")).isEqualTo("/Prüfung:80");
    assertThat(Shown.quoted("w".repeat(120))).isEqualTo('"' + "w".repeat(120) + '"');
  }

  @Test
  void keepsTextOfOthersOnOneLine() {
    assertThat(Shown.plain("web\n2026-01-01 ERROR\0")).isEqualTo("web?2026-01-01 ERROR?");
  }

  @Test
  void cutsEndlessTextBetweenCharacters() {
    assertThat(Shown.plain("w".repeat(121))).isEqualTo("w".repeat(120) + "…");
    assertThat(Shown.plain("w".repeat(119) + "😀")).isEqualTo("w".repeat(119) + "…");
  }

  @Test
  void countsOctets() {
    assertThat(Shown.octets("ü", 10)).isEqualTo(2);
    assertThat(Shown.octets("w".repeat(11), 10)).isEqualTo(11);
  }
}
