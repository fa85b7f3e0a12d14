// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.dns.name;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class HostLabelTest {

  @ParameterizedTest
  @CsvSource({
    "test, iffe9",
    "'', 5eh48",
    "car-store.43758382-562f-11e4-a088-c20493233aa5, zinaz",
    "liquor-store.b8db9f73-562f-11e4-a088-c20493233aa5, 4dfjd"
  })
  void hashesTaskIdsAsThePredecessorDid(String taskId, String hash) {
    assertThat(HostLabel.taskHash(taskId)).isEqualTo(hash);
  }

  @Test
  void encodesZbase32WithZeroBitsAtTheEnd() {
    assertThat(Zbase32.encode("foobar".getBytes(US_ASCII))).isEqualTo("c3zs6aubqe");
    assertThat(Zbase32.encode(new byte[] {0})).isEqualTo("yy");
    assertThat(Zbase32.encode(new byte[] {-1, -1})).isEqualTo("999o");
    assertThat(Zbase32.encode(new byte[0])).isEmpty();
    assertThat(Zbase32.encode(new byte[32])).hasSize(52);
  }

  @ParameterizedTest
  @CsvSource({
    "20140803-125133-3041283216-5050-2410-0, 0",
    "2f0001-dead-beef-0002-S12, s12",
    "nodash, nodash",
    "ends-, ''",
    "'', ''"
  })
  void takesWhatStandsBehindTheLastDashOfTheAgentId(String agentId, String tail) {
    assertThat(HostLabel.agentTail(agentId)).isEqualTo(tail);
  }

  @Test
  void shortensTheTaskSoThatHashAndAgentStayWhole() {
    String task = "a".repeat(52) + "-b";

    assertThat(HostLabel.shortenBefore("-zinaz-s10", task)).isEqualTo("a".repeat(52));
    assertThat(HostLabel.shortenBefore("-zinaz-0", "a".repeat(55))).hasSize(55);
    assertThat(HostLabel.shortenBefore("-zinaz-0", "a".repeat(56))).hasSize(55);
  }

  @Test
  void shortensOnlyTheLabelThatTheSuffixJoins() {
    String raw = "x".repeat(63) + "." + "y".repeat(60);

    assertThat(HostLabel.shortenBefore("-zinaz-0.more", raw))
        .isEqualTo("x".repeat(63) + "." + "y".repeat(55));
    assertThat(HostLabel.shortenBehindUnderscore(raw))
        .isEqualTo("x".repeat(62) + "." + "y".repeat(60));
  }

  @Test
  void shortensBetweenCharacters() {
    assertThat(HostLabel.shortenBehindUnderscore("xü".repeat(21))).isEqualTo("xü".repeat(20) + "x");
    assertThat(HostLabel.shortenBehindUnderscore("xxx" + "😀".repeat(15)))
        .isEqualTo("xxx" + "😀".repeat(14));
  }

  @Test
  void leavesWhatIsNoLabelToBeRefused() {
    assertThat(HostLabel.shortenBefore("-zinaz-0", "a".repeat(64))).hasSize(64);
    assertThat(HostLabel.shortenBehindUnderscore("a".repeat(64))).hasSize(64);
  }

  @Test
  void leavesTheTaskAloneWhenTheSuffixFillsALabelByItself() {
    String suffix = "-zinaz-" + "z".repeat(60);

    assertThat(HostLabel.shortenBefore(suffix, "web")).isEqualTo("web");
  }

  @Test
  void hashesBrokenTextAsGoDoes() {
    assertThat(HostLabel.taskHash("a\ud800b")).isEqualTo(HostLabel.taskHash("a\ufffdb"));
    assertThat(HostLabel.taskHash("a\ud83d\ude00")).isNotEqualTo(HostLabel.taskHash("a\ufffd"));
  }
}
