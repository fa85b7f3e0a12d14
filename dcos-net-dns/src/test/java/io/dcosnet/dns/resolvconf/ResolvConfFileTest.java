// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.dns.resolvconf;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.dcosnet.api.DcosNetException;
import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ResolvConfFileTest {

  @TempDir private Path folder;
  private Path path;

  @BeforeEach
  void choosePath() {
    path = folder.resolve("resolv.conf");
  }

  private long files() throws IOException {
    try (Stream<Path> files = Files.list(folder)) {
      return files.count();
    }
  }

  @Test
  void putsTheContentThereForAllToRead() throws IOException {
    assertThat(ResolvConfFile.at(path).write("nameserver 192.0.2.1\n")).isTrue();

    assertThat(path).hasContent("nameserver 192.0.2.1\n");
    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(path)))
        .isEqualTo("rw-r--r--");
    assertThat(files()).isEqualTo(1);
  }

  @Test
  void leavesAFileAloneThatHoldsTheContent() throws IOException {
    Files.writeString(path, "same");
    FileTime before = FileTime.fromMillis(1_000_000);
    Files.setLastModifiedTime(path, before);

    assertThat(ResolvConfFile.at(path).write("same")).isFalse();

    assertThat(Files.getLastModifiedTime(path)).isEqualTo(before);
  }

  @Test
  void replacesTheFileSoThatWhoReadsItSeesTheOldOne() throws IOException {
    Files.writeString(path, "old");
    try (Stream<String> reader = Files.lines(path)) {
      assertThat(ResolvConfFile.at(path).write("new")).isTrue();

      assertThat(reader).containsExactly("old");
    }
    assertThat(path).hasContent("new");
  }

  @Test
  void replacesALinkAndNotItsTarget() throws IOException {
    Path target = Files.writeString(folder.resolve("stub.conf"), "of another program");
    Files.createSymbolicLink(path, target);

    ResolvConfFile.at(path).write("ours");

    assertThat(Files.isSymbolicLink(path)).isFalse();
    assertThat(target).hasContent("of another program");
  }

  @Test
  void writesInPlaceWhereTheFileIsMounted() throws IOException {
    Files.writeString(path, "old and longer than the new content");
    Object before = Files.readAttributes(path, "unix:ino");
    ResolvConfFile busy =
        new ResolvConfFile(
            path,
            (from, to) -> {
              throw new FileSystemException("a", "b", "Device or resource busy");
            });

    assertThat(busy.write("new")).isTrue();

    assertThat(path).hasContent("new");
    assertThat((Object) Files.readAttributes(path, "unix:ino")).isEqualTo(before);
    assertThat(files()).isEqualTo(1);
  }

  @Test
  void leavesTheFileAsItWasWhenItMayNotBeReplaced() throws IOException {
    Files.writeString(path, "old");
    ResolvConfFile refused =
        new ResolvConfFile(
            path,
            (from, to) -> {
              throw new AccessDeniedException(to.toString());
            });

    assertThatThrownBy(() -> refused.write("new"))
        .isInstanceOf(DcosNetException.class)
        .hasMessageContaining(path.toString());

    assertThat(path).hasContent("old");
    assertThat(files()).isEqualTo(1);
  }

  @Test
  void saysWhereItCannotWrite() {
    Path nowhere = folder.resolve("absent/resolv.conf");

    assertThatThrownBy(() -> ResolvConfFile.at(nowhere).write("x"))
        .isInstanceOf(DcosNetException.class)
        .hasMessageContainingAll("absent", "does the folder exist");
  }
}
