// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.linux.capability;

import io.dcosnet.linux.Errno;
import io.dcosnet.linux.libc.Libc;
import io.dcosnet.linux.libc.NativeMemory;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/**
 * Loads a program that lets every connection pass, and forgets it without attaching it; and looks
 * for the tree of groups to which such a program is attached.
 */
final class BpfProbe {

  private static final int LOAD_PROGRAM = 5;
  private static final int SOCKET_ADDRESS_PROGRAM = 18;
  private static final int IPV4_CONNECT = 10;
  private static final int ATTRIBUTE_OCTETS = 120;

  private static final int CODE = ATTRIBUTE_OCTETS + 8;
  private static final int LICENCE = CODE + 16;

  /** r0 = 1, which means to let it pass, and end. */
  private static final long[] PASS = {0xb7L | 1L << 32, 0x95L};

  private BpfProbe() {}

  static Capability run() {
    Optional<String> tree = tree();
    if (tree.isEmpty()) {
      return new Capability(Feature.SOCKET_BPF, false, "look for a cgroup2 mount", "there is none");
    }
    String tried = "load a program for connect";
    int fd = load();
    if (fd < 0) {
      Errno refused = new Errno(Libc.errno());
      return new Capability(Feature.SOCKET_BPF, false, tried, refused.toString());
    }
    int unused = Libc.close(fd);
    return new Capability(
        Feature.SOCKET_BPF, true, tried, "done, and forgotten; cgroup2 is at " + tree.get());
  }

  private static int load() {
    NativeMemory memory = new NativeMemory(LICENCE + 8);
    memory.host().putInt(0, SOCKET_ADDRESS_PROGRAM).putInt(4, PASS.length);
    memory.host().putLong(8, memory.address() + CODE);
    memory.host().putLong(16, memory.address() + LICENCE);
    memory.host().putInt(68, IPV4_CONNECT);
    memory.host().putLong(CODE, PASS[0]).putLong(CODE + 8, PASS[1]);
    memory.host().put(LICENCE, "GPL".getBytes(StandardCharsets.US_ASCII));
    int fd = Libc.bpf(LOAD_PROGRAM, memory.address(), ATTRIBUTE_OCTETS);
    return fd;
  }

  /** Where the tree is mounted; the first place where it is. */
  private static Optional<String> tree() {
    try {
      return Files.readAllLines(Path.of("/proc/self/mounts")).stream()
          .map(line -> line.split(" "))
          .filter(parts -> parts.length > 2 && parts[2].equals("cgroup2"))
          .map(parts -> parts[1])
          .findFirst();
    } catch (IOException e) {
      return Optional.empty();
    }
  }
}
