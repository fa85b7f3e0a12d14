// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.gossip.replica;

import static org.assertj.core.api.Assertions.assertThat;

import io.dcosnet.api.net.NodeId;
import io.dcosnet.gossip.replica.Generations.Found;
import io.dcosnet.gossip.settings.StoreSettings.Sync;
import io.dcosnet.gossip.store.ReplicaId;
import java.time.Duration;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

class GenerationsTest {

  private static final NodeId SELF = new NodeId(new UUID(0x1234_5678_9abc_4ef0L, 1L << 63));
  private static final NodeId OTHER = new NodeId(new UUID(0x1234_5678_9abc_4ef1L, 1L << 63));
  private static final long WALL = 1_790_000_000_000L;
  private static final Duration WEEK = Duration.ofDays(7);

  private static Generations start(boolean first, String boot) {
    return new Generations(SELF, first, WALL, boot, WALL);
  }

  private static ReplicaMark mark(Sync sync, String boot, boolean closed) {
    return new ReplicaMark(new ReplicaId(SELF, 3), sync, boot, closed, 0);
  }

  @ParameterizedTest
  @CsvSource({
    "INTERVAL, a, false, a, 3",
    "INTERVAL, a, false, b, 4",
    "INTERVAL, a, true, b, 3",
    "INTERVAL, a, false, '', 4",
    "INTERVAL, '', false, '', 4",
    "INTERVAL, '', true, '', 3",
    "NONE, a, false, a, 3",
    "NONE, a, false, b, 4",
    "EACH, a, false, b, 3",
    "EACH, '', false, '', 3"
  })
  void anotherRunOfTheSystemMayLackWritesThatWereNotSynced(
      Sync sync, String bootBefore, boolean closed, String bootNow, int generation) {
    ReplicaId next = start(false, bootNow).next(mark(sync, bootBefore, closed), Found.ALL);

    assertThat(next).isEqualTo(new ReplicaId(SELF, generation));
  }

  @ParameterizedTest
  @EnumSource(
      value = Found.class,
      names = {"SOME", "NOTHING"})
  void whatIsKnownToBeLostAlwaysMakesAnotherReplica(Found found) {
    assertThat(start(false, "a").next(mark(Sync.EACH, "a", true), found))
        .isEqualTo(new ReplicaId(SELF, 4));
  }

  @Test
  void theFirstStartOfAllBeginsWithTheFirstGeneration() {
    assertThat(start(true, "a").next(null, Found.NOTHING)).isEqualTo(new ReplicaId(SELF, 1));
  }

  @Test
  void withoutAMarkEachStartIsLaterThanAllBefore() {
    ReplicaId last = new ReplicaId(SELF, 1_000);
    for (int second = 0; second < 10; second++) {
      long epoch = WALL + 1000L * second;
      ReplicaId next = new Generations(SELF, false, epoch, "a", WALL).next(null, Found.ALL);
      assertThat(next).isGreaterThan(last);
      last = next;
    }
  }

  @Test
  void theMarkOfAnotherMemberDoesNotCount() {
    ReplicaMark theirs = mark(Sync.EACH, "a", true).withId(new ReplicaId(OTHER, 1));
    ReplicaId next = start(false, "a").next(theirs, Found.ALL);

    assertThat(next.node()).isEqualTo(SELF);
    assertThat(next.generation()).isGreaterThan(1_000);
  }

  @ParameterizedTest
  @CsvSource({"-1, false", "0, false", "1, true", "100000000, true"})
  void whoMetNobodyForLongerThanAllowedIsStale(long beyondMillis, boolean stale) {
    long contact = WALL - WEEK.toMillis() - beyondMillis;
    assertThat(start(false, "a").isStale(contact, WEEK)).isEqualTo(stale);
  }

  @Test
  void whoNeverMetAnybodyIsNeverStaleNorIsOneWhoseClockWasSetBack() {
    assertThat(start(false, "a").isStale(0, WEEK)).isFalse();
    assertThat(start(false, "a").isStale(WALL + 1, WEEK)).isFalse();
  }
}
