// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.gossip.log;

import io.dcosnet.api.Bytes;
import io.dcosnet.api.DecodeException;
import io.dcosnet.api.net.NodeId;
import io.dcosnet.gossip.replica.ReplicaMark;
import io.dcosnet.gossip.settings.StoreSettings.Sync;
import io.dcosnet.gossip.store.ReplicaId;
import java.io.IOException;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The {@link ReplicaMark} on disk. While the log lacks own writes the file has another name; to
 * give it one takes no room, so that it works on a full disk too.
 *
 * <p><b>Not thread-safe.</b> Its methods block.
 */
final class MarkFile {

  static final String NAME = "gossip.replica";
  static final String INCOMPLETE = NAME + ".incomplete";

  private static final Logger LOGGER = LoggerFactory.getLogger(MarkFile.class);

  private static final int MARK = 0x44475231; // DGR1
  private static final int MAX_OCTETS = 1024;
  private static final int FIXED_OCTETS = 8 + 8 + 4 + 1 + 1 + 8 + 1;

  /** Policies by their numbers in the file. */
  private static final List<Sync> POLICIES = List.of(Sync.EACH, Sync.INTERVAL, Sync.NONE);

  private final CheckedFile file;
  private final CheckedFile incomplete;

  MarkFile(Path data) {
    this.file = new CheckedFile(data.resolve(NAME), MARK, MAX_OCTETS);
    this.incomplete = new CheckedFile(data.resolve(INCOMPLETE), MARK, MAX_OCTETS);
  }

  /**
   * What the last life left.
   *
   * @param mark null when there is none that can be read
   * @param incomplete whether own writes are missing in the log
   */
  record Left(@Nullable ReplicaMark mark, boolean incomplete) {}

  Left load() {
    boolean lacks = Files.exists(incomplete.path());
    return new Left(read(lacks ? incomplete : file), lacks);
  }

  private static @Nullable ReplicaMark read(CheckedFile from) {
    try {
      Bytes content = from.read();
      return content == null ? null : decode(content.toByteBuffer());
    } catch (IOException | IllegalArgumentException | DecodeException e) {
      LOGGER.warn(
          "cannot be read, taking a generation that nobody had file={} reason=\"{}\"",
          from.path(),
          e instanceof DecodeException ? e.getMessage() : e.toString());
      return null;
    }
  }

  /** Safe when it returns; the log is complete then. */
  void save(ReplicaMark mark) throws IOException {
    file.write(encode(mark));
    Files.deleteIfExists(incomplete.path());
  }

  /** The log lacks own writes from now on. */
  void incomplete() throws IOException {
    if (Files.exists(file.path())) {
      Files.move(
          file.path(),
          incomplete.path(),
          StandardCopyOption.ATOMIC_MOVE,
          StandardCopyOption.REPLACE_EXISTING);
    }
  }

  private static Bytes encode(ReplicaMark mark) {
    byte[] boot = mark.boot().getBytes(StandardCharsets.US_ASCII);
    UUID node = mark.id().node().uuid();
    return Bytes.copyOf(
        ByteBuffer.allocate(FIXED_OCTETS + boot.length)
            .putLong(node.getMostSignificantBits())
            .putLong(node.getLeastSignificantBits())
            .putInt(mark.id().generation())
            .put((byte) POLICIES.indexOf(mark.sync()))
            .put((byte) (mark.closed() ? 1 : 0))
            .putLong(mark.contactMillis())
            .put((byte) boot.length)
            .put(boot)
            .flip());
  }

  private static ReplicaMark decode(ByteBuffer in) {
    try {
      NodeId node = new NodeId(new UUID(in.getLong(), in.getLong()));
      ReplicaId id = new ReplicaId(node, in.getInt());
      int policy = in.get();
      int closed = in.get();
      long contact = in.getLong();
      byte[] boot = new byte[in.get() & 0xff];
      in.get(boot);
      if (policy < 0
          || policy >= POLICIES.size()
          || closed < 0
          || closed > 1
          || in.hasRemaining()) {
        throw new DecodeException("mark of a replica: not one of ours", in.position());
      }
      String text = new String(boot, StandardCharsets.US_ASCII);
      return new ReplicaMark(id, POLICIES.get(policy), text, closed == 1, contact);
    } catch (BufferUnderflowException e) {
      throw new DecodeException("mark of a replica: cut off", in.position());
    }
  }
}
