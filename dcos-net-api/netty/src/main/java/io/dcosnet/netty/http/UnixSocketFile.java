// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.netty.http;

import io.dcosnet.api.DcosNetException;
import io.dcosnet.netty.BindFailedException;
import java.io.IOException;
import java.net.BindException;
import java.net.ConnectException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.SocketChannel;
import java.nio.file.AtomicMoveNotSupportedException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.HexFormat;
import java.util.Objects;
import java.util.Set;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The file of a listening unix socket: replaces one that nobody listens on any more, never one that
 * is in use and never another kind of file, and appears only once it answers and has its mode.
 *
 * <p>The socket is bound in a folder that only we can enter and then moved to its place. So no
 * client meets a socket with the wrong mode, or one that is not ready, as dockerd would, which
 * looks for plug-ins by their sockets.
 *
 * <p>Two servers that start at the same moment on the same path can both see the same dead file;
 * the later one then takes the place. Calls block on the file system.
 */
final class UnixSocketFile {

  private static final Logger LOGGER = LoggerFactory.getLogger(UnixSocketFile.class);
  private static final Set<PosixFilePermission> ONLY_US =
      PosixFilePermissions.fromString("rwx------");

  /**
   * Parts of the mode (inode(7)); connecting to a pipe would be refused just as to a dead socket.
   */
  private static final int TYPE_MASK = 0170000;

  private static final int TYPE_SOCKET = 0140000;

  private final Path path;
  private final Path folder;
  private final Path bound;
  private final Set<PosixFilePermission> mode;
  private boolean folderMade;
  private @Nullable Object key;

  UnixSocketFile(Path path, Set<PosixFilePermission> mode, RandomGenerator random) {
    this.path = path.toAbsolutePath();
    this.mode = Set.copyOf(mode);
    String name = "." + HexFormat.of().toHexDigits(random.nextInt());
    this.folder = this.path.resolveSibling(name);
    this.bound = folder.resolve("s");
  }

  /**
   * Makes sure that the place is free or dead.
   *
   * @return where to bind the socket for now
   * @throws DcosNetException when something lives there or the place cannot be used
   */
  Path prepare() {
    try {
      if (Files.exists(path, LinkOption.NOFOLLOW_LINKS)) {
        requireDead();
      }
      Files.createDirectory(folder, PosixFilePermissions.asFileAttribute(ONLY_US));
      folderMade = true;
      return bound;
    } catch (NoSuchFileException e) {
      throw failed(new IOException("No such file or directory", e));
    } catch (IOException e) {
      throw failed(e);
    }
  }

  private void requireDead() throws IOException {
    int type = (int) Files.getAttribute(path, "unix:mode", LinkOption.NOFOLLOW_LINKS) & TYPE_MASK;
    if (type != TYPE_SOCKET) {
      throw new DcosNetException(
          "bind unix " + path + ": exists and is no socket (remove it, or choose another path)");
    }
    try (SocketChannel probe = SocketChannel.open(StandardProtocolFamily.UNIX)) {
      probe.configureBlocking(false); // a peer whose backlog is full would make us wait
      boolean unused = probe.connect(UnixDomainSocketAddress.of(path));
    } catch (ConnectException e) {
      LOGGER.info("replacing a socket that nobody listens on path={}", path);
      return;
    }
    throw failed(new BindException("Address already in use"));
  }

  /** Moves the bound socket to its place. */
  void publish() {
    try {
      Files.setPosixFilePermissions(bound, mode);
      key = attributes(bound).fileKey();
      try {
        Files.move(bound, path, StandardCopyOption.ATOMIC_MOVE);
      } finally {
        clear();
      }
    } catch (AtomicMoveNotSupportedException e) {
      throw failed(new IOException("cannot be renamed within its folder", e));
    } catch (IOException e) {
      throw failed(e);
    }
  }

  /** Removes what we made, unless a successor has taken the place. */
  void remove() {
    try {
      clear();
      if (key != null && Objects.equals(attributes(path).fileKey(), key)) {
        Files.delete(path);
      }
    } catch (NoSuchFileException e) {
      LOGGER.debug("the socket file was removed by somebody else path={}", path);
    } catch (IOException e) {
      LOGGER.warn("cannot remove the socket file path={}", path, e);
    }
  }

  /** The folder for binding; its name is random, so it is only ours if we made it. */
  private void clear() throws IOException {
    if (folderMade) {
      Files.deleteIfExists(bound);
      Files.deleteIfExists(folder);
      folderMade = false;
    }
  }

  private DcosNetException failed(IOException cause) {
    return BindFailedException.of("unix", path, cause);
  }

  private static BasicFileAttributes attributes(Path file) throws IOException {
    return Files.readAttributes(file, BasicFileAttributes.class, LinkOption.NOFOLLOW_LINKS);
  }
}
