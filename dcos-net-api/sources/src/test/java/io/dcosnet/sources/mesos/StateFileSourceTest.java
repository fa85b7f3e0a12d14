// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.sources.mesos;

import static io.dcosnet.sources.mesos.States.json;
import static io.dcosnet.sources.mesos.States.task;
import static io.dcosnet.sources.mesos.States.withTasks;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.dcosnet.api.Lifecycle;
import io.dcosnet.api.model.ClusterUpdate;
import io.dcosnet.api.model.Task;
import io.dcosnet.api.net.IpAddress;
import io.dcosnet.sources.HostResolver;
import io.dcosnet.sources.SourceFailure;
import io.dcosnet.testkit.RecordingMetrics;
import io.dcosnet.testkit.VirtualTime;
import java.io.IOException;
import java.net.UnknownHostException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class StateFileSourceTest {

  @TempDir Path folder;
  private Path file;
  private final VirtualTime time = new VirtualTime();
  private final RecordingMetrics metrics = new RecordingMetrics();
  private final List<ClusterUpdate> updates = new ArrayList<>();
  private long age = 1_000_000;

  @BeforeEach
  void name() {
    file = folder.resolve("state.json");
  }

  /** Writes the file with a time of change that is long ago but new each time. */
  private void write(String text) throws IOException {
    Files.write(file, json(text));
    Files.setLastModifiedTime(file, FileTime.fromMillis(age += 1000));
  }

  private StateFileSource start() {
    StateFileSource source =
        StateFileSource.builder(file, time, Runnable::run).metrics(metrics).build();
    source.subscribe(Runnable::run, updates::add);
    CompletableFuture<Void> started = source.start().toCompletableFuture();
    time.advance(Duration.ZERO);
    assertThat(started).isCompleted();
    return source;
  }

  private void pass(Duration duration) {
    time.advance(duration);
  }

  private static List<String> tasks(StateFileSource source) {
    return source.cluster().tasks().stream().map(Task::id).toList();
  }

  private static String failure(StateFileSource source) {
    return source.lastFailure().map(SourceFailure::reason).orElse("");
  }

  @Test
  void hasReadTheFileWhenItHasStarted() throws IOException {
    write(withTasks(task("web.1", "")));

    StateFileSource source = start();

    assertThat(source.ready()).isTrue();
    assertThat(tasks(source)).containsExactly("web.1");
    assertThat(source.lastFailure()).isEmpty();
  }

  @Test
  void touchesNothingBeforeItStarts() {
    StateFileSource source = StateFileSource.builder(file, time, Runnable::run).build();
    pass(Duration.ofMinutes(1));

    assertThat(source.lastFailure()).isEmpty();
    source.close();
    assertThat(source.state()).isEqualTo(Lifecycle.State.STOPPED);
  }

  @Test
  void readsAChangeSoonAfterItWasMade() throws IOException {
    write(withTasks(task("web.1", "")));
    StateFileSource source = start();

    write(withTasks(task("web.1", ""), task("web.2", "")));
    pass(StateFileSource.DEFAULT_INTERVAL);

    assertThat(tasks(source)).containsExactly("web.1", "web.2");
    assertThat(updates).hasSize(2);
    assertThat(updates.get(1).change().tasks()).hasSize(1);
  }

  @Test
  void noticesAFileThatWasPutInItsPlaceWithTheSameSizeAndTime() throws IOException {
    write(withTasks(task("web.1", "")));
    StateFileSource source = start();
    Path next = folder.resolve("next.json");
    Files.write(next, json(withTasks(task("web.2", ""))));
    Files.setLastModifiedTime(next, Files.getLastModifiedTime(file));

    Files.move(next, file, StandardCopyOption.REPLACE_EXISTING);
    pass(StateFileSource.DEFAULT_INTERVAL);

    assertThat(tasks(source)).containsExactly("web.2");
  }

  @Test
  void noticesAChangeThatACoarseClockHides() throws IOException {
    write(withTasks(task("web.1", "")));
    FileTime now = FileTime.fromMillis(time.wallMillis());
    Files.setLastModifiedTime(file, now);
    StateFileSource source = start();

    Files.write(file, json(withTasks(task("web.2", ""))));
    Files.setLastModifiedTime(file, now);
    pass(Duration.ofSeconds(3));

    assertThat(tasks(source)).containsExactly("web.2");
  }

  @Test
  void readsAFileThatStaysAsItIsOnlyOnce() throws IOException {
    write(withTasks(task("web.1", "")));
    start();

    pass(Duration.ofMinutes(1));

    assertThat(metrics.count("dcosnet.sources.reads", "source", "file", "result", "changed"))
        .isEqualTo(1);
    assertThat(updates).hasSize(1);
  }

  @Test
  void keepsWhatItKnowsWhenTheFileIsRefusedAndSaysWhy() throws IOException {
    write(withTasks(task("web.1", "")));
    StateFileSource source = start();

    write("{'leader':");
    pass(Duration.ofSeconds(10));

    assertThat(tasks(source)).containsExactly("web.1");
    assertThat(failure(source)).contains("state.json").contains("ends in the middle");
    assertThat(source.lastFailure()).get().extracting(SourceFailure::inARow).isEqualTo(1);
    write(withTasks(task("web.2", "")));
    pass(StateFileSource.DEFAULT_INTERVAL);
    assertThat(tasks(source)).containsExactly("web.2");
    assertThat(source.lastFailure()).isEmpty();
  }

  @Test
  void givesAFileThatIsBeingWrittenASecondLook() throws IOException {
    write(withTasks(task("web.1", "")));
    StateFileSource source = start();

    write("{'leader':'master@192.0");
    pass(StateFileSource.DEFAULT_INTERVAL);
    assertThat(source.lastFailure()).isEmpty();
    write(withTasks(task("web.2", "")));
    pass(StateFileSource.DEFAULT_INTERVAL);

    assertThat(tasks(source)).containsExactly("web.2");
    assertThat(source.lastFailure()).isEmpty();
    assertThat(metrics.count("dcosnet.sources.reads", "source", "file", "result", "failed"))
        .isZero();
  }

  @Test
  void saysWhyAtOnceWhenItStartsWithAFileThatIsRefused() throws IOException {
    write("{}");

    StateFileSource source = start();

    assertThat(source.ready()).isFalse();
    assertThat(failure(source)).contains("no leader");
  }

  @Test
  void waitsForAFileThatIsNotThereYet() throws IOException {
    StateFileSource source = start();
    assertThat(failure(source)).contains("no such file");

    write(withTasks(task("web.1", "")));
    pass(StateFileSource.DEFAULT_INTERVAL);

    assertThat(tasks(source)).containsExactly("web.1");
    Files.delete(file);
    pass(StateFileSource.DEFAULT_INTERVAL);
    assertThat(failure(source)).contains("no such file");
    assertThat(tasks(source)).containsExactly("web.1");
    write(withTasks(task("web.2", "")));
    pass(StateFileSource.DEFAULT_INTERVAL);
    assertThat(tasks(source)).containsExactly("web.2");
  }

  @Test
  void saysThatAFolderIsNoFile() throws IOException {
    Files.createDirectory(file);

    assertThat(failure(start())).contains("state.json");
  }

  @Test
  void readsNowWhenAsked() throws IOException {
    write(withTasks(task("web.1", "")));
    FileTime same = Files.getLastModifiedTime(file);
    StateFileSource source = start();
    Files.write(file, json(withTasks(task("web.2", ""))));
    Files.setLastModifiedTime(file, same);

    source.readNow();
    time.advance(Duration.ZERO);

    assertThat(tasks(source)).containsExactly("web.2");
  }

  @Test
  void reportsPartsThatWereLeftOut() throws IOException {
    write(withTasks(task("web.1", ""), "{'id':'lost'}"));

    StateFileSource source = start();

    assertThat(source.rejections()).extracting("code").containsExactly("TASK_NO_AGENT");
    assertThat(metrics.count("dcosnet.sources.rejections", "code", "TASK_NO_AGENT")).isEqualTo(1);
  }

  @Test
  void publishesAgainWhenAHostHasGotItsAddress() throws IOException {
    AtomicBoolean known = new AtomicBoolean();
    HostResolver hosts =
        HostResolver.create(
            time,
            Runnable::run,
            host -> {
              if (!known.get()) {
                throw new UnknownHostException(host);
              }
              return List.of(IpAddress.parse("192.0.2.77"));
            });
    write(States.with("{'id':'S1','pid':'slave(1)@node1.example.org:5051'}", ""));
    StateFileSource source =
        StateFileSource.builder(file, time, Runnable::run).hosts(hosts).build();
    source.start();
    pass(Duration.ofSeconds(5));
    assertThat(source.cluster().agent("S1").orElseThrow().addresses()).isEmpty();
    assertThat(source.rejections()).extracting("code").containsExactly("HOST_UNRESOLVED");

    known.set(true);
    pass(HostResolver.RETRY_AFTER.multipliedBy(2));

    assertThat(source.cluster().agent("S1").orElseThrow().addresses())
        .containsExactly(IpAddress.parse("192.0.2.77"));
    assertThat(source.rejections()).isEmpty();
  }

  @Test
  void stopsLookingWhenItIsStopped() throws IOException {
    write(withTasks(task("web.1", "")));
    StateFileSource source = start();

    CompletableFuture<Void> stopped = source.stop(Duration.ZERO).toCompletableFuture();
    time.advance(Duration.ZERO);
    write(withTasks(task("web.2", "")));
    pass(Duration.ofMinutes(1));

    assertThat(stopped).isCompleted();
    assertThat(tasks(source)).containsExactly("web.1");
  }

  @Test
  void outlivesAnExecutorThatRefuses() throws IOException {
    AtomicBoolean full = new AtomicBoolean(true);
    write(withTasks(task("web.1", "")));
    StateFileSource source =
        StateFileSource.builder(
                file,
                time,
                work -> {
                  if (full.get()) {
                    throw new RejectedExecutionException("full");
                  }
                  work.run();
                })
            .build();
    source.start();
    time.advance(Duration.ZERO);
    assertThat(failure(source)).contains("full");

    full.set(false);
    pass(StateFileSource.DEFAULT_INTERVAL);

    assertThat(tasks(source)).containsExactly("web.1");
  }

  @Test
  void tellsAllProblemsOfItsConfiguration() {
    assertThatThrownBy(
            () ->
                StateFileSource.builder(file, time, Runnable::run)
                    .interval(Duration.ZERO)
                    .maxBytes(0)
                    .build())
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContainingAll("interval", "maxBytes");
  }
}
