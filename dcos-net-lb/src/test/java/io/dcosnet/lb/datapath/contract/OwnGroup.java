// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.lb.datapath.contract;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.Objects.requireNonNull;

import io.dcosnet.linux.bpf.ControlGroup;
import io.dcosnet.testkit.Required;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** A control group for one test, in which this process is meanwhile. */
public final class OwnGroup implements AutoCloseable {

  private final Path before;
  private final Path directory;

  private OwnGroup(Path before, Path directory) {
    this.before = before;
    this.directory = directory;
  }

  /** Makes one and moves this process there, or skips the test where that is not allowed. */
  public static OwnGroup enter() throws IOException {
    Path root = ControlGroup.root().orElse(null);
    Required.that(root != null && Files.isWritable(root), "a cgroup2 mount and root are needed");
    String own =
        Files.readAllLines(Path.of("/proc/self/cgroup")).stream()
            .filter(line -> line.startsWith("0::/"))
            .map(line -> line.substring("0::/".length()))
            .findFirst()
            .orElseThrow();
    Path directory = Files.createTempDirectory(requireNonNull(root), "dcosnet-test-");
    OwnGroup group = new OwnGroup(requireNonNull(root).resolve(own), directory);
    moveTo(directory, ProcessHandle.current());
    return group;
  }

  private static void moveTo(Path directory, ProcessHandle process) throws IOException {
    String number = Long.toString(process.pid());
    Files.write(directory.resolve("cgroup.procs"), number.getBytes(UTF_8));
  }

  /** Has a process, which was started in here, go on where this one came from. */
  public void expel(ProcessHandle process) throws IOException {
    moveTo(before, process);
  }

  /** Of the cgroup tree. */
  public Path directory() {
    return directory;
  }

  /** What is attached there goes with it. */
  @Override
  public void close() throws IOException {
    moveTo(before, ProcessHandle.current());
    Files.delete(directory);
  }
}
