// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.linux.bpf;

import static java.util.Objects.requireNonNull;

import io.dcosnet.linux.Errno;
import io.dcosnet.linux.KernelException;
import io.dcosnet.linux.libc.Libc;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * Entries that programs in the kernel and this process see alike. The map stays as long as this is
 * open, or a program is loaded that uses it.
 *
 * <p>Keys and values are octets of a fixed length. Each change of one entry is seen as a whole, and
 * at once.
 *
 * <p><b>Thread-safe</b>; one call at a time. <b>Errors.</b> {@link KernelException}; E2BIG means
 * that the map is full.
 */
public final class BpfMap implements AutoCloseable {

  /** Entries of one system call. */
  private static final int BATCH = 1024;

  private static final int BATCH_TOKEN_OCTETS = 64;
  private static final int BATCH_COUNT = 32;
  private static final Errno E2BIG = new Errno(7);

  private final MapShape shape;
  private final int id;
  private final int keyOctets;
  private final int valueOctets;
  private final BpfCall call;

  private final OpenFile file;

  private BpfMap(MapShape shape, int fd) {
    this.shape = shape;
    file = new OpenFile(fd);
    keyOctets = shape.keyOctets();
    valueOctets = shape.valueOctets();
    call = new BpfCall(2 * BATCH_TOKEN_OCTETS + BATCH * (keyOctets + valueOctets));
    id = BpfObject.id(fd, shape.toString());
  }

  /** Makes one without entries. */
  public static BpfMap create(MapShape shape) {
    BpfCall call = new BpfCall(TypeDescription.OCTETS);
    int types = shape.kind() == MapKind.SOCKET_STORAGE ? TypeDescription.load(call, shape) : -1;
    try {
      call.clear().u32(0, shape.kind().number()).u32(4, shape.keyOctets());
      call.u32(8, shape.valueOctets()).u32(12, shape.maxEntries()).u32(16, shape.kind().flags());
      call.name(28, shape.name());
      if (types >= 0) {
        call.u32(48, types).u32(52, TypeDescription.KEY).u32(56, TypeDescription.VALUE);
      }
      return own(shape, call.run(BpfCall.MAP_CREATE, "create " + shape));
    } finally {
      if (types >= 0) {
        int unused = Libc.close(types);
      }
    }
  }

  /**
   * Opens one that is there, if it has this shape: name, kind, lengths and room.
   *
   * @param id its number, as programs tell which maps they use
   */
  public static Optional<BpfMap> adopt(int id, MapShape shape) {
    int fd = BpfObject.open(BpfCall.MAP_BY_ID, id, "map " + id);
    if (fd < 0) {
      return Optional.empty();
    }
    if (BpfObject.hasShape(fd, shape)) {
      return Optional.of(own(shape, fd));
    }
    int unused = Libc.close(fd);
    return Optional.empty();
  }

  private static BpfMap own(MapShape shape, int fd) {
    return OpenFile.own(fd, open -> new BpfMap(shape, open));
  }

  public MapShape shape() {
    return shape;
  }

  /** The kernel's number for it. */
  public int id() {
    return id;
  }

  /** The open file that stands for it. */
  public int fd() {
    return file.fd(shape);
  }

  /** The value of a key; empty when there is none. */
  public synchronized Optional<byte[]> get(byte[] key) {
    one(key);
    if (call.run(BpfCall.MAP_LOOKUP) < 0) {
      Errno errno = BpfCall.errno();
      if (errno.equals(Errno.ENOENT)) {
        return Optional.empty();
      }
      throw new KernelException("look into " + shape, errno);
    }
    byte[] value = new byte[valueOctets];
    call.data(valuesAt()).get(value);
    return Optional.of(value);
  }

  /** Gives a key this value, whether it had one or not. */
  public synchronized void put(byte[] key, byte[] value) {
    check("value", value, valueOctets);
    one(key);
    call.data(valuesAt()).put(value);
    int unused = call.run(BpfCall.MAP_UPDATE, "put into " + shape);
  }

