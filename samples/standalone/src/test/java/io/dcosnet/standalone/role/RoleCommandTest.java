// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.standalone.role;

import static org.assertj.core.api.Assertions.assertThat;

import io.dcosnet.standalone.CommandRun;
import io.dcosnet.standalone.config.ConfigDocument;
import io.dcosnet.standalone.config.Configuration;
import io.dcosnet.standalone.config.KeyDescription;
import io.dcosnet.standalone.config.Role;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RoleCommandTest {

  @TempDir Path folder;

  @Test
  void printsTheConfigurationInForce() throws IOException {
    Files.writeString(folder.resolve("state.json"), "{}");

    CommandRun run =
        run(
            "master",
            "sources: {file: state.json}\ndns: {listen: [\"127.0.0.1:0\"]}",
            "--print-config");

    assertThat(run.exitCode()).isZero();
    assertThat(run.json().at("/admin/listen").asText()).isEqualTo("127.0.0.1:62080");
    assertThat(run.json().at("/sources/file").asText())
        .isEqualTo(folder.resolve("state.json").toString());
    assertThat(run.json().at("/dns/mesos/ttl").asInt()).isEqualTo(60);
  }

  @Test
  void checksWithoutTouchingAnything() throws IOException {
    CommandRun good = run("master", "node: {dataDir: data}", "--check-config");
    CommandRun bad = run("agent", "node: {dataDir: data}", "--check-config");

    assertThat(good.exitCode()).isZero();
    assertThat(good.out()).contains("can be used");
    assertThat(folder.resolve("data")).doesNotExist();
    assertThat(bad.exitCode()).isEqualTo(2);
    assertThat(bad.out()).isEmpty();
    assertThat(bad.errLines())
        .containsExactly(
            "node.address: missing (expected: the address of this agent)",
            "Try: dcos-net agent --help");
  }

  @Test
  void checksFilesThatOnlyPartsRead() throws IOException {
    Files.writeString(folder.resolve("token"), "short");

    CommandRun run = run("master", "admin: {tokenFile: token}", "--check-config");

    assertThat(run.exitCode()).isEqualTo(2);
    assertThat(run.err()).contains("admin.tokenFile: ");
  }

  @Test
  void findsAddressesForVipsThatAreNotOfThisMachine() throws IOException {
    String yaml =
        """
        node: {address: 127.0.0.1, dataDir: data}
        lb: {alone: true, listenRange: %s}
        """;

    assertThat(run("agent", yaml.formatted("127.65.0.0/16"), "--check-config").exitCode()).isZero();
    CommandRun elsewhere = run("agent", yaml.formatted("203.0.113.0/24"), "--check-config");
    assertThat(elsewhere.exitCode()).isEqualTo(3);
    assertThat(elsewhere.out()).isEmpty();
    assertThat(elsewhere.err())
        .contains("lb.listenRange: 203.0.113.0/24 is not of this machine: cannot listen on 203.");
  }

  @Test
  void wantsOneZoneAtLeastToListen() throws IOException {
    CommandRun run =
        run(
            "master",
            """
            dns:
              listen: ["127.0.0.1:0"]
              mesos: {enabled: false}
              dcos: {enabled: false}
              local: {spartan: false, localhost: false}
            """,
            "--check-config");

    assertThat(run.exitCode()).isEqualTo(2);
    assertThat(run.err())
        .contains("dns: zone: none (expected: one zone, handler, route or resolver at least)");
  }

  @Test
  void tellsOfAllFilesOfKeysThatCannotBeUsed() throws IOException {
    Files.writeString(folder.resolve("short"), "hmac-sha256:short.example.org:c2hvcnQ=");
    Files.writeString(folder.resolve("old"), "hmac-md5:old.example.org:MTIzNDU2Nzg5MDEyMzQ1Ng==");

    CommandRun run =
        run(
            "master",
            """
            dns:
              listen: ["127.0.0.1:0"]
              mesos: {enabled: false}
              dcos: {enabled: false}
              transfer:
                keys: [short]
                secondaries: [{origin: example.org, primaries: ["192.0.2.1:53"], keyFile: old}]
            """,
            "--check-config");

    assertThat(run.exitCode()).isEqualTo(2);
    assertThat(run.err())
        .contains("dns.transfer.keys: " + folder.resolve("short") + ": key short.example.org.")
        .contains("dns.transfer.secondaries: " + folder.resolve("old") + ": key: algorithm")
        .doesNotContain("c2hvcnQ");
  }

  @Test
  void refusesAZoneThatIsGivenTwice() throws IOException {
    Files.writeString(folder.resolve("zone"), "");

    CommandRun run =
        run(
            "master",
            """
            dns:
              listen: ["127.0.0.1:0"]
              mesos: {enabled: false}
              dcos: {enabled: false}
              zoneFiles: {localhost: zone}
            """,
            "--check-config");

    assertThat(run.exitCode()).isEqualTo(2);
    assertThat(run.err()).contains("dns: zone: localhost. given twice");
  }

  @Test
  void needsAConfiguration() {
    assertThat(CommandRun.of("master").errLines())
        .first()
        .isEqualTo("--config: missing (expected: a readable file)");
  }

  @Test
  void refusesOnlyKeysThatThereAre() {
    Set<String> known =
        Configuration.allKeys().stream().map(KeyDescription::path).collect(Collectors.toSet());

    assertThat(Node.notConnected().keySet())
        .allSatisfy(path -> assertThat(known).contains(path.replaceFirst("=.*", "")));
    // and no default is among them
    assertThat(
            Configuration.read(Role.MASTER, ConfigDocument.empty(), Node.notConnected()).toJson())
        .isEqualTo(Configuration.read(Role.MASTER, ConfigDocument.empty(), Map.of()).toJson());
  }

  private CommandRun run(String role, String yaml, String flag) throws IOException {
    Path file = Files.writeString(folder.resolve("node.yaml"), yaml);
    return CommandRun.of(role, "--config", file.toString(), flag);
  }
}
