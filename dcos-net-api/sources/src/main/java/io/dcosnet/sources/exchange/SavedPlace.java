// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.sources.exchange;

import io.dcosnet.api.DcosNetException;
import io.dcosnet.api.spi.MetricsSink;
import io.dcosnet.api.spi.TimeSource;
import io.dcosnet.api.store.FileJournal;
import io.dcosnet.api.store.Journal;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/**
 * Where a {@link PersistedSource} keeps its journal; a host or a simulation may have one of its own
 * making. Its methods block, and are called by one thread at a time.
 */
public interface SavedPlace {

  /**
   * Opens the journal, or begins one.
   *
   * @throws DcosNetException when that fails
   */
  Journal open();

  /**
   * Puts what is there out of the way, for a person to look at, so that a new one can begin.
   *
   * @throws DcosNetException when that fails
   */
  void setAside();

  /** A directory; what is set aside has its name and {@code .damaged}, in place of an earlier. */
  static SavedPlace directory(Path directory, TimeSource time, MetricsSink metrics) {
    return new SavedPlace() {
      @Override
      public Journal open() {
        return FileJournal.open(directory, time, metrics);
      }

      @Override
      public void setAside() {
        Path aside = directory.resolveSibling(directory.getFileName() + ".damaged");
        try {
          if (Files.isDirectory(aside)) {
            deleteFiles(aside);
          }
          Files.move(directory, aside);
        } catch (IOException e) {
          throw new DcosNetException(directory + ": cannot be renamed to " + aside + ": " + e, e);
        }
      }

      @Override
      public String toString() {
        return directory.toString();
      }
    };
  }

  /** A journal's directory has files only. */
  private static void deleteFiles(Path directory) throws IOException {
    List<Path> files;
    try (Stream<Path> found = Files.list(directory)) {
      files = found.toList();
    }
    for (Path file : files) {
      Files.delete(file);
    }
    Files.delete(directory);
  }
}
