// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.gossip.log;

import static org.awaitility.Awaitility.await;

import io.dcosnet.api.Bytes;
import io.dcosnet.api.net.NodeId;
import io.dcosnet.gossip.crdt.CrdtOp;
import io.dcosnet.gossip.replica.ReplicaMark;
import io.dcosnet.gossip.settings.StoreSettings;
import io.dcosnet.gossip.settings.StoreSettings.Sync;
import io.dcosnet.gossip.store.Atom;
import io.dcosnet.gossip.store.Delta;
import io.dcosnet.gossip.store.Dot;
import io.dcosnet.gossip.store.Hlc;
import io.dcosnet.gossip.store.ReplicaId;
import io.dcosnet.gossip.store.StoreLimits;
import io.dcosnet.gossip.store.StoreRecord;
import io.dcosnet.gossip.store.StoreState;
import io.dcosnet.testkit.RecordingMetrics;
import io.dcosnet.testkit.VirtualTime;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.BooleanSupplier;
import java.util.stream.Stream;

/**
 * One node through several lives, with its store on disk. The test's thread is the replica's;
 * blocking work has threads of its own.
 */
final class StoreLives implements AutoCloseable {

  static final NodeId NODE = new NodeId(new UUID(0x1234_5678_9abc_4ef0L, 0x8000_0000_0000_0001L));

  final VirtualTime time = new VirtualTime();
  final RecordingMetrics metrics = new RecordingMetrics();
  final AtomicBoolean isFull = new AtomicBoolean();
  final List<String> told = new ArrayList<>();
  private final ExecutorService blocking = Executors.newCachedThreadPool();
  private final Hlc clock = new Hlc();
  private Path data;
  private StoreSettings settings = StoreSettings.lan();
  private String boot = "boot 1";
  private boolean first = true;
  private StoreFiles files;

  StoreLives(Path data) {
    this.data = data;
    this.files = open();
  }

  private StoreFiles open() {
    StorePlace place =
        new StorePlace(
            data,
            NODE,
            first,
            time.wallMillis(),
            settings,
            StoreLimits.USUAL,
            time,
            blocking,
            time,
            metrics);
    first = false;
    return StoreFiles.open(place, FlakyJournal.opener(JournalOpener.files(place), isFull), boot);
  }

  StoreFiles files() {
    return files;
  }

  ReplicaId id() {
    return files.state().self();
  }

  StoreLives sync(Sync sync) {
    settings = settings.withSync(sync);
    return this;
  }

  /** Ends in order and starts again. */
  void restart() {
    stop(false);
    start();
  }

  void stop(boolean othersLive) {
    var closed = files.close(othersLive).toCompletableFuture();
    until(closed::isDone);
  }

  void start() {
    files = open();
  }

  /** Starts again with what a killed process has left; that of before goes on with a copy. */
  void killed() {
    Path copy = data.resolveSibling(data.getFileName() + "+");
    copy(data, copy);
    stop(false);
    data = copy;
    start();
  }

  /** As {@link #killed}, and the system was started anew. */
  void crashed() {
    reboot();
    killed();
  }

  /** The next start will be after one of the system. */
  void reboot() {
    boot += "+";
  }

  private static void copy(Path from, Path to) {
    try (Stream<Path> all = Files.walk(from)) {
      for (Path file : all.toList()) {
        Path target = to.resolve(from.relativize(file).toString());
        if (!String.valueOf(file.getFileName()).equals("LOCK")) {
          Files.copy(file, target);
        }
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  Path journal() {
    return data.resolve("kv");
  }

  Path file(String name) {
    return data.resolve(name);
  }

  /** How long ago others lived, as it is on disk. */
  Duration contact() {
    ReplicaMark mark = new MarkFile(data).load().mark();
    return Duration.ofMillis(mark == null ? -1 : time.wallMillis() - mark.contactMillis());
  }

  /** Directories and files whose names start like this. */
  List<String> names(String prefix) {
    try (Stream<Path> all = Files.list(data)) {
      return all.map(file -> String.valueOf(file.getFileName()))
          .filter(name -> name.startsWith(prefix))
          .sorted()
          .toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Writes and notes in {@link #told} what the log says. */
  Dot put(String key, String value) {
    Delta delta = update(key, value);
    files.append(
        StoreRecord.of(delta),
        true,
        fault -> told.add(key + (fault.isEmpty() ? " is safe" : " failed: " + fault)));
    return delta.last().dot();
  }

  /** As if another replica had brought it: nobody waits. */
  void take(String key, String value) {
    files.append(StoreRecord.of(update(key, value)), false, fault -> told.add(key + " is taken"));
  }

  private Delta update(String key, String value) {
    return files
        .state()
        .update(key, List.of(new CrdtOp.Put(Bytes.utf8(value))), clock.next(time.wallMillis()));
  }

  String get(String key) {
    StoreState state = files.state();
    Map.Entry<Dot, Atom> winner = state.cell(key).winner();
    return winner == null ? "-" : winner.getValue().value().toUtf8();
  }

  /** Waits until so many were told how it ended. */
  List<String> told(int count) {
    until(() -> told.size() >= count);
    return told;
  }

  /** Runs what comes back from the disk, at the present time, until this holds. */
  void until(BooleanSupplier holds) {
    await()
        .atMost(Duration.ofSeconds(30))
        .pollInSameThread()
        .pollInterval(Duration.ofMillis(2))
        .until(
            () -> {
              time.runReady();
              return holds.getAsBoolean();
            });
  }

  @Override
  public void close() {
    stop(false);
    blocking.shutdown();
  }
}
