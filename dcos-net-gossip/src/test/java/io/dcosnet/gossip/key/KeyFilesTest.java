// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.gossip.key;

import static io.dcosnet.gossip.key.KeyRingTest.key;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.dcosnet.api.DcosNetException;
import io.dcosnet.api.DecodeException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Base64;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class KeyFilesTest {

  private static final String SECRET =
      Base64.getEncoder().encodeToString(key(7).secret().toArray());

  @TempDir private Path directory;

  private Path file(String text, String permissions) throws IOException {
    Path file = directory.resolve("key");
    Files.writeString(file, text);
    Files.setPosixFilePermissions(file, PosixFilePermissions.fromString(permissions));
    return file;
  }

  @Test
  void aKeyIsReadAsItWasWritten() throws IOException {
    Path file = directory.resolve("key");
    GossipKey key = GossipKey.generate(9, new Random(1));

    key.write(file);

    assertThat(GossipKey.read(file)).isEqualTo(key);
    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
        .isEqualTo("rw-------");
  }

  @Test
  void aKeyFileIsNeverReplaced() {
    Path file = directory.resolve("key");
    key(1).write(file);

    assertThatExceptionOfType(DcosNetException.class)
        .isThrownBy(() -> key(2).write(file))
        .withMessageContaining("is there already");
    assertThat(GossipKey.read(file)).isEqualTo(key(1));
  }

  @Test
  void theIdMayBeLeftOutAndCommentsMayStandAround() throws IOException {
    assertThat(GossipKey.read(file(SECRET, "rw-------"))).isEqualTo(key(1, 7));
    assertThat(GossipKey.read(file("# ours\n\n 7:" + SECRET + "\r\n", "r--------")))
        .isEqualTo(key(7));
  }

  @ParameterizedTest
  @ValueSource(strings = {"rw-r-----", "rw----r--", "rw--w----", "rwxrwxrwx"})
  void aFileThatOthersCanReachIsRefused(String permissions) throws IOException {
    Path file = file(SECRET, permissions);

    assertThatExceptionOfType(DcosNetException.class)
        .isThrownBy(() -> GossipKey.read(file))
        .withMessageContaining(permissions)
        .withMessageContaining("chmod 600");
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "secret!", "c2hvcnQ=", "0:", "256:", "01:", "a:", "-1:"})
  void whatIsNoKeyIsRefusedWithoutBeingShown(String text) throws IOException {
    String whole = text.endsWith(":") ? text + SECRET : text;
    Path file = file(whole, "rw-------");

    assertThatExceptionOfType(DcosNetException.class)
        .isThrownBy(() -> GossipKey.read(file))
        .satisfies(e -> assertThat(e.getMessage()).contains("key").doesNotContain(SECRET));
    assertThatExceptionOfType(DecodeException.class).isThrownBy(() -> GossipKey.parse(whole));
  }

  @Test
  void twoKeysInAFileAreRefused() throws IOException {
    Path file = file("1:" + SECRET + "\n2:" + SECRET, "rw-------");

    assertThatExceptionOfType(DcosNetException.class)
        .isThrownBy(() -> GossipKey.read(file))
        .withMessageContaining("2 keys (expected: one line");
  }

  @Test
  void aFileThatIsNotThereOrTooLongIsRefused() throws IOException {
    assertThatExceptionOfType(DcosNetException.class)
        .isThrownBy(() -> GossipKey.read(directory.resolve("missing")))
        .withMessageContaining("cannot be read");
    Path file = file("x".repeat(70_000), "rw-------");
    assertThatExceptionOfType(DcosNetException.class).isThrownBy(() -> GossipKey.read(file));
  }

  @Test
  void whatIsNoFileOrNoTextIsCalledSo() throws IOException {
    Path binary = Files.write(file("", "rw-------"), new byte[] {(byte) 0xff, 0});

    assertThatExceptionOfType(DcosNetException.class)
        .isThrownBy(() -> GossipKey.read(directory))
        .withMessage(directory + ": is a directory (expected: a file with a key)");
    assertThatExceptionOfType(DcosNetException.class)
        .isThrownBy(() -> GossipKey.read(Path.of("/dev/null")))
        .withMessageContaining("is a device, pipe or socket");
    assertThatExceptionOfType(DcosNetException.class)
        .isThrownBy(() -> GossipKey.read(binary))
        .withMessageContaining("no text")
        .satisfies(e -> assertThat(e.getMessage()).doesNotContain("Exception"));
    assertThatExceptionOfType(DcosNetException.class)
        .isThrownBy(() -> GossipKey.read(directory.resolve("none")))
        .withMessage(directory.resolve("none") + ": cannot be read: no such file");
  }

  @Test
  void aRingFileThatIsDamagedOrOpenToOthersIsRefused() throws IOException {
    Path file = directory.resolve("key");
    assertThat(KeyRing.open(file, key(1)).ids()).containsExactly(1);
    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
        .isEqualTo("rw-------");
    String good = Files.readString(file);

    for (int at = 0; at < good.length() - 1; at++) {
      StringBuilder bent = new StringBuilder(good);
      bent.setCharAt(at, (char) (bent.charAt(at) ^ 1));
      file(bent.toString(), "rw-------");
      assertThatExceptionOfType(DcosNetException.class)
          .as("character %d", at)
          .isThrownBy(() -> KeyRing.open(file, key(1)))
          .withMessageContaining("delete it");
    }
    file(good, "rw-r--r--");
    assertThatExceptionOfType(DcosNetException.class)
        .isThrownBy(() -> KeyRing.open(file, key(1)))
        .withMessageContaining("chmod 600");
    file(good, "rw-------");
    assertThat(KeyRing.open(file, key(1)).ids()).containsExactly(1);
  }

  @Test
  void aFileLeftByACrashIsNoHindrance() throws IOException {
    Path file = directory.resolve("key");
    Files.writeString(file.resolveSibling("key.new"), "half");

    KeyRing.open(file, key(1)).install(key(2));

    assertThat(KeyRing.open(file, key(1)).ids()).containsExactly(1, 2);
  }

  @Test
  void keysHaveIdsAndLengths() {
    assertThatIllegalArgumentException().isThrownBy(() -> key(0));
    assertThatIllegalArgumentException().isThrownBy(() -> key(256));
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new GossipKey(1, io.dcosnet.api.Bytes.utf8("short")));
  }

  @Test
  void labelsHaveLengthsAndTags() {
    assertThat(new ClusterLabel("test").tag()).isEqualTo(0x9f86d081);
    assertThat(new ClusterLabel("ä".repeat(127)).octets().size()).isEqualTo(254);
    assertThatIllegalArgumentException().isThrownBy(() -> new ClusterLabel(""));
    assertThatIllegalArgumentException().isThrownBy(() -> new ClusterLabel("ä".repeat(128)));
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "1", "1*,2*", "2,1*", "1,1*", "0*", "256*", "1*,", "*", "x*", "01*"})
  void whatIsNoListOfKeysIsRefused(String text) {
    assertThatExceptionOfType(DecodeException.class).isThrownBy(() -> KeyPresence.parse(text));
  }

  @ParameterizedTest
  @ValueSource(strings = {"1*", "1,3*", "1*,3,255"})
  void aListOfKeysIsReadAsItWasWritten(String text) {
    assertThat(KeyPresence.parse(text)).hasToString(text);
  }
}
