// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.api.store;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.NavigableMap;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What lies in the directory of a journal. <b>Immutable</b> as far as it is used.
 *
 * @param logs by the number of their first record
 * @param snapshots by the number of the last record that they contain
 * @param unfinished left over by a crash
 */
record JournalNames(
    NavigableMap<Long, Path> logs, NavigableMap<Long, Path> snapshots, List<Path> unfinished) {

  private static final Pattern NAME = Pattern.compile("(log|snapshot)-([0-9]{18})(\\.new)?");

  static JournalNames in(Disk disk, Path directory) throws IOException {
    NavigableMap<Long, Path> logs = new TreeMap<>();
    NavigableMap<Long, Path> snapshots = new TreeMap<>();
    List<Path> unfinished = new ArrayList<>();
    for (String name : disk.list(directory)) {
      Matcher matcher = NAME.matcher(name);
      if (!matcher.matches()) {
        continue;
      }
      Path path = directory.resolve(name);
      if (matcher.group(3) != null) {
        unfinished.add(path);
      } else if (name.startsWith("log")) {
        logs.put(Long.parseLong(matcher.group(2)), path);
      } else {
        snapshots.put(Long.parseLong(matcher.group(2)), path);
      }
    }
    return new JournalNames(logs, snapshots, unfinished);
  }

  static Path log(Path directory, long first) {
    return directory.resolve("log-%018d".formatted(first));
  }

  static Path snapshot(Path directory, long number) {
    return directory.resolve("snapshot-%018d".formatted(number));
  }

  /** The name that a file has until it is complete. */
  static Path unfinished(Path path) {
    return path.resolveSibling(path.getFileName() + ".new");
  }

  /**
   * The logs that hold what came after a record: the one that could hold the next record, and those
   * behind it. Empty when the record after {@code number} is in no log.
   */
  NavigableMap<Long, Path> logsBehind(long number) {
    Long first = logs.floorKey(number + 1);
    return first == null ? Collections.emptyNavigableMap() : logs.tailMap(first, true);
  }

  /** What nobody needs as long as the last two snapshots are there, oldest first. */
  List<Path> superfluous() {
    if (snapshots.size() < 2) {
      return List
          .of(); // a single snapshot is not trusted alone: with all logs its loss costs nothing
    }
    long oldestKept = snapshots.lowerKey(snapshots.lastKey());
    NavigableMap<Long, Path> needed = logsBehind(oldestKept);
    List<Path> files = new ArrayList<>(snapshots.headMap(oldestKept, false).values());
    if (!needed.isEmpty()) {
      files.addAll(logs.headMap(needed.firstKey(), false).values());
    }
    return files;
  }
}
