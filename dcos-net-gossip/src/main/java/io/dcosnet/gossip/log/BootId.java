// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.gossip.log;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;

/** Tells one run of the operating system from another: what it had in memory is gone in between. */
final class BootId {

  private static final Path LINUX = Path.of("/proc/sys/kernel/random/boot_id");
  private static final int LENGTH = 36;

  private BootId() {}

  /** That of this run; empty where the system has none. */
  static String read() {
    return read(LINUX);
  }

  static String read(Path file) {
    try {
      String id = new String(Files.readAllBytes(file), StandardCharsets.ISO_8859_1).strip();
      return id.length() == LENGTH && id.chars().allMatch(c -> c > ' ' && c < 0x7f) ? id : "";
    } catch (IOException e) {
      return ""; // not Linux, or not shown to us: then each start counts as after a new boot
    }
  }
}
