// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.lb.edge.haproxy;

import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** Collects the files beside a configuration. <b>Confined to</b> one thread. */
final class Output {

  private final @Nullable String folder;
  private final SortedMap<String, String> files = new TreeMap<>();

  /**
   * @param folder that the files will stand in, null when there must be none
   */
  Output(@Nullable String folder) {
    this.folder = folder;
  }

  @Nullable String folder() {
    return folder;
  }

  /** Adds a file and returns the path that it will have. */
  String add(String name, String content) {
    files.put(name, content);
    return folder + "/" + name;
  }

  SortedMap<String, String> files() {
    return files;
  }
}
