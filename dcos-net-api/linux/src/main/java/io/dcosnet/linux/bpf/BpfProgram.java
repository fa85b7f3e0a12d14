// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.linux.bpf;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.Objects.requireNonNull;

import io.dcosnet.linux.Errno;
import io.dcosnet.linux.KernelException;
import io.dcosnet.linux.libc.Libc;
import java.nio.ByteBuffer;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * A program within the kernel that may change where processes of a control group connect or send
 * to. It stays as long as this is open or it is attached somewhere, and an attached one goes on
 * without this process.
 *
 * <p><b>Thread-safe.</b> <b>Errors.</b> {@link KernelException}; when the kernel does not accept a
 * program, its words are what it found.
 */
public final class BpfProgram implements AutoCloseable {

  private static final int SOCKET_ADDRESS = 18;
  private static final int LOG_OCTETS = 1 << 16;
  private static final int LICENCE_OCTETS = 8;

  private final AttachPoint point;
  private final ProgramInfo info;

  private final OpenFile file;

  private BpfProgram(AttachPoint point, int fd, ProgramInfo info) {
    this.point = point;
    file = new OpenFile(fd);
    this.info = info;
  }

  /**
   * Has the kernel check a program and keep it.
   *
   * @param name at most 15 letters, digits and underscores
   */
  public static BpfProgram load(AttachPoint point, String name, BpfAssembler code) {
    requireNonNull(point, "point");
    BpfCall.checkName(name);
    long[] words = code.words();
    int fd = load(point, name, words, 0, new BpfCall(LICENCE_OCTETS + 8 * words.length));
    if (fd < 0) {
      throw refusal(point, name, words, BpfCall.errno());
    }
    return own(point, fd);
  }

  private static int load(
      AttachPoint point, String name, long[] words, int logOctets, BpfCall call) {
    ByteBuffer data = call.data(0);
    data.put(new byte[] {'G', 'P', 'L', 0, 0, 0, 0, 0});
    for (long word : words) {
      data.putLong(word);
    }
    call.clear().u32(0, SOCKET_ADDRESS).u32(4, words.length);
    call.u64(8, call.address(LICENCE_OCTETS)).u64(16, call.address(0));
    if (logOctets > 0) {
      call.u32(24, 1).u32(28, logOctets);
      call.u64(32, call.address(LICENCE_OCTETS + 8 * words.length));
    }
    call.name(48, name).u32(68, point.number());
    return call.run(BpfCall.PROGRAM_LOAD);
  }

  /** Asks once more, for what the kernel has to say. */
  private static KernelException refusal(
      AttachPoint point, String name, long[] words, Errno errno) {
    int logAt = LICENCE_OCTETS + 8 * words.length;
    BpfCall call = new BpfCall(logAt + LOG_OCTETS);
    int fd = load(point, name, words, LOG_OCTETS, call);
    if (fd >= 0) {
      int unused = Libc.close(fd);
    }
    byte[] log = new byte[LOG_OCTETS];
    call.data(logAt).get(log);
    int length = 0;
    while (length < LOG_OCTETS && log[length] != 0) {
      length++;
    }
    String said = new String(log, 0, length, UTF_8).strip();
    return new KernelException(
        "load program " + name + " for " + point,
        errno,
        said.isEmpty() ? Optional.empty() : Optional.of(said),
        OptionalInt.empty());
  }

  /** Opens one that is there; empty when there is none of that number any more. */
  public static Optional<BpfProgram> open(AttachPoint point, int id) {
    int fd = BpfObject.open(BpfCall.PROGRAM_BY_ID, id, "program " + id);
    if (fd < 0) {
      return Optional.empty();
    }
    return Optional.of(own(point, fd));
  }

  private static BpfProgram own(AttachPoint point, int fd) {
    return OpenFile.own(fd, open -> new BpfProgram(point, open, BpfObject.program(open)));
  }

  public AttachPoint point() {
    return point;
  }

  public ProgramInfo info() {
    return info;
  }

  int fd() {
    return file.fd(info);
  }

  /** Closes our file of it; idempotent. Where it is attached it goes on. */
  @Override
  public void close() {
    file.close();
  }

  @Override
  public String toString() {
    return info + " for " + point;
  }
}
