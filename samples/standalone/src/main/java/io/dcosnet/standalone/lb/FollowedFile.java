// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.standalone.lb;

import io.dcosnet.api.spi.Scheduler;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * A text file that is looked at a few times a second, and read when it is another one than before.
 *
 * <p><b>Thread-safe.</b>
 */
final class FollowedFile {

  private static final Duration INTERVAL = Duration.ofMillis(250);

  private final Path file;
  private final Scheduler scheduler;
  private final Executor executor;
  private final Consumer<String> changed;
  private final Consumer<String> failed;

  // Confined to whoever looks, which is one at a time.
  private List<Object> mark = List.of();
  private @Nullable String failure;

  private volatile boolean stopped;

  /**
   * @param changed gets the text, on the executor
   * @param failed gets the reason why there is none, once for each reason
   */
  FollowedFile(
      Path file,
      Scheduler scheduler,
      Executor executor,
      Consumer<String> changed,
      Consumer<String> failed) {
    this.file = file;
    this.scheduler = scheduler;
    this.executor = executor;
    this.changed = changed;
    this.failed = failed;
  }

  /** Reads it now, on this thread, and follows it from now on. */
  String begin() throws IOException {
    mark = markNow();
    String text = Files.readString(file, StandardCharsets.UTF_8);
    again();
    return text;
  }

  void stop() {
    stopped = true;
  }

  private void again() {
    if (!stopped) {
      var unused = scheduler.schedule(INTERVAL, this::handOver);
    }
  }

  private void handOver() {
    try {
      executor.execute(this::look);
    } catch (RejectedExecutionException e) {
      again(); // so much other work waits there
    }
  }

  private void look() {
    try {
      List<Object> now = markNow();
      if (!now.equals(mark)) {
        mark = now; // before it is read: a change meanwhile is seen the next time
        changed.accept(Files.readString(file, StandardCharsets.UTF_8));
      }
      failure = null;
    } catch (IOException e) {
      mark = List.of();
      String reason = e.getClass().getSimpleName() + ": " + e.getMessage();
      if (!Objects.equals(reason, failure)) {
        failed.accept(reason);
      }
      failure = reason;
    } finally {
      again();
    }
  }

  private List<Object> markNow() throws IOException {
    BasicFileAttributes now = Files.readAttributes(file, BasicFileAttributes.class);
    Object key = now.fileKey();
    return List.of(now.lastModifiedTime(), now.size(), key == null ? "" : key);
  }
}
