// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.dns.resolvconf;

import io.dcosnet.api.spi.TimeSource;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.concurrent.locks.LockSupport;

/**
 * Reads a file that somebody may be writing just now. Many programs empty the file and write it
 * again in place; what is read between is nothing, or a part.
 *
 * <p><b>Thread-safe.</b> Reading blocks for up to a second, and not at all for a file that was
 * changed longer ago than that.
 */
final class SettledFile {

  private static final Duration LONGEST = Duration.ofSeconds(1);
  private static final int LOOKS = 20;

  private final TimeSource time;
  private final Runnable pause;

  /**
   * @param time of the machine that the file is on
   * @param pause waits between two looks
   */
  SettledFile(TimeSource time, Runnable pause) {
    this.time = time;
    this.pause = pause;
  }

  static SettledFile waiting() {
    long nanos = LONGEST.toNanos() / LOOKS;
    return new SettledFile(TimeSource.system(), () -> LockSupport.parkNanos(nanos));
  }

  /** What it holds once that does not change, and is not nothing unless it stays so. */
  byte[] read(Path file) throws IOException {
    byte[] now = Files.readAllBytes(file);
    if (isOld(file)) {
      return now;
    }
    for (int look = 0; look < LOOKS; look++) {
      pause.run();
      byte[] before = now;
      now = Files.readAllBytes(file);
      if (now.length > 0 && Arrays.equals(now, before)) {
        break;
      }
    }
    return now;
  }

  /** After it was read; a change since makes it a young one. */
  private boolean isOld(Path file) throws IOException {
    Instant now = Instant.ofEpochMilli(time.wallMillis());
    Duration age = Duration.between(Files.getLastModifiedTime(file).toInstant(), now);
    return age.compareTo(LONGEST) > 0;
  }
}
