// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.api.store;

import io.dcosnet.api.Bytes;
import io.dcosnet.api.DcosNetException;
import io.dcosnet.api.store.DurableStore.Batch;
import io.dcosnet.api.store.DurableStore.Versioned;
import io.dcosnet.api.store.Journal.Entry;
import io.dcosnet.api.store.Journal.Recovered;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.pcollections.TreePMap;

/**
 * How a {@link StoreState} stands in a journal; all numbers are big-endian.
 *
 * <pre>
 * record of a batch    fence u64 | puts u32 | puts × (key, value) | deletes u32 | deletes × key
 * record of an epoch   epoch u64
 * snapshot             revision u64 | epoch u64 | entries u32 | entries × (key, revision u64, value)
 * key                  length u16, UTF-8          value   length u32, bytes
 * </pre>
 */
final class StoreFormat {

  static final int BATCH = 1;
  static final int EPOCH = 2;

  private StoreFormat() {}

  /**
   * @throws IllegalArgumentException for what no store takes
   */
  static Bytes encode(Batch batch) {
    batch.checks().forEach(check -> StoreKeys.requireKey(check.key()));
    long size = 8 + 4 + 4;
    for (Map.Entry<String, Bytes> put : batch.puts().entrySet()) {
      size += 2 + StoreKeys.requireKey(put.getKey()) + 4 + put.getValue().size();
    }
    for (String key : batch.deletes()) {
      size += 2 + StoreKeys.requireKey(key);
    }
    if (size > DurableStore.MAX_BATCH_BYTES) {
      throw new IllegalArgumentException(
          "batch: %d bytes (expected: at most %d)".formatted(size, DurableStore.MAX_BATCH_BYTES));
    }
    ByteBuffer buffer = ByteBuffer.allocate((int) size);
    buffer.putLong(batch.fence()).putInt(batch.puts().size());
    // Sorted, so that the same batch always makes the same bytes.
    new TreeMap<>(batch.puts())
        .forEach(
            (key, value) -> {
              putKey(buffer, key);
              putValue(buffer, value);
            });
    buffer.putInt(batch.deletes().size());
    batch.deletes().stream().sorted().forEach(key -> putKey(buffer, key));
    return Bytes.copyOf(buffer.flip());
  }

  static Bytes encodeEpoch(long epoch) {
    return Bytes.copyOf(ByteBuffer.allocate(8).putLong(epoch).flip());
  }

  static Bytes encode(StoreState state) {
    long size = 8 + 8 + 4;
    for (Map.Entry<String, Versioned> entry : state.entries().entrySet()) {
      size += 2 + StoreKeys.requireKey(entry.getKey()) + 8 + 4 + entry.getValue().value().size();
    }
    if (size > Integer.MAX_VALUE - 64) {
      throw new DcosNetException("snapshot: " + size + " bytes (expected: less than 2 GiB)");
    }
    ByteBuffer buffer = ByteBuffer.allocate((int) size);
    buffer.putLong(state.revision()).putLong(state.epoch()).putInt(state.entries().size());
    state
        .entries()
        .forEach(
            (key, entry) -> {
              putKey(buffer, key);
              buffer.putLong(entry.revision());
              putValue(buffer, entry.value());
            });
    return Bytes.copyOf(buffer.flip());
  }

  /**
   * What a journal adds up to.
   *
   * @throws DcosNetException for a journal that is whole and yet not that of a store
   */
  static StoreState decode(Recovered recovered) {
    String where = "snapshot " + recovered.snapshotNumber();
    try {
      StoreState state = StoreState.EMPTY;
      if (recovered.snapshotNumber() > 0) {
        state = decodeSnapshot(recovered.snapshotNumber(), recovered.snapshot().toByteBuffer());
      }
      for (Entry record : recovered.records()) {
        where = "record " + record.number();
        state = apply(state, record);
      }
      return state;
    } catch (BufferUnderflowException | IllegalArgumentException e) {
      throw new DcosNetException(where + ": not of a durable store (is this its directory?)", e);
    }
  }

  private static StoreState apply(StoreState state, Entry record) {
    ByteBuffer buffer = record.payload().toByteBuffer();
    StoreState next;
    switch (record.type()) {
      case BATCH -> next = state.plus(decodeBatch(buffer));
      case EPOCH -> {
        next = state.plusEpoch();
        require(buffer.getLong() == next.epoch(), "epoch");
      }
      default -> throw new IllegalArgumentException("type " + record.type());
    }
    require(!buffer.hasRemaining(), "length");
    return next;
  }

  private static Batch decodeBatch(ByteBuffer buffer) {
    long fence = buffer.getLong();
    Map<String, Bytes> puts = new HashMap<>();
    for (int i = buffer.getInt(); i > 0; i--) {
      puts.put(key(buffer), value(buffer));
    }
    Set<String> deletes = new HashSet<>();
    for (int i = buffer.getInt(); i > 0; i--) {
      deletes.add(key(buffer));
    }
    return new Batch(fence, List.of(), puts, deletes);
  }

  private static StoreState decodeSnapshot(long number, ByteBuffer buffer) {
    long revision = buffer.getLong();
    long epoch = buffer.getLong();
    TreeMap<String, Versioned> entries = new TreeMap<>();
    for (int i = buffer.getInt(); i > 0; i--) {
      String key = key(buffer);
      long written = buffer.getLong();
      entries.put(key, new Versioned(value(buffer), written));
    }
    require(!buffer.hasRemaining(), "length");
    return new StoreState(number, revision, epoch, TreePMap.fromSortedMap(entries));
  }

  private static void putKey(ByteBuffer buffer, String key) {
    byte[] bytes = key.getBytes(StandardCharsets.UTF_8);
    buffer.putShort((short) bytes.length).put(bytes);
  }

  private static void putValue(ByteBuffer buffer, Bytes value) {
    buffer.putInt(value.size()).put(value.toByteBuffer());
  }

  private static String key(ByteBuffer buffer) {
    return StandardCharsets.UTF_8
        .decode(slice(buffer, Short.toUnsignedInt(buffer.getShort())))
        .toString();
  }

  private static Bytes value(ByteBuffer buffer) {
    return Bytes.copyOf(slice(buffer, buffer.getInt()));
  }

  private static ByteBuffer slice(ByteBuffer buffer, int length) {
    require(length >= 0 && length <= buffer.remaining(), "length");
    ByteBuffer slice = buffer.slice(buffer.position(), length);
    buffer.position(buffer.position() + length);
    return slice;
  }

  private static void require(boolean holds, String what) {
    if (!holds) {
      throw new IllegalArgumentException(what);
    }
  }
}
