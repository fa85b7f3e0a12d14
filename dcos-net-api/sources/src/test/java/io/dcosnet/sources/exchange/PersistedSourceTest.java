// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.sources.exchange;

import static io.dcosnet.sources.exchange.Demo.DB;
import static io.dcosnet.sources.exchange.Demo.F;
import static io.dcosnet.sources.exchange.Demo.MASTERS;
import static io.dcosnet.sources.exchange.Demo.S1;
import static io.dcosnet.sources.exchange.Demo.STATE;
import static io.dcosnet.sources.exchange.Demo.WEB;
import static io.dcosnet.sources.exchange.Demo.start;
import static io.dcosnet.sources.exchange.Demo.stop;
import static io.dcosnet.sources.exchange.Demo.task;
import static org.assertj.core.api.Assertions.assertThat;

import io.dcosnet.api.Bytes;
import io.dcosnet.api.DcosNetException;
import io.dcosnet.api.cluster.ClusterPublisher;
import io.dcosnet.api.model.ClusterState;
import io.dcosnet.api.model.Masters;
import io.dcosnet.api.model.Task;
import io.dcosnet.api.store.Journal;
import io.dcosnet.api.store.MemoryJournal;
import io.dcosnet.testkit.RecordingMetrics;
import io.dcosnet.testkit.VirtualTime;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PersistedSourceTest {

  private static final ClusterState STALE = STATE.with(MASTERS.awaiting(Set.of(Masters.OTHERS)));

  private final VirtualTime time = new VirtualTime();
  private final RecordingMetrics metrics = new RecordingMetrics();
  private final Memory memory = new Memory();
  private ClusterPublisher inner = ClusterPublisher.create();
  private PersistedSource source = source(memory);

  /** A journal that a restart finds again, on a disk that can fail. */
  private static final class Memory implements SavedPlace {
    private MemoryJournal journal = MemoryJournal.create();
    private boolean broken;
    private boolean aside;

    @Override
    public Journal open() {
      if (broken) {
        throw new DcosNetException("memory: broken on purpose");
      }
      journal = journal.reopened();
      return journal;
    }

    @Override
    public void setAside() {
      aside = true;
      journal = MemoryJournal.create();
    }
  }

  private PersistedSource source(SavedPlace place) {
    return PersistedSource.create(inner, place, time, time, metrics);
  }

  private void restart() {
    restart(memory);
  }

  private void restart(SavedPlace place) {
    inner = ClusterPublisher.create();
    source = source(place);
    start(source, time);
  }

  private void pass(int seconds) {
    time.advance(Duration.ofSeconds(seconds));
  }

  @Test
  void tellsWhatTheOtherSourceTells() {
    start(source, time);
    assertThat(source.ready()).isFalse();

    inner.replace(STATE, List.of());
    pass(1);

    assertThat(source.cluster()).isEqualTo(STATE);
    assertThat(source.stale()).isFalse();
  }

  @Test
  void tellsTheLastStateAfterACrash() {
    start(source, time);
    inner.replace(STATE, List.of());
    pass(2);

    restart(); // nobody has stopped the first one
    pass(90);

    assertThat(source.cluster()).isEqualTo(STALE);
    assertThat(source.stale()).isTrue();
    assertThat(source.age()).isEqualTo(Duration.ofSeconds(91));
    assertThat(metrics.gauge("dcosnet.sources.saved.stale")).isEqualTo(1);
  }

  @Test
  void changesAreKeptToo() {
    start(source, time);
    inner.replace(STATE, List.of());
    pass(2);
    inner.remove(WEB.key());
    inner.put(task("more", "S1"));
    pass(2);

    restart();

    assertThat(source.cluster().tasks()).extracting(Task::name).containsExactly("db", "more");
  }

  @Test
  void whatCameInTheLastSecondIsKeptByAnOrderlyStop() {
    start(source, time);
    inner.replace(STATE, List.of());
    time.runReady();
    stop(source, time);
    pass(10);

    restart();

    assertThat(source.cluster()).isEqualTo(STALE);
    assertThat(source.age()).isEqualTo(Duration.ofSeconds(10));
  }

  @Test
  void theOtherSourceCountsAsSoonAsItIsReady() {
    tellsTheLastStateAfterACrash();

    inner.replace(STATE.without(DB.key()), List.of());
    pass(1);

    assertThat(source.cluster()).isEqualTo(STATE.without(DB.key()));
    assertThat(source.stale()).isFalse();
    assertThat(source.age()).isZero();
    pass(2);
    restart();
    assertThat(source.cluster().task(DB.key())).isEmpty();
  }

  @Test
  void keepsWhatRunsOnAgentsThatAreStillAwaited() {
    tellsTheLastStateAfterACrash();

    inner.replace(ClusterState.EMPTY.with(MASTERS.awaiting(Set.of("S1"))), List.of());
    pass(1);

    assertThat(source.cluster())
        .isEqualTo(ClusterState.of(List.of(WEB), List.of(S1), List.of(F), MASTERS));
  }

  @Test
  void changesThatComeFastShareAWrite() {
    start(source, time);
    inner.replace(STATE, List.of());
    pass(2);
    long before = metrics.count("dcosnet.sources.saved.writes");

    for (int i = 0; i < 50; i++) {
      inner.put(task("t" + i, "S1"));
      time.advance(Duration.ofMillis(100));
    }
    pass(2);

    assertThat(metrics.count("dcosnet.sources.saved.writes") - before).isBetween(3L, 6L);
  }

  @Test
  void manyChangesBecomeASnapshot() {
    start(source, time);
    List<Task> tasks = new ArrayList<>();
    for (int i = 0; i < 5_000; i++) {
      tasks.add(task("t" + i, "S1").toBuilder().label("text", "x".repeat(200)).build());
    }
    ClusterState state = ClusterState.of(tasks, List.of(S1), List.of(F), MASTERS);
    inner.replace(state, List.of());
    pass(2);
    for (int round = 0; round < 8; round++) {
      for (Task task : tasks.subList(0, 1_000)) {
        inner.put(task.toBuilder().label("round", "" + round).build());
      }
      pass(2);
    }
    ClusterState last = inner.cluster();

    restart();

    assertThat(source.cluster().tasks()).containsExactlyElementsOf(last.tasks());
    assertThat(memory.journal.recovered().snapshotNumber()).isPositive();
    assertThat(memory.journal.recovered().records()).hasSizeLessThan(9);
  }

  @Test
  void aDiskThatFailsCostsOnlyWhatWasToBeKept() {
    memory.broken = true;
    start(source, time);
    inner.replace(STATE, List.of());
    pass(5);
    assertThat(source.cluster()).isEqualTo(STATE);
    assertThat(metrics.count("dcosnet.sources.saved.failures")).isPositive();

    memory.broken = false;
    pass(60);
    restart();

    assertThat(source.cluster()).isEqualTo(STALE);
  }

  @Test
  void aJournalThatFailsIsOpenedAnew() {
    start(source, time);
    inner.replace(STATE, List.of());
    pass(2);
    memory.journal.close();
    inner.remove(WEB.key());
    pass(2);
    assertThat(metrics.count("dcosnet.sources.saved.failures")).isEqualTo(1);

    pass(60);
    restart();

    assertThat(source.cluster()).isEqualTo(STALE.without(WEB.key()));
  }

  @Test
  void whatCannotBeReadIsSetAside() {
    assertThat(memory.journal.append(1, Bytes.utf8("garbage"))).isCompleted();

    start(source, time);
    assertThat(source.ready()).isFalse();
    assertThat(memory.aside).isTrue();
    assertThat(metrics.count("dcosnet.sources.saved.damages")).isEqualTo(1);

    inner.replace(STATE, List.of());
    pass(2);
    restart();
    assertThat(source.cluster()).isEqualTo(STALE);
  }

  @Test
  void aDamagedFileIsRenamedAndANewOneBegun(@TempDir Path folder) throws IOException {
    Path directory = folder.resolve("facts");
    SavedPlace place = SavedPlace.directory(directory, time, metrics);
    for (int round = 0; round < 2; round++) {
      restart(place);
      inner.replace(STATE, List.of());
      time.runReady();
      stop(source, time);
      restart(place);
      assertThat(source.cluster()).isEqualTo(STALE);
      stop(source, time);
      damage(directory);

      restart(place);
      assertThat(source.ready()).isFalse();
      stop(source, time);
    }

    assertThat(metrics.count("dcosnet.sources.saved.damages")).isEqualTo(2);
    assertThat(folder.resolve("facts.damaged")).isDirectory();
  }

  private static void damage(Path directory) throws IOException {
    try (Stream<Path> files = Files.list(directory)) {
      for (Path file : files.toList()) {
        byte[] bytes = Files.readAllBytes(file);
        if (bytes.length > 8) {
          bytes[bytes.length / 2] ^= 0x55;
          bytes[bytes.length - 5] ^= 0x55;
          Files.write(file, bytes);
        }
      }
    }
  }

  @Test
  void aSerialIsNeverForgotten() {
    start(source, time);
    assertThat(source.serialFloor("mesos.")).isZero();
    for (long serial = 4_294_967_000L; serial < 4_294_967_000L + 5_000; serial += 7) {
      source.serialReached("mesos.", serial & 0xffff_ffffL);
      if (serial % 100 == 0) {
        pass(2);
      }
    }
    pass(2);

    restart();

    assertThat(source.serialFloor("mesos.")).isBetween(4_704L, 4_704L + 1_000);
  }
}
