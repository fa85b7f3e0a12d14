// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.dns.resolvconf;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.dcosnet.api.DcosNetException;
import io.dcosnet.api.net.IpAddress;
import io.dcosnet.api.spi.TimeSource;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ResolvConfOriginTest {

  private static final String THEIRS = "search example.org\nnameserver 192.0.2.53\n";
  private static final String OURS =
      ResolvConf.render(
          List.of(IpAddress.parse("198.51.100.1")),
          List.of(),
          List.of(),
          ResolvConf.DEFAULT_OPTIONS,
          new Random(1));

  @TempDir private Path root;
  private Path file;
  private Path data;
  private ResolvConfOrigin origin;

  @BeforeEach
  void choosePlaces() throws IOException {
    file = Files.createDirectory(root.resolve("etc")).resolve("resolv.conf");
    data = Files.createDirectory(root.resolve("data"));
    origin = ResolvConfOrigin.of(file, data.resolve("resolv.conf.before"));
  }

  private void weWrite() {
    ResolvConfFile.at(file).write(OURS);
  }

  private List<String> left() throws IOException {
    try (Stream<Path> kept = Files.list(data);
        Stream<Path> beside = Files.list(file.getParent())) {
      return Stream.concat(kept, beside).map(path -> String.valueOf(path.getFileName())).toList();
    }
  }

  @Test
  void putsAFileBackAsItWas() throws IOException {
    Files.writeString(file, THEIRS);
    assertThat(origin.keep()).isTrue();
    weWrite();
    assertThat(origin.isOurs()).isTrue();
    assertThat(origin.servers()).hasContent(THEIRS);

    assertThat(origin.restore()).hasValueSatisfying(line -> assertThat(line).contains("again"));

    assertThat(file).hasContent(THEIRS);
    assertThat(left()).containsExactly("resolv.conf");
    assertThat(origin.restore()).isEmpty();
  }

  @Test
  void putsBackOctetsThatAreNoText() throws IOException {
    byte[] theirs = {'#', (byte) 0xe9, (byte) 0xff, 0, '\n'};
    Files.write(file, theirs);
    origin.keep();
    weWrite();

    origin.restore();

    assertThat(file).hasBinaryContent(theirs);
  }

  @Test
  void keepsNoneOfOurOwn() throws IOException {
    Files.writeString(file, THEIRS);
    origin.keep();
    weWrite();

    assertThat(origin.keep()).isFalse();

    assertThat(origin.text()).isEqualTo(THEIRS);
  }

  @Test
  void keepsWhatOthersWroteMeanwhile() throws IOException {
    Files.writeString(file, THEIRS);
    origin.keep();
    weWrite();
    Files.writeString(file, "nameserver 192.0.2.54\n");

    assertThat(origin.keep()).isTrue();
    weWrite();
    origin.restore();

    assertThat(file).hasContent("nameserver 192.0.2.54\n");
  }

  @Test
  void waitsForWhoHasEmptiedTheFileAndIsWritingItAgain() throws IOException {
    Deque<String> written = new ArrayDeque<>(List.of("", "search example.org\n", THEIRS));
    Files.writeString(file, "");
    ResolvConfOrigin waiting =
        new ResolvConfOrigin(
            file,
            data.resolve("resolv.conf.before"),
            new SettledFile(TimeSource.system(), () -> write(written)));

    assertThat(waiting.keep()).isTrue();
    weWrite();

    assertThat(waiting.text()).isEqualTo(THEIRS);
    waiting.restore();
    assertThat(file).hasContent(THEIRS);
  }

  /** As a program does that is slow between two of its writes. */
  private void write(Deque<String> texts) {
    String next = texts.poll();
    if (next != null) {
      try {
        Files.writeString(file, next);
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
  }

  @Test
  void believesThatAFileIsEmptyWhichStaysSo() throws IOException {
    Files.writeString(file, "");
    List<Integer> pauses = new ArrayList<>();
    SettledFile settled = new SettledFile(TimeSource.system(), () -> pauses.add(1));

    assertThat(settled.read(file)).isEmpty();
    assertThat(pauses).hasSize(20);

    Files.setLastModifiedTime(file, FileTime.from(Instant.now().minusSeconds(10)));
    assertThat(settled.read(file)).isEmpty();
    assertThat(pauses).as("not waited for once more").hasSize(20);
  }

  @Test
  void putsALinkBackAndFollowsWhereItLeads() throws IOException {
    Path target = Files.createDirectories(root.resolve("run")).resolve("dhcp.conf");
    Files.writeString(target, THEIRS);
    Files.createSymbolicLink(file, Path.of("../run/dhcp.conf"));
    origin.keep();
    weWrite();
    assertThat(target).hasContent(THEIRS); // which is not ours to write

    Files.writeString(target, "nameserver 192.0.2.54\n");
    assertThat(origin.text()).isEqualTo("nameserver 192.0.2.54\n");
    origin.restore();

    assertThat(Files.readSymbolicLink(file)).isEqualTo(Path.of("../run/dhcp.conf"));
    assertThat(left()).containsExactly("resolv.conf");
  }

  @Test
  void looksBehindTheStubOfSystemdResolved() throws IOException {
    Path resolved = Files.createDirectories(root.resolve("run/systemd/resolve"));
    Files.writeString(resolved.resolve("stub-resolv.conf"), "nameserver 127.0.0.53\n");
    Files.writeString(resolved.resolve("resolv.conf"), THEIRS);
    Files.createSymbolicLink(file, Path.of("../run/systemd/resolve/stub-resolv.conf"));

    assertThat(origin.text()).as("before we write").isEqualTo(THEIRS);
    origin.keep();
    weWrite();

    assertThat(origin.text()).as("after it").isEqualTo(THEIRS);
  }

  @Test
  void removesAFileWhereThereWasNone() throws IOException {
    origin.keep();
    weWrite();
    assertThat(origin.keep()).isFalse();
    assertThat(origin.text()).isEmpty();

    assertThat(origin.restore()).isPresent();

    assertThat(left()).isEmpty();
  }

  @Test
  void leavesWhatSomebodyElsePutInItsPlace() throws IOException {
    Files.writeString(file, THEIRS);
    origin.keep();
    weWrite();
    Files.writeString(file, "nameserver 192.0.2.54\n");

    assertThat(origin.restore()).isEmpty();

    assertThat(file).hasContent("nameserver 192.0.2.54\n");
    assertThat(left()).containsExactly("resolv.conf");
  }

  @Test
  void leavesOursWhenNobodyKnowsWhatWasThereBefore() {
    weWrite();

    assertThatThrownBy(() -> origin.restore())
        .isInstanceOf(DcosNetException.class)
        .hasMessageContaining("is not kept as");

    assertThat(file).hasContent(OURS);
  }

  @Test
  void refusesToKeepWhereItCannot() throws IOException {
    Files.writeString(file, THEIRS);
    Files.delete(data);

    assertThatThrownBy(() -> origin.keep())
        .isInstanceOf(DcosNetException.class)
        .hasMessageContaining("resolv.conf.before");

    assertThat(Files.exists(data, LinkOption.NOFOLLOW_LINKS)).isFalse();
    assertThat(file).hasContent(THEIRS);
  }

  @Test
  void findsTheDomainsThatOthersSearch() {
    assertThat(ResolvConf.search(THEIRS)).containsExactly("example.org");
    assertThat(ResolvConf.search("domain example.org\nsearch a.example.org b.example.org\n"))
        .containsExactly("a.example.org", "b.example.org");
    assertThat(ResolvConf.search("# search example.org\n search example.net\nsearching x\n"))
        .isEmpty();
    assertThat(ResolvConf.search("search a b c d e f g h\n")).hasSize(6);
    assertThat(ResolvConf.search("search good.example ;bad é\n")).containsExactly("good.example");
    assertThat(ResolvConf.search("search " + "x".repeat(250) + " yyyyyy z\n"))
        .containsExactly("x".repeat(250));
  }
}
