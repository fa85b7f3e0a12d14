// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.gossip.log;

import static java.util.Objects.requireNonNull;

import io.dcosnet.api.Bytes;
import io.dcosnet.api.DcosNetException;
import io.dcosnet.api.DecodeException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Gives each start of a node an epoch that is greater than all before, whatever its clock says:
 * others believe the greater epoch. It is kept twice, so that one damaged file does no harm.
 *
 * <p><b>Not thread-safe</b>; for one process at a time.
 */
public final class EpochFile {

  /** The greatest epoch that fits the messages. */
  public static final long MAX = (1L << 48) - 1;

  private static final Logger LOGGER = LoggerFactory.getLogger(EpochFile.class);

  private static final int MARK = 0x44474531; // DGE1

  private final List<CheckedFile> copies;

  /**
   * @param data directory of the node; created at first use
   */
  public EpochFile(Path data) {
    requireNonNull(data, "data");
    this.copies =
        List.of(
            new CheckedFile(data.resolve("gossip.epoch"), MARK, Long.BYTES),
            new CheckedFile(data.resolve("gossip.epoch.copy"), MARK, Long.BYTES));
  }

  /** Whether there was a start before, as far as can be told. */
  public boolean exists() {
    return copies.stream().anyMatch(copy -> Files.exists(copy.path()));
  }

  /**
   * The epoch of this start, safe on disk.
   *
   * @param wallMillis milliseconds since the Unix epoch
   * @throws DcosNetException when it cannot be kept: with an epoch that may be forgotten nothing
   *     must be sent
   */
  public long next(long wallMillis) {
    long stored = 0;
    int damaged = 0;
    for (CheckedFile copy : copies) {
      try {
        stored = Math.max(stored, read(copy));
      } catch (DecodeException | IOException e) {
        damaged++;
        LOGGER.warn("a copy of the epoch cannot be read, taking the other one reason={}", text(e));
      }
    }
    if (damaged == copies.size()) {
      LOGGER.warn(
          "no copy of the epoch can be read, going by the clock; if it was set back since the last"
              + " start, others will not believe this node until it has passed that time file={}",
          copies.get(0).path());
    }
    long epoch = Math.max(Math.max(wallMillis, 1), stored + 1);
    if (epoch > MAX) {
      throw new DcosNetException(
          "epoch: %d (expected: at most %d; is the clock of this machine right?)"
              .formatted(epoch, MAX));
    }
    write(epoch);
    return epoch;
  }

  private static long read(CheckedFile copy) throws IOException {
    Bytes content = copy.read();
    if (content == null) {
      return 0;
    }
    if (content.size() != Long.BYTES) {
      throw new DecodeException(copy.path() + ": " + content.size() + " octets", 8);
    }
    long epoch = content.toByteBuffer().getLong();
    if (epoch < 1 || epoch >= MAX) {
      throw new DecodeException(copy.path() + ": epoch " + epoch, 8);
    }
    return epoch;
  }

  private void write(long epoch) {
    Bytes content = Bytes.copyOf(ByteBuffer.allocate(Long.BYTES).putLong(epoch).flip());
    for (CheckedFile copy : copies) {
      try {
        Path directory = copy.path().toAbsolutePath().getParent();
        if (directory != null) {
          Files.createDirectories(directory);
        }
        copy.write(content);
      } catch (IOException e) {
        throw new DcosNetException(copy.path() + ": cannot be written: " + text(e), e);
      }
    }
  }

  private static String text(Exception failure) {
    return failure instanceof DecodeException
        ? String.valueOf(failure.getMessage())
        : failure.toString();
  }
}