  /** Takes a key away; false when it is not there. */
  public synchronized boolean remove(byte[] key) {
    one(key);
    call.u64(16, 0);
    if (call.run(BpfCall.MAP_DELETE) < 0) {
      Errno errno = BpfCall.errno();
      if (errno.equals(Errno.ENOENT)) {
        return false;
      }
      throw new KernelException("remove from " + shape, errno);
    }
    return true;
  }

  /**
   * Puts many entries, in their order, some hundred with one system call.
   *
   * @return the place of the first one that the map has no room for, and those behind it were not
   *     put either; empty when all were put
   */
  public synchronized OptionalInt putAll(List<Map.Entry<byte[], byte[]>> entries) {
    for (int from = 0; from < entries.size(); from += BATCH) {
      int count = Math.min(BATCH, entries.size() - from);
      ByteBuffer keys = call.data(keysAt());
      ByteBuffer values = call.data(valuesAt());
      for (Map.Entry<byte[], byte[]> entry : entries.subList(from, from + count)) {
        check("key", entry.getKey(), keyOctets);
        check("value", entry.getValue(), valueOctets);
        keys.put(entry.getKey());
        values.put(entry.getValue());
      }
      batch(count);
      if (call.run(BpfCall.MAP_UPDATE_BATCH) < 0) {
        Errno errno = BpfCall.errno();
        if (errno.equals(E2BIG)) {
          return OptionalInt.of(from + call.u32(BATCH_COUNT));
        }
        throw new KernelException("put " + count + " into " + shape, errno);
      }
    }
    return OptionalInt.empty();
  }

  /** Takes many keys away; those that are not there are no matter. */
  public synchronized void removeAll(Collection<byte[]> keys) {
    for (byte[] key : keys) {
      boolean unused = remove(key);
    }
  }

  /** All entries. What changes meanwhile may be among them or not. */
  public synchronized List<Map.Entry<byte[], byte[]>> entries() {
    List<Map.Entry<byte[], byte[]>> all = new ArrayList<>();
    int token = 0; // where the kernel goes on; two take turns
    boolean first = true;
    while (true) {
      batch(BATCH);
      call.u64(0, first ? 0 : call.address(token));
      token = BATCH_TOKEN_OCTETS - token;
      call.u64(8, call.address(token));
      first = false;
      boolean more = call.run(BpfCall.MAP_LOOKUP_BATCH) >= 0;
      if (!more) {
        Errno errno = BpfCall.errno();
        if (!errno.equals(Errno.ENOENT)) {
          throw new KernelException("read " + shape, errno);
        }
      }
      read(all, call.u32(BATCH_COUNT));
      if (!more) {
        return all;
      }
    }
  }

  private void read(List<Map.Entry<byte[], byte[]>> all, int count) {
    ByteBuffer keys = call.data(keysAt());
    ByteBuffer values = call.data(valuesAt());
    for (int i = 0; i < count; i++) {
      byte[] key = new byte[keyOctets];
      byte[] value = new byte[valueOctets];
      keys.get(i * keyOctets, key);
      values.get(i * valueOctets, value);
      all.add(Map.entry(key, value));
    }
  }

  /** Attributes of a call about many entries. */
  private void batch(int count) {
    call.clear().u64(16, call.address(keysAt())).u64(24, call.address(valuesAt()));
    call.u32(BATCH_COUNT, count).u32(36, fd());
  }

  /** Attributes of a call about one entry. */
  private void one(byte[] key) {
    check("key", requireNonNull(key, "key"), keyOctets);
    call.data(keysAt()).put(key);
    call.clear().u32(0, fd()).u64(8, call.address(keysAt())).u64(16, call.address(valuesAt()));
  }

  private void check(String what, byte[] octets, int expected) {
    if (octets.length != expected) {
      throw new IllegalArgumentException(
          what + " of " + shape + ": " + octets.length + " octets (expected: " + expected + ")");
    }
  }

  private static int keysAt() {
    return 2 * BATCH_TOKEN_OCTETS;
  }

  private int valuesAt() {
    return keysAt() + BATCH * keyOctets;
  }

  /** Closes our file of it; idempotent. Programs that use it go on. */
  @Override
  public synchronized void close() {
    file.close();
  }

  @Override
  public String toString() {
    return shape.toString();
  }
}
