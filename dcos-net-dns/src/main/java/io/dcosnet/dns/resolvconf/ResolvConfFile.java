// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.dns.resolvconf;

import static java.util.Objects.requireNonNull;

import io.dcosnet.api.DcosNetException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFileAttributeView;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Arrays;
import java.util.Locale;

/**
 * A file that programs may read at any time: it is replaced as a whole or not at all.
 *
 * <p>Where the file is a mount point, as in containers, it cannot be replaced; then it is written
 * in place. A symbolic link is replaced by a file, so that whoever owns its target and we do not
 * write one file in turns.
 *
 * <p><b>Thread-safe.</b> {@link #write} blocks.
 */
public final class ResolvConfFile {

  /** How one file takes the place of another. */
  @FunctionalInterface
  interface Renaming {
    void rename(Path from, Path to) throws IOException;
  }

  private final Path path;
  private final Renaming renaming;

  ResolvConfFile(Path path, Renaming renaming) {
    this.path = requireNonNull(path, "path");
    this.renaming = renaming;
  }

  /** The file at {@code path}, which need not exist. */
  public static ResolvConfFile at(Path path) {
    return new ResolvConfFile(
        path, (from, to) -> Files.move(from, to, StandardCopyOption.ATOMIC_MOVE));
  }

  /**
   * Puts the content there.
   *
   * @return false when it was there already; the file is then untouched
   * @throws DcosNetException when that is not possible; the file is then as before, unless it had
   *     to be written in place
   */
  public boolean write(String content) {
    return write(content.getBytes(StandardCharsets.UTF_8));
  }

  /** As the other one, with content of whatever encoding. */
  synchronized boolean write(byte[] wanted) {
    Path next = path.resolveSibling(path.getFileName() + ".tmp");
    try {
      if (holds(wanted)) {
        return false;
      }
      try {
        SyncedFile.write(next, wanted);
        letAllRead(next);
        renaming.rename(next, path);
        SyncedFile.forceFolderOf(path);
      } catch (FileSystemException e) {
        if (!isBusy(e)) {
          throw e;
        }
        SyncedFile.write(path, wanted);
      } finally {
        Files.deleteIfExists(next);
      }
      return true;
    } catch (IOException e) {
      throw new DcosNetException(
          "write %s: %s (does the folder exist, with rights for this user?)".formatted(path, e), e);
    }
  }

  private boolean holds(byte[] wanted) throws IOException {
    try {
      return Arrays.equals(Files.readAllBytes(path), wanted);
    } catch (NoSuchFileException e) {
      return false;
    }
  }

  /** The process may have a mask that keeps others out, and every program resolves names. */
  private static void letAllRead(Path file) throws IOException {
    PosixFileAttributeView view = Files.getFileAttributeView(file, PosixFileAttributeView.class);
    if (view != null) {
      view.setPermissions(PosixFilePermissions.fromString("rw-r--r--"));
    }
  }

  /** EBUSY, which the JDK tells only as the text of the C library. */
  private boolean isBusy(FileSystemException failure) {
    String reason = String.valueOf(failure.getReason()).toLowerCase(Locale.ROOT);
    return reason.contains("busy") || isMountPoint();
  }

  private boolean isMountPoint() {
    String wanted = path.toAbsolutePath().normalize().toString();
    try (var mounts = Files.lines(Path.of("/proc/self/mountinfo"))) {
      return mounts.map(line -> line.split(" ", 6)).anyMatch(line -> line[4].equals(wanted));
    } catch (IOException e) {
      return false; // no Linux, so no such mounts
    }
  }
}
