// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.standalone.gossip;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.dcosnet.api.net.HostPort;
import io.dcosnet.api.net.NodeId;
import io.dcosnet.api.spi.Member;
import io.dcosnet.api.store.DirectoryLock;
import io.dcosnet.gossip.key.GossipKey;
import io.dcosnet.standalone.CommandRun;
import io.dcosnet.standalone.cli.CommandFailure;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class GossipCommandsTest {

  @TempDir Path folder;

  @Test
  void makesAKeyThatIsReadAgain() {
    CommandRun run = CommandRun.of("gossip", "key", "--id", "7");

    assertThat(run.exitCode()).isZero();
    assertThat(run.out()).matches("7:[A-Za-z0-9+/]{43}=\\R");
    assertThat(GossipKey.parse(run.out()).id()).isEqualTo(7);
  }

  @Test
  void makesAnotherKeyEachTime() {
    assertThat(CommandRun.of("gossip", "key").out())
        .startsWith("1:")
        .isNotEqualTo(CommandRun.of("gossip", "key").out());
  }

  @Test
  void refusesAKeyNumberThatIsNone() {
    CommandRun run = CommandRun.of("gossip", "key", "--id", "256");

    assertThat(run.exitCode()).isEqualTo(2);
    assertThat(run.errLines()).contains("--id: 256 (expected: 1-255)");
  }

  @Test
  void refusesAMemberWithoutNameAddressAndKeyAllAtOnce() {
    CommandRun run = CommandRun.of("gossip", "node");

    assertThat(run.exitCode()).isEqualTo(2);
    assertThat(run.errLines())
        .anyMatch(line -> line.startsWith("--name: missing"))
        .anyMatch(line -> line.startsWith("--bind: missing"))
        .anyMatch(line -> line.startsWith("--key-file: missing") && line.contains("--insecure"));
  }

  @Test
  void refusesWrongValuesWithoutShowingTheKey() throws IOException {
    Path key = Files.writeString(folder.resolve("key"), "1:c2hvcnQ=");

    CommandRun run =
        CommandRun.of(
            "gossip",
            "node",
            "--name",
            "a b",
            "--bind",
            "127.0.0.1",
            "--seeds",
            "masters,192.0.2.1",
            "--key-file",
            key.toString(),
            "--insecure",
            "--preset",
            "LAN",
            "--sync",
            "always",
            "--metadata",
            "zone");

    assertThat(run.exitCode()).isEqualTo(2);
    assertThat(run.err()).doesNotContain("c2hvcnQ");
    assertThat(run.errLines())
        .anyMatch(line -> line.startsWith("--name: a b (expected: "))
        .anyMatch(line -> line.startsWith("--bind: 127.0.0.1 (expected: ADDR:PORT)"))
        .anyMatch(line -> line.startsWith("--seeds: masters (expected: an address or a host)"))
        .anyMatch(line -> line.startsWith("--seeds: 192.0.2.1 (expected: ADDR:PORT"))
        .anyMatch(line -> line.startsWith("--key-file: " + key + ": "))
        .anyMatch(line -> line.startsWith("--insecure: given (expected: not beside --key-file)"))
        .anyMatch(line -> line.startsWith("--preset: LAN (expected: lan, wan or local)"))
        .anyMatch(line -> line.equals("--sync: always (expected: each, interval or none)"))
        .anyMatch(line -> line.startsWith("--metadata: zone (expected: KEY=VALUE)"));
  }

  @Test
  void saysOfAKeyFileThatIsNoneWhatItIs() throws IOException {
    Path binary = Files.write(folder.resolve("binary"), new byte[] {(byte) 0xff, (byte) 0xfe, 0});
    Files.setPosixFilePermissions(binary, PosixFilePermissions.fromString("rw-------"));

    assertThat(withKeyFile(folder))
        .isEqualTo("--key-file: " + folder + ": is a directory (expected: a file with a key)");
    assertThat(withKeyFile(Path.of("/dev/null")))
        .startsWith("--key-file: /dev/null: is a device, pipe or socket (expected: ");
    assertThat(withKeyFile(folder.resolve("none")))
        .isEqualTo("--key-file: " + folder.resolve("none") + ": cannot be read: no such file");
    assertThat(withKeyFile(binary))
        .startsWith("--key-file: " + binary + ": holds octets that are no text (expected: ");
  }

  private static String withKeyFile(Path file) {
    return refused("--key-file", file.toString());
  }

  /** The first line about a member that has all but these options. */
  private static String refused(String... options) {
    List<String> words =
        new ArrayList<>(List.of("gossip", "node", "--name", "a", "--bind", "0.0.0.0:0"));
    words.addAll(List.of(options));
    CommandRun run = CommandRun.of(words.toArray(String[]::new));
    assertThat(run.exitCode()).isEqualTo(2);
    assertThat(run.err()).doesNotContain("Exception").doesNotContain("chmod");
    return run.errLines().get(0);
  }

  @Test
  void namesTheOptionsOfWhatOnlyTheMemberFindsWrong() {
    assertThat(refused("--insecure")).startsWith("--advertise: none (expected: ");
    String told = "192.0.2.1:7950";
    assertThat(refused("--insecure", "--advertise", told, "--label", "x".repeat(256)))
        .isEqualTo("--label: 256 octets (expected: 1 to 255)");
    assertThat(refused("--insecure", "--advertise", told, "--metadata", "a=" + "x".repeat(600)))
        .matches("--metadata: [0-9]+ octets \\(expected: at most [0-9]+\\)");
    assertThat(refused("--insecure", "--advertise", told, "--metadata", "name=b"))
        .startsWith("--metadata: key \"name\" (expected: ");
  }

  @Test
  void saysWhyTheDataFolderCannotBeMade() throws IOException {
    Path file = Files.writeString(folder.resolve("file"), "");

    CommandRun run =
        CommandRun.of(
            "gossip",
            "node",
            "--name",
            "a",
            "--bind",
            "127.0.0.1:0",
            "--insecure",
            "--data",
            file.resolve("below").toString());

    assertThat(run.exitCode()).isEqualTo(3);
    assertThat(run.errLines())
        .singleElement()
        .asString()
        .startsWith("dcos-net: --data: " + file.resolve("below") + " cannot be created: ")
        .doesNotContain("Exception");
  }

  @Test
  void doesNotStartInTheFolderOfAnotherMember() {
    DirectoryLock other = DirectoryLock.take(folder);

    CommandRun run =
        CommandRun.of(
            "gossip",
            "node",
            "--name",
            "a",
            "--bind",
            "127.0.0.1:0",
            "--insecure",
            "--data",
            folder.toString());

    other.close();
    assertThat(run.exitCode()).isEqualTo(3);
    assertThat(run.err()).contains(folder + ": in use by this process (stop it first");
  }

  @Test
  void suggestsTheOptionThatIsMeant() {
    CommandRun run = CommandRun.of("gossip", "simulate", "--nodes", "3", "--senario", "crash");

    assertThat(run.exitCode()).isEqualTo(2);
    assertThat(run.errLines()).contains("--senario: unknown (did you mean --scenario?)");
  }

  @Test
  void doesNotBeginASimulationThatTheHeapIsTooSmallFor() {
    GossipSimulateCommand.checkHeap(100, 64 << 20);
    assertThatExceptionOfType(CommandFailure.class)
        .isThrownBy(() -> GossipSimulateCommand.checkHeap(10_000, 2L << 30))
        .satisfies(e -> assertThat(e.exitCode()).isEqualTo(3))
        .withMessageContaining("--nodes: 10000 need a heap of about 2862 MB")
        .withMessageContaining("DCOS_NET_JAVA_OPTS=-Xmx");
  }

  @Test
  void countsByNameAndTag() {
    MemberCounts counts = new MemberCounts();
    counts.counter("dcosnet.gossip.dropped", "", "reason", "replay").add(2);
    counts.counter("dcosnet.gossip.link.flaps", "").increment();
    counts.counter("dcosnet.dns.queries", "").increment();
    counts.gauge("dcosnet.gossip.members", "", () -> 4, "state", "alive");
    counts.distribution("dcosnet.gossip.join.nanos", "").accept(7);

    assertThat(counts.document())
        .hasToString(
            "{\"join.nanos.count\":1,\"join.nanos.sum\":7,\"link.flaps\":1,"
                + "\"dropped\":{\"replay\":2},\"members\":{\"alive\":4}}");
  }

  @Test
  void marksWhoLostItsNameToAnother() {
    NodeId id = NodeId.parse("00000000-0000-4000-8000-000000000002");
    Member loser =
        new Member(
            id,
            HostPort.parse("192.0.2.2:7950"),
            Member.State.ALIVE,
            Instant.EPOCH,
            Map.of("name", "b#1234"));

    var shown = MemberDocuments.member(loser, new MemberNames(() -> id, "b"));

    assertThat(shown.path("name").asText()).isEqualTo("b#1234");
    assertThat(shown.path("owner").asBoolean(true)).isFalse();
  }

  @Test
  void readsMetadataWithEqualsSignsInTheValue() {
    assertThat(MetadataText.parse(List.of("a=1=2", "b="))).isEqualTo(Map.of("a", "1=2", "b", ""));
  }

  @Test
  void refusesMetadataThatSaysAKeyTwice() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> MetadataText.parse(List.of("a=1", "a=2")))
        .withMessage("a=2 (expected: each key once)");
  }
}
