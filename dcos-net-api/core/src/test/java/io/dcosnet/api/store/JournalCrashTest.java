// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.api.store;

import static org.assertj.core.api.Assertions.assertThat;

import io.dcosnet.api.store.SimulatedDisk.Fault;
import java.io.IOException;
import java.util.List;
import java.util.SplittableRandom;
import java.util.random.RandomGenerator;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Kills the writer of a journal, one that syncs each record and one that does so now and then, at
 * every single call that changes the disk, before and after it, in a process that dies and in a
 * machine that loses its power; then again at every call of the recovery.
 */
class JournalCrashTest {

  private static final int STEPS = 14;
  private static final int POWER_LOSSES = 4;

  /** A few, or with {@code -Plong} many; with each seed one of either kind. */
  static Stream<Arguments> seeds() {
    return LongStream.rangeClosed(1, Boolean.getBoolean("dcosnet.long") ? 100 : 2)
        .boxed()
        .flatMap(seed -> Stream.of(Arguments.of(seed, false), Arguments.of(seed, true)));
  }

  private static RandomGenerator random(long seed) {
    return new SplittableRandom(seed);
  }

  @ParameterizedTest
  @MethodSource("seeds")
  void keepsAllThatWasSafeWhereverTheWriterIsKilled(long seed, boolean lazy) throws IOException {
    SimulatedDisk undisturbed = new SimulatedDisk();
    new JournalStory(lazy).live(undisturbed, random(seed), STEPS);
    assertThat(undisturbed.calls()).isGreaterThan(20);

    for (int call = 0; call < undisturbed.calls(); call++) {
      for (Fault fault : List.of(Fault.KILLED_BEFORE, Fault.KILLED_AFTER)) {
        JournalStory story = new JournalStory(lazy);
        SimulatedDisk disk = new SimulatedDisk().failAt(call, fault);
        story.live(disk, random(seed), STEPS);
        assertThat(disk.isDead()).isTrue();

        goOn(story.copy(), disk.afterKill(), random(seed));
        for (int loss = 0; loss < POWER_LOSSES; loss++) {
          RandomGenerator fate = random(seed * 1000 + loss);
          goOn(story.afterPowerLoss(), disk.afterPowerLoss(fate), fate);
          killRecovery(story.afterPowerLoss(), disk, seed * 1000 + loss);
        }
      }
    }
  }

  /**
   * Recovers. What that shows must be there again when the power goes at once, and together with
   * what was written behind it when the power goes later.
   */
  private static void goOn(JournalStory story, SimulatedDisk disk, RandomGenerator random)
      throws IOException {
    JournalFiles files = story.recover(disk);
    int shown = story.safeRecords();

    JournalStory other = story.copy();
    other.recover(disk.afterPowerLoss(random)).close();
    assertThat(other.safeRecords()).isEqualTo(shown);

    story.append(files, random, 3);
    story.append(files, random, 1);
    files.sync();
    files.close();
    story.recover(disk.afterPowerLoss(random)).close();
    assertThat(story.safeRecords()).isEqualTo(shown + 4);
  }

  private static void killRecovery(JournalStory before, SimulatedDisk dead, long seed)
      throws IOException {
    SimulatedDisk counting = dead.afterPowerLoss(random(seed));
    before.copy().recover(counting).close();
    for (int call = 0; call < counting.calls(); call++) {
      JournalStory story = before.copy();
      SimulatedDisk disk = dead.afterPowerLoss(random(seed)).failAt(call, Fault.KILLED_BEFORE);
      story.live(disk, random(seed), 0);
      assertThat(disk.isDead()).isTrue();
      goOn(story, disk.afterPowerLoss(random(seed + call)), random(seed));
    }
  }

  @ParameterizedTest
  @MethodSource("seeds")
  void survivesEveryFailingCallWhenOpenedAnew(long seed, boolean lazy) throws IOException {
    SimulatedDisk undisturbed = new SimulatedDisk();
    new JournalStory(lazy).live(undisturbed, random(seed), STEPS);

    for (int call = 0; call < undisturbed.calls(); call++) {
      for (Fault fault : List.of(Fault.FAILS, Fault.FULL, Fault.SYNC_LIES)) {
        JournalStory story = new JournalStory(lazy);
        SimulatedDisk disk = new SimulatedDisk().failAt(call, fault);
        story.live(disk, random(seed), STEPS);

        // The same running system: what a lying sync did not store is still shown.
        SimulatedDisk later = disk.afterKill();
        for (int loss = 0; loss < POWER_LOSSES; loss++) {
          goOn(story.copy(), later.afterKill(), random(seed + loss));
        }
      }
    }
  }
}
