// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.linux.bpf;

import io.dcosnet.linux.Errno;
import io.dcosnet.linux.KernelException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;

/** Programs and maps by their numbers, and what the kernel tells of them. */
final class BpfObject {

  private static final int INFO_OCTETS = 232;
  private static final int MAX_MAPS = 64;

  private BpfObject() {}

  /** Opens a file that stands for it; -1 when there is none of that number any more. */
  static int open(int command, int id, String what) {
    BpfCall call = new BpfCall(0);
    int fd = call.clear().u32(0, id).run(command);
    if (fd < 0) {
      Errno errno = BpfCall.errno();
      if (!errno.equals(Errno.ENOENT)) {
        throw new KernelException("open bpf " + what, errno);
      }
    }
    return fd;
  }

  /** The kernel's number of a map or a program. */
  static int id(int fd, String what) {
    return info(fd, what, 0).getInt(4);
  }

  static boolean hasShape(int fd, MapShape shape) {
    ByteBuffer info = info(fd, shape.toString(), 0);
    return info.getInt(0) == shape.kind().number()
        && info.getInt(8) == shape.keyOctets()
        && info.getInt(12) == shape.valueOctets()
        && info.getInt(16) == shape.maxEntries()
        && BpfCall.nameIn(info, 24).equals(shape.name());
  }

  static ProgramInfo program(int fd) {
    ByteBuffer info = info(fd, "program", MAX_MAPS);
    int count = Math.min(MAX_MAPS, info.getInt(52));
    List<Integer> maps = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      maps.add(info.getInt(INFO_OCTETS + 4 * i));
    }
    return new ProgramInfo(
        info.getInt(4), BpfCall.nameIn(info, 64), info.getLong(8), List.copyOf(maps));
  }

  /** What the kernel tells, and behind that the numbers of so many maps that a program uses. */
  private static ByteBuffer info(int fd, String what, int maps) {
    BpfCall call = new BpfCall(INFO_OCTETS + 4 * maps);
    ByteBuffer info = call.data(0);
    if (maps > 0) {
      info.putInt(52, maps).putLong(56, call.address(INFO_OCTETS));
    }
    call.clear().u32(0, fd).u32(4, INFO_OCTETS).u64(8, call.address(0));
    int unused = call.run(BpfCall.OBJECT_INFO, "ask about bpf " + what);
    return info;
  }
}
