// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.sources.mesos;

import io.dcosnet.api.spi.TimeSource;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Tells whether a file has changed since it was read, and reads it then. <b>Confined to</b> one
 * thread at a time.
 */
final class StateFile {

  // A write this soon after our read may leave size and time as they are on coarse file systems,
  // so a young file is read once more when it has come of age.
  private static final Duration COARSEST_FILE_TIME = Duration.ofSeconds(2);

  /** What tells one version of a file from the next. */
  private record Version(long size, FileTime modified, @Nullable Object inode) {}

  private final Path file;
  private final MesosStateReader reader;
  private final TimeSource time;

  private @Nullable Version seen; // read, or refused and reported
  private boolean seenOfAge;
  private @Nullable Version suspect; // refused, but perhaps half written

  StateFile(Path file, MesosStateReader reader, TimeSource time) {
    this.file = file;
    this.reader = reader;
    this.time = time;
  }

  /**
   * Looks at the file and does at most one of the three: nothing, if it is as it was.
   *
   * @param force true to read it in any case, and to report what is wrong with it at once
   * @param changed gets what was read
   * @param failed gets the reason for a person
   */
  void look(boolean force, Consumer<MesosState> changed, Consumer<String> failed) {
    try {
      Version version = version();
      boolean ofAge = isOfAge(version);
      boolean same = version.equals(seen);
      if (!force && same && (seenOfAge || !ofAge)) {
        return;
      }
      try {
        MesosState state = read();
        settle(version, ofAge);
        changed.accept(state);
      } catch (StateRefusedException e) {
        if (!force && !same && !version.equals(suspect)) {
          suspect = version;
          return;
        }
        settle(version, ofAge);
        failed.accept(file + ": " + e.getMessage());
      }
    } catch (NoSuchFileException e) {
      seen = null;
      failed.accept(file + ": no such file");
    } catch (IOException e) {
      seen = null;
      failed.accept(file + ": " + e.getMessage());
    }
  }

  private void settle(Version version, boolean ofAge) {
    seen = version;
    seenOfAge = ofAge;
    suspect = null;
  }

  private MesosState read() throws IOException {
    try (InputStream in = Files.newInputStream(file)) {
      return reader.read(in);
    }
  }

  private Version version() throws IOException {
    BasicFileAttributes found = Files.readAttributes(file, BasicFileAttributes.class);
    return new Version(found.size(), found.lastModifiedTime(), found.fileKey());
  }

  private boolean isOfAge(Version version) {
    long age = time.wallMillis() - version.modified().toMillis();
    return Math.abs(age) > COARSEST_FILE_TIME.toMillis();
  }
}
