// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.gossip.log;

import io.dcosnet.api.Bytes;
import io.dcosnet.api.DecodeException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.zip.CRC32C;
import org.jspecify.annotations.Nullable;

/**
 * A small file that is replaced whole: after a crash there is either the old content or the new.
 * Its form: a mark of four octets that tells what it is, CRC-32C of the content, the content.
 *
 * <p><b>Not thread-safe.</b>
 */
final class CheckedFile {

  private static final int HEADER_OCTETS = 8;

  private final Path file;
  private final int mark;
  private final int limit;

  /**
   * @param limit most octets of content that are read
   */
  CheckedFile(Path file, int mark, int limit) {
    this.file = file;
    this.mark = mark;
    this.limit = limit;
  }

  Path path() {
    return file;
  }

  /**
   * The content; null when there is no file.
   *
   * @throws DecodeException when it is damaged
   */
  @Nullable Bytes read() throws IOException {
    ByteBuffer all;
    try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ)) {
      long size = channel.size();
      if (size < HEADER_OCTETS || size > HEADER_OCTETS + (long) limit) {
        throw new DecodeException("%s: %d octets".formatted(file, size), 0);
      }
      all = ByteBuffer.allocate((int) size);
      while (all.hasRemaining() && channel.read(all) >= 0) {
        // until it is whole
      }
    } catch (NoSuchFileException e) {
      return null;
    }
    all.flip();
    if (all.remaining() < HEADER_OCTETS || all.getInt() != mark) {
      throw new DecodeException(file + ": not a file of ours", 0);
    }
    int expected = all.getInt();
    if (crc(all.duplicate()) != expected) {
      throw new DecodeException(file + ": checksum does not match", 4);
    }
    return Bytes.copyOf(all);
  }

  /** Returns when the content is safe. */
  void write(Bytes content) throws IOException {
    Path fresh = file.resolveSibling(file.getFileName() + ".new");
    ByteBuffer all = ByteBuffer.allocate(HEADER_OCTETS + content.size());
    all.putInt(mark).putInt(crc(content.toByteBuffer())).put(content.toByteBuffer()).flip();
    try (FileChannel channel =
        FileChannel.open(
            fresh,
            StandardOpenOption.CREATE,
            StandardOpenOption.TRUNCATE_EXISTING,
            StandardOpenOption.WRITE)) {
      while (all.hasRemaining()) {
        channel.write(all);
      }
      channel.force(true);
    }
    Files.move(fresh, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    Path directory = file.toAbsolutePath().getParent();
    if (directory != null) {
      try (FileChannel names = FileChannel.open(directory, StandardOpenOption.READ)) {
        names.force(true);
      }
    }
  }

  private static int crc(ByteBuffer content) {
    CRC32C crc = new CRC32C();
    crc.update(content);
    return (int) crc.getValue();
  }
}
