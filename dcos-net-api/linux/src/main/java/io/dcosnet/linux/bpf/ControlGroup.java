// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.linux.bpf;

import static java.util.Objects.requireNonNull;

import io.dcosnet.linux.Errno;
import io.dcosnet.linux.KernelException;
import io.dcosnet.linux.libc.Libc;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * A group of processes to which programs are attached. They are asked for all processes in it and
 * in groups below it, beside programs that others attached.
 *
 * <p><b>Thread-safe</b>; one call at a time.
 */
public final class ControlGroup implements AutoCloseable {

  private static final int DIRECTORY = 0x10000;
  private static final int DIRECTORY_AARCH64 = 0x4000;
  private static final int ALLOW_MULTI = 2;
  private static final int REPLACE = 4;
  private static final int MAX_PROGRAMS = 64;

  private final Path directory;
  private final BpfCall call = new BpfCall(4 * MAX_PROGRAMS);

  private final OpenFile file;

  private ControlGroup(Path directory, int fd) {
    this.directory = directory;
    file = new OpenFile(fd);
  }

  /** Where the tree of all groups is mounted; empty on hosts that do not have it (version 2). */
  public static Optional<Path> root() {
    try {
      return Files.readAllLines(Path.of("/proc/self/mounts")).stream()
          .map(line -> line.split(" "))
          .filter(parts -> parts.length > 2 && parts[2].equals("cgroup2"))
          .map(parts -> Path.of(parts[1]))
          .findFirst();
    } catch (IOException e) {
      return Optional.empty();
    }
  }

  /** Opens one that is there. */
  public static ControlGroup open(Path directory) {
    int flag = System.getProperty("os.arch", "").equals("aarch64") ? DIRECTORY_AARCH64 : DIRECTORY;
    String shown = requireNonNull(directory, "directory").toString();
    int fd = Libc.open(shown, Libc.O_RDONLY | Libc.O_CLOEXEC | flag);
    if (fd < 0) {
      throw new KernelException("open control group " + shown, new Errno(Libc.errno()));
    }
    return new ControlGroup(directory, fd);
  }

  public Path directory() {
    return directory;
  }

  /**
   * The programs that are attached here, not those of groups above, in the order of their turns.
   */
  public synchronized List<Integer> attached(AttachPoint point) {
    call.clear().u32(0, fd()).u32(4, point.number());
    call.u64(16, call.address(0)).u32(24, MAX_PROGRAMS);
    int unused = call.run(BpfCall.PROGRAM_QUERY, "list what is attached to " + this);
    List<Integer> ids = new ArrayList<>();
    ByteBuffer data = call.data(0);
    for (int i = 0; i < call.u32(24); i++) {
      ids.add(data.getInt(4 * i));
    }
    return List.copyOf(ids);
  }

  /** Attaches a program beside those that are there. */
  public synchronized void attach(BpfProgram program) {
    call.clear().u32(0, fd()).u32(4, program.fd()).u32(8, program.point().number());
    call.u32(12, ALLOW_MULTI);
    int unused = call.run(BpfCall.PROGRAM_ATTACH, "attach " + program + " to " + this);
  }

  /** Attaches a program in place of another one, without a moment when neither is asked. */
  public synchronized void replace(BpfProgram old, BpfProgram program) {
    call.clear().u32(0, fd()).u32(4, program.fd()).u32(8, program.point().number());
    call.u32(12, ALLOW_MULTI | REPLACE).u32(16, old.fd());
    int unused = call.run(BpfCall.PROGRAM_ATTACH, "attach " + program + " for " + old);
  }

  /** Takes a program away; false when it is not attached. */
  public synchronized boolean detach(BpfProgram program) {
    call.clear().u32(0, fd()).u32(4, program.fd()).u32(8, program.point().number());
    if (call.run(BpfCall.PROGRAM_DETACH) < 0) {
      Errno errno = BpfCall.errno();
      if (errno.equals(Errno.ENOENT)) {
        return false;
      }
      throw new KernelException("detach " + program + " from " + this, errno);
    }
    return true;
  }

  private int fd() {
    return file.fd(this);
  }

  /** Closes our file of it; idempotent. What is attached stays. */
  @Override
  public synchronized void close() {
    file.close();
  }

  @Override
  public String toString() {
    return "control group " + directory;
  }
}
