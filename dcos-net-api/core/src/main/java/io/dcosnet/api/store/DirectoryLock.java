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
 * A file that only one user at a time holds; it contains the process id of the holder. It stays
 * when the holder is gone: what counts is the lock on it, which ends with the process.
 */
final class DirectoryLock implements Closeable {

  private static final Logger LOGGER = LoggerFactory.getLogger(DirectoryLock.class);

  // POSIX drops a process's lock as soon as the process closes any descriptor of the file. So a
  // file
  // that this process holds must not even be opened a second time, and that takes a list of them.
  private static final Set<Path> HELD_HERE = ConcurrentHashMap.newKeySet();

  private final Path file;
  private final FileChannel channel;
  private boolean released;

  private DirectoryLock(Path file, FileChannel channel) {
    this.file = file;
    this.channel = channel;
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

  @Override
  public synchronized void close() throws IOException {
    if (!released) {
      released = true;
      channel.close(); // releases the lock
      HELD_HERE.remove(file);
    }
  }
}
