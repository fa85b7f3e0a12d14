// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.linux.namespace;

import io.dcosnet.linux.Errno;
import io.dcosnet.linux.KernelException;
import io.dcosnet.linux.libc.Libc;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.regex.Pattern;

/** The file that gives a namespace its name, where {@code ip netns} looks for it. */
final class NamespaceFile {

  private static final Path FOLDER = Path.of("/run/netns");
  private static final Pattern NAME = Pattern.compile("[a-zA-Z0-9_][a-zA-Z0-9_.-]{0,99}");

  private final Path file;

  private NamespaceFile(Path file) {
    this.file = file;
  }

  static NamespaceFile of(String name) {
    if (!NAME.matcher(name).matches()) {
      throw new IllegalArgumentException(
          "network namespace: " + name + " (expected: 1-100 letters, digits and _.-)");
    }
    return new NamespaceFile(FOLDER.resolve(name));
  }

  /** Takes a name that nobody has. */
  static NamespaceFile create(String name) {
    NamespaceFile made = of(name);
    try {
      Files.createDirectories(FOLDER);
      share();
      Files.createFile(made.file);
      return made;
    } catch (FileAlreadyExistsException e) {
      throw new KernelException("make network namespace " + made.file, Errno.EEXIST);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** So that what is mounted there is seen by processes with another view of the file system. */
  private static void share() {
    String folder = FOLDER.toString();
    if (Libc.mount("", folder, "none", Libc.MS_SHARED | Libc.MS_REC, 0) == 0) {
      return;
    }
    // It is no mount point yet, and only those can be shared.
    if (Libc.mount(folder, folder, "none", Libc.MS_BIND | Libc.MS_REC, 0) != 0
        || Libc.mount("", folder, "none", Libc.MS_SHARED | Libc.MS_REC, 0) != 0) {
      throw new KernelException("share " + folder, new Errno(Libc.errno()));
    }
  }

  /** Makes it stand for a namespace. */
  void hold(String namespace) {
    if (Libc.mount(namespace, file.toString(), "none", Libc.MS_BIND, 0) != 0) {
      throw new KernelException("mount network namespace on " + file, new Errno(Libc.errno()));
    }
  }

  /** Removes it; false when there is none. */
  boolean delete() {
    int mounted = Libc.umount2(file.toString(), Libc.MNT_DETACH);
    Errno errno = mounted == 0 ? new Errno(0) : new Errno(Libc.errno());
    if (mounted != 0 && !errno.equals(Errno.EINVAL) && !errno.equals(Errno.ENOENT)) {
      throw new KernelException("unmount network namespace " + file, errno);
    }
    try {
      return Files.deleteIfExists(file);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
