// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.gossip.log;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.dcosnet.api.DcosNetException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class EpochFileTest {

  private static final String FIRST = "gossip.epoch";
  private static final String SECOND = "gossip.epoch.copy";

  @TempDir Path data;

  private long next(long wallMillis) {
    return new EpochFile(data).next(wallMillis);
  }

  private void damage(String name, int at) throws IOException {
    byte[] content = Files.readAllBytes(data.resolve(name));
    content[at] ^= 0x10;
    Files.write(data.resolve(name), content);
  }

  @Test
  void theFirstStartTakesTheClock() {
    assertThat(new EpochFile(data.resolve("new/directory")).next(1_700_000_000_000L))
        .isEqualTo(1_700_000_000_000L);
  }

  @Test
  void aClockThatStandsStillOrWentBackIsBeaten() {
    long first = next(1_700_000_000_000L);

    assertThat(next(1_700_000_000_000L)).isEqualTo(first + 1);
    assertThat(next(5)).isEqualTo(first + 2);
    assertThat(next(1_700_000_000_001L)).isEqualTo(first + 3);
    assertThat(next(1_800_000_000_000L)).isEqualTo(1_800_000_000_000L);
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 5, 8, 15})
  void aDamagedCopyGivesWayToTheOther(int at) throws IOException {
    long first = next(1_700_000_000_000L);
    damage(FIRST, at);
    long second = next(1);
    damage(SECOND, at);
    long third = next(1);

    assertThat(second).isEqualTo(first + 1);
    assertThat(third).isEqualTo(first + 2);
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 3, 8, 15})
  void aShortenedCopyGivesWayToTheOther(int length) throws IOException {
    long first = next(1_700_000_000_000L);
    byte[] content = Files.readAllBytes(data.resolve(FIRST));
    Files.write(data.resolve(FIRST), Arrays.copyOf(content, length));

    assertThat(next(1)).isEqualTo(first + 1);
  }

  @Test
  void aLostCopyIsMadeAgain() throws IOException {
    long first = next(1_700_000_000_000L);
    Files.delete(data.resolve(FIRST));
    long second = next(1);
    Files.delete(data.resolve(SECOND));

    assertThat(second).isEqualTo(first + 1);
    assertThat(next(1)).isEqualTo(first + 2);
  }

  @Test
  void aStopBetweenTheCopiesGivesAGreaterEpochAllTheSame() throws IOException {
    next(1_700_000_000_000L);
    byte[] older = Files.readAllBytes(data.resolve(SECOND));
    long second = next(1);
    Files.write(data.resolve(SECOND), older);

    assertThat(next(1)).isEqualTo(second + 1);
  }

  @Test
  void withoutAnyReadableCopyTheClockDecides() throws IOException {
    next(1_700_000_000_000L);
    damage(FIRST, 9);
    damage(SECOND, 9);

    assertThat(next(1_600_000_000_000L)).isEqualTo(1_600_000_000_000L);
    assertThat(next(1)).isEqualTo(1_600_000_000_001L);
  }

  @Test
  void anEpochThatCannotBeKeptIsNotGivenOut() throws IOException {
    Files.createDirectories(data.resolve(FIRST + ".new/occupied"));

    assertThatThrownBy(() -> next(7))
        .isInstanceOf(DcosNetException.class)
        .hasMessageContaining(FIRST);
  }

  @Test
  void aClockBeyondTheRangeIsRefused() {
    assertThatThrownBy(() -> next(EpochFile.MAX + 1))
        .isInstanceOf(DcosNetException.class)
        .hasMessageContaining("clock");
  }
}
