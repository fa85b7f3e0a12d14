// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.api.store;

import io.dcosnet.api.DcosNetException;
import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps others out of a directory that only one user at a time may have, be they in this process or
 * in another one. A file in it says which process that is. It stays when the holder is gone: what
 * counts is the lock on it, which ends with the process.
 *
 * <p><b>Thread-safe.</b>
 */
public final class DirectoryLock implements Closeable {

  /** Name of the file in the directory. */
  public static final String NAME = "LOCK";

  private static final Logger LOGGER = LoggerFactory.getLogger(DirectoryLock.class);

  // POSIX drops a process's lock as soon as the process closes any descriptor of the file. So a
  // file that this process holds must not even be opened a second time; hence a list of them.
  private static final Set<Path> HELD_HERE = ConcurrentHashMap.newKeySet();

  private final Path file;
  private final FileChannel channel;
  private boolean released;

  private DirectoryLock(Path file, FileChannel channel) {
    this.file = file;
    this.channel = channel;
  }

  /**
   * Takes a directory, without waiting for whoever has it; blocks for the disk only.
   *
   * @param directory made where it is missing
   * @throws DcosNetException when somebody holds it, naming the process, or when the disk fails
   */
  public static DirectoryLock take(Path directory) {
    Path file = directory.resolve(NAME);
    try {
      SystemDisk.INSTANCE.createDirectories(directory);
      return acquire(file);
    } catch (IOException e) {
      throw new DcosNetException(file + ": cannot be locked: " + e, e);
    }
  }

  /**
   * @throws DcosNetException when somebody holds it, naming the process
   */
  static DirectoryLock acquire(Path wanted) throws IOException {
    Path parent = wanted.toAbsolutePath().getParent();
    Path file = parent == null ? wanted : parent.toRealPath().resolve(wanted.getFileName());
    if (!HELD_HERE.add(file)) {
      throw held(file, "this process");
    }
    boolean acquired = false;
    try {
      FileChannel channel =
          FileChannel.open(
              file, StandardOpenOption.CREATE, StandardOpenOption.READ, StandardOpenOption.WRITE);
      try {
        FileLock lock = tryLock(channel);
        if (lock == null) {
          throw held(file, "process " + Files.readString(file).strip());
        }
        write(file, channel);
        acquired = true;
        return new DirectoryLock(file, channel);
      } finally {
        if (!acquired) {
          channel.close();
        }
      }
    } finally {
      if (!acquired) {
        HELD_HERE.remove(file);
      }
    }
  }

  private static @Nullable FileLock tryLock(FileChannel channel) throws IOException {
    try {
      return channel.tryLock();
    } catch (OverlappingFileLockException e) {
      return null; // by this class in another class loader
    }
  }

  private static void write(Path file, FileChannel channel) {
    try {
      var unused = channel.truncate(0);
      String pid = ProcessHandle.current().pid() + "\n";
      channel.write(ByteBuffer.wrap(pid.getBytes(StandardCharsets.US_ASCII)), 0);
    } catch (IOException e) {
      // Only for the message that another opener gets; a full disk must not keep us from reading.
      LOGGER.warn("{}: cannot note the process id: {}", file, e.toString());
    }
  }

  private static DcosNetException held(Path file, String holder) {
    return new DcosNetException(
        file.getParent()
            + ": in use by "
            + holder
            + " (stop it first, or choose another directory)");
  }

  /** Lets others have it; nothing happens the second time. */
  @Override
  public synchronized void close() {
    if (!released) {
      released = true;
      try {
        channel.close(); // releases the lock
      } catch (IOException e) {
        LOGGER.warn("{}: closed with an error: {}", file, e.toString());
      }
      HELD_HERE.remove(file);
    }
  }
}
