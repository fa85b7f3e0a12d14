// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.gossip.key;

import io.dcosnet.api.DcosNetException;
import io.dcosnet.api.DecodeException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFileAttributeView;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;

/** Files with secrets: only their owner reads them, and they change as a whole or not at all. */
final class KeyFiles {

  /** More than any file of keys can have. */
  private static final int MAX_OCTETS = 64 * 1024;

  private static final Set<PosixFilePermission> OWNER_ONLY =
      EnumSet.of(PosixFilePermission.OWNER_READ, PosixFilePermission.OWNER_WRITE);

  private KeyFiles() {}

  static GossipKey readKey(Path file) {
    List<String> lines =
        read(file)
            .lines()
            .map(String::strip)
            .filter(l -> !l.isEmpty() && l.charAt(0) != '#')
            .toList();
    if (lines.size() != 1) {
      throw new DcosNetException(
          "%s: %d keys (expected: one line, 32 octets in base64)".formatted(file, lines.size()));
    }
    try {
      return GossipKey.parse(lines.get(0));
    } catch (DecodeException e) {
      throw new DcosNetException(file + ": " + e.getMessage(), e);
    }
  }

  static void createKey(Path file, GossipKey key) {
    try {
      write(file, key.text() + "\n", StandardOpenOption.CREATE_NEW);
      forceDirectoryOf(file);
    } catch (FileAlreadyExistsException e) {
      throw new DcosNetException(file + ": is there already and stays as it is", e);
    } catch (IOException e) {
      throw new DcosNetException(file + ": cannot be written: " + reason(e), e);
    }
  }

  /** The text of a file that its owner alone can read. */
  static String read(Path file) {
    try {
      requireRegular(file);
      requireOwnerOnly(file);
      if (Files.size(file) > MAX_OCTETS) {
        throw new DcosNetException(file + ": too long for a file of keys");
      }
      return Files.readString(file, StandardCharsets.UTF_8);
    } catch (CharacterCodingException e) {
      throw new DcosNetException(
          file + ": holds octets that are no text (expected: one line, 32 octets in base64)", e);
    } catch (IOException e) {
      throw new DcosNetException(file + ": cannot be read: " + reason(e), e);
    }
  }

  /** For a person, who knows no names of exceptions. */
  private static String reason(IOException failure) {
    if (failure instanceof NoSuchFileException) {
      return "no such file";
    }
    if (failure instanceof AccessDeniedException) {
      return "permission denied";
    }
    if (failure instanceof FileAlreadyExistsException) {
      return "something else has the name of its folder";
    }
    if (failure instanceof FileSystemException trouble && trouble.getReason() != null) {
      return trouble.getReason();
    }
    return failure.getMessage() == null ? "the disk failed" : failure.getMessage();
  }

  private static void requireRegular(Path file) throws IOException {
    BasicFileAttributes attributes = Files.readAttributes(file, BasicFileAttributes.class);
    if (attributes.isDirectory()) {
      throw new DcosNetException(file + ": is a directory (expected: a file with a key)");
    }
    if (!attributes.isRegularFile()) {
      throw new DcosNetException(
          file + ": is a device, pipe or socket (expected: a regular file with a key)");
    }
  }

  /** Puts this text in the place of what the file held; after a crash either of them is there. */
  static void replace(Path file, String text) {
    Path written = file.resolveSibling(file.getFileName() + ".new");
    try {
      Path parent = file.toAbsolutePath().getParent();
      if (parent != null) {
        Files.createDirectories(parent);
      }
      Files.deleteIfExists(written); // left by a crash; its permissions may be anything
      write(written, text, StandardOpenOption.CREATE_NEW);
      Files.move(written, file, StandardCopyOption.ATOMIC_MOVE);
      forceDirectoryOf(file);
    } catch (IOException e) {
      throw new DcosNetException(file + ": cannot be written: " + reason(e), e);
    }
  }

  private static void write(Path file, String text, StandardOpenOption how) throws IOException {
    FileAttribute<?>[] attributes =
        hasPermissions(file)
            ? new FileAttribute<?>[] {PosixFilePermissions.asFileAttribute(OWNER_ONLY)}
            : new FileAttribute<?>[0];
    try (FileChannel channel =
        FileChannel.open(file, Set.of(how, StandardOpenOption.WRITE), attributes)) {
      ByteBuffer content = ByteBuffer.wrap(text.getBytes(StandardCharsets.UTF_8));
      while (content.hasRemaining()) {
        var unused = channel.write(content);
      }
      channel.force(true);
    }
  }

  private static void requireOwnerOnly(Path file) throws IOException {
    PosixFileAttributeView view = Files.getFileAttributeView(file, PosixFileAttributeView.class);
    if (view == null) {
      return; // a file system without such permissions
    }
    Set<PosixFilePermission> permissions = view.readAttributes().permissions();
    for (PosixFilePermission permission : permissions) {
      if (!permission.name().startsWith("OWNER_")) {
        throw new DcosNetException(
            "%s: permissions %s let others reach the keys (expected: rw-------); run chmod 600 on it,"
                    .formatted(file, PosixFilePermissions.toString(permissions))
                + " and take new keys if others may have read it");
      }
    }
  }

  private static boolean hasPermissions(Path file) {
    return file.getFileSystem().supportedFileAttributeViews().contains("posix");
  }

  private static void forceDirectoryOf(Path file) throws IOException {
    Path parent = file.toAbsolutePath().getParent();
    if (parent == null) {
      return;
    }
    try (FileChannel channel = FileChannel.open(parent, StandardOpenOption.READ)) {
      channel.force(true);
    }
  }
}
