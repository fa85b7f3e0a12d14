// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.dns.zonefile;

import static java.util.Objects.requireNonNull;

import io.dcosnet.api.event.Subscription;
import io.dcosnet.api.spi.Scheduler;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import org.jspecify.annotations.Nullable;

/**
 * Reads a file when it has changed, looking at it in even steps. The first look reads at once; a
 * change is read when the file has stayed the same for one step, so that nobody sees half of it.
 *
 * <p><b>Thread-safe.</b> The file is touched, and the reader called, on the executor, one call at a
 * time.
 */
public final class FileWatch {

  /** Gets what is found. */
  public interface Reader {
    /** The file is new or has changed; may come again with what it had. */
    void read(byte[] content);

    /** It cannot be read; told once as long as the reason stays. */
    void failed(String reason);
  }

  // A write this soon after our read may leave size and time as they are on coarse file systems,
  // so a young file is read once more when it has come of age.
  private static final Duration COARSEST_FILE_TIME = Duration.ofSeconds(2);

  /** What tells one version of a file from the next. */
  private record Version(long size, FileTime modified, @Nullable Object inode) {}

  private final Path file;
  private final Duration step;
  private final long maxBytes;
  private final Scheduler scheduler;
  private final Executor executor;
  private final Reader reader;

  // Touched by one look at a time; looks follow one another through the scheduler.
  private @Nullable Version seen;
  private boolean seenOfAge;
  private @Nullable Version suspect;
  private String failure = "";

  // Confined to the scheduler.
  private Scheduler.@Nullable Timer timer;
  private volatile boolean stopped;

  private FileWatch(
      Path file,
      Duration step,
      long maxBytes,
      Scheduler scheduler,
      Executor executor,
      Reader reader) {
    this.file = requireNonNull(file, "file");
    this.step = requireNonNull(step, "step");
    this.maxBytes = maxBytes;
    this.scheduler = requireNonNull(scheduler, "scheduler");
    this.executor = requireNonNull(executor, "executor");
    this.reader = requireNonNull(reader, "reader");
  }

  /**
   * Begins to watch.
   *
   * @param step between two looks
   * @param maxBytes a larger file cannot be read
   * @return ends it
   */
  public static Subscription begin(
      Path file,
      Duration step,
      long maxBytes,
      Scheduler scheduler,
      Executor executor,
      Reader reader) {
    FileWatch watch = new FileWatch(file, step, maxBytes, scheduler, executor, reader);
    scheduler.execute(watch::look);
    return watch::stop;
  }

  private void stop() {
    stopped = true;
    scheduler.execute(
        () -> {
          if (timer != null) {
            timer.cancel();
          }
        });
  }

  private void look() {
    if (stopped) {
      return;
    }
    try {
      executor.execute(
          () -> {
            try {
              lookNow();
            } finally {
              scheduler.execute(this::lookLater);
            }
          });
    } catch (RejectedExecutionException e) {
      fail("no thread to read the file: " + e.getMessage());
      lookLater();
    }
  }

  private void lookLater() {
    if (!stopped) {
      timer = scheduler.schedule(step, this::look);
    }
  }

  private void lookNow() {
    if (stopped) {
      return;
    }
    try {
      Version version = version();
      boolean ofAge = isOfAge(version);
      // After a failure it is read again even if it is the one from before that came back.
      boolean same = version.equals(seen) && failure.isEmpty();
      if (same && (seenOfAge || !ofAge)) {
        return;
      }
      if (!same && seen != null && !version.equals(suspect)) {
        suspect = version; // perhaps half written
        return;
      }
      byte[] content = read(version);
      seen = version;
      seenOfAge = ofAge;
      suspect = null;
      failure = "";
      reader.read(content);
    } catch (NoSuchFileException e) {
      fail("no such file");
    } catch (IOException e) {
      fail(String.valueOf(e.getMessage()));
    }
  }

  private void fail(String reason) {
    if (!failure.equals(reason)) {
      failure = reason;
      reader.failed(file + ": " + reason);
    }
  }

  private byte[] read(Version version) throws IOException {
    if (version.size() > maxBytes) {
      throw new IOException(version.size() + " bytes (expected: at most " + maxBytes + ")");
    }
    return Files.readAllBytes(file);
  }

  private Version version() throws IOException {
    BasicFileAttributes found = Files.readAttributes(file, BasicFileAttributes.class);
    return new Version(found.size(), found.lastModifiedTime(), found.fileKey());
  }

  private boolean isOfAge(Version version) {
    long age = scheduler.time().wallMillis() - version.modified().toMillis();
    return Math.abs(age) > COARSEST_FILE_TIME.toMillis();
  }
}
