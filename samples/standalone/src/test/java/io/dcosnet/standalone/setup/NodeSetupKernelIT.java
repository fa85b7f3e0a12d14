// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.standalone.setup;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.dcosnet.linux.Linux;
import io.dcosnet.linux.namespace.NetworkNamespace;
import io.dcosnet.standalone.CommandRun;
import io.dcosnet.standalone.Dig;
import io.dcosnet.standalone.LauncherProcess;
import io.dcosnet.testkit.Required;
import java.io.IOException;
import java.lang.ProcessBuilder.Redirect;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The role agent in a process and a network of its own, asked by programs of that network. */
@Tag("kernel")
class NodeSetupKernelIT {

  private static final String BEFORE = "search example.org\nnameserver 192.0.2.53\n";
  private static final List<String> OURS =
      List.of("nameserver 198.51.100.1", "nameserver 198.51.100.2", "nameserver 198.51.100.3");
  private static final List<String> WITHOUT_FIRST =
      List.of("nameserver 198.51.100.2", "nameserver 198.51.100.3", "nameserver fd01:d::c633:6401");
  private static final int TERMINATED = 128 + 15;
  private static final List<String> OTHERS = List.of("nameserver 192.0.2.53");

  @TempDir Path folder;
  private Path dhcp;
  private Path resolvConf;
  private Path err;
  private NetworkNamespace network;
  private @Nullable LauncherProcess agent;

  @BeforeEach
  void prepare() throws IOException {
    Required.that(
        Linux.unavailableBecause().isEmpty()
            && Files.isWritable(Path.of("/proc/sys/net/core/rmem_max")),
        "root is needed");
    Required.program("ip", "iproute2");
    Required.program("nft", "nftables");
    Required.that(Files.isExecutable(Path.of(Dig.program())), "dig");
    dhcp = Files.writeString(folder.resolve("dhcp.conf"), BEFORE);
    resolvConf = Files.createSymbolicLink(folder.resolve("resolv.conf"), Path.of("dhcp.conf"));
    err = folder.resolve("err");
    network = NetworkNamespace.create();
    run("ip", "link", "set", "lo", "up");
  }

  private LauncherProcess agent() {
    return requireNonNull(agent, "not started");
  }

  @AfterEach
  void end() {
    if (agent != null) {
      agent.close();
    }
    if (network != null) {
      network.close();
    }
  }

  @Test
  void answersAtItsOwnAddressesAndTellsProgramsSo() throws IOException {
    startAndAwaitServers();

    assertThat(run(Dig.program(), "+short", "@198.51.100.2", "ready.spartan"))
        .contains("127.0.0.1");
    assertThat(run(Dig.program(), "+short", "+tcp", "@fd01:d::c633:6401", "ready.spartan"))
        .contains("127.0.0.1");
    assertThat(servers()).isEqualTo(OURS);
    assertThat(Files.readString(resolvConf)).contains("search example.org\n");
    assertThat(dhcp).hasContent(BEFORE);
    assertThat(Files.readString(err)).contains("addresses [198.51.100.1, ");
  }

  @Test
  void putsBackWithinASecondWhatSomebodyTakes() throws IOException {
    start();

    run("ip", "address", "del", "198.51.100.2/32", "dev", "spartan");

    await()
        .atMost(Duration.ofSeconds(1))
        .until(() -> run("ip", "-o", "address").contains("198.51.100.2/32"));
    assertThat(run(Dig.program(), "+short", "@198.51.100.2", "ready.spartan"))
        .contains("127.0.0.1");
  }

  @Test
  void namesOthersWhileItDoesNotAnswer() throws IOException {
    startAndAwaitServers();
    run("nft", "add table inet deaf");
    run("nft", "add chain inet deaf in { type filter hook input priority 0; }");
    run("nft", "add rule inet deaf in ip daddr 198.51.100.1 udp dport 53 drop");
    await().untilAsserted(() -> assertThat(servers()).isEqualTo(WITHOUT_FIRST));

    run("nft", "add rule inet deaf in udp dport 53 drop");
    await().untilAsserted(() -> assertThat(servers()).isEqualTo(OTHERS));

    Files.writeString(dhcp, "nameserver 192.0.2.54\n"); // the network has another one now
    run("nft", "delete table inet deaf");
    await().untilAsserted(() -> assertThat(servers()).isEqualTo(OURS));
    assertThat(agent().endBy("TERM")).isEqualTo(TERMINATED);
    assertThat(servers()).containsExactly("nameserver 192.0.2.54");
  }

  @Test
  void leavesTheDeviceWhenItStopsAndNothingAfterCleanup() throws IOException {
    String before = everything();
    startAndAwaitServers();
    assertThat(agent().endBy("TERM")).isEqualTo(TERMINATED);
    assertThat(servers()).isEqualTo(OTHERS);
    assertThat(run("ip", "-o", "address")).contains("198.51.100.1/32");
    startAndAwaitServers(); // takes over what it finds
    assertThat(agent().endBy("TERM")).isEqualTo(TERMINATED);

    assertThat(cleanup())
        .anyMatch(line -> line.contains("resolv.conf; it is a link to dhcp.conf again"))
        .anyMatch(line -> line.startsWith("removed node device: ip link spartan"))
        .hasSize(6);
    assertThat(everything()).isEqualTo(before);
    assertThat(Files.readSymbolicLink(resolvConf)).isEqualTo(Path.of("dhcp.conf"));
    assertThat(network.call(NodeLeftovers::device)).isEmpty();
    assertThat(cleanup()).containsExactly("nothing of dcos-net is here");
  }

  @Test
  void takesOverAfterACrash() throws IOException {
    startAndAwaitServers();
    agent().endBy("KILL");
    assertThat(servers()).isEqualTo(OURS); // nobody is there to tell programs

    startAndAwaitServers();

    assertThat(run(Dig.program(), "+short", "@198.51.100.3", "ready.spartan"))
        .contains("127.0.0.1");
    assertThat(agent().endBy("TERM")).isEqualTo(TERMINATED);
    assertThat(servers()).isEqualTo(OTHERS);
  }

  @Test
  void saysWhatIsMissingWithoutRootAndServesAllTheSame() throws IOException {
    String before = everything();

    start("setpriv", "--bounding-set=-all", "--inh-caps=-all");

    assertThat(Files.readString(err))
        .contains("without node.device: delete address", "EPERM", "root or CAP_NET_ADMIN is needed")
        .contains("dns is on [127.0.0.1:10053] instead")
        .contains("resolv.conf stays as it is: no name server of this node is on port 53");
    assertThat(run(Dig.program(), "+short", "-p", "10053", "@127.0.0.1", "ready.spartan"))
        .contains("127.0.0.1");
    assertThat(everything()).isEqualTo(before);
    assertThat(Files.readSymbolicLink(resolvConf)).isEqualTo(Path.of("dhcp.conf"));
  }

  /** What dcos-net cleanup says there. */
  private List<String> cleanup() {
    List<String> words = List.of("--resolv-conf", resolvConf.toString(), "--data-dir");
    return network.call(
        () ->
            CommandRun.of("cleanup", words.get(0), words.get(1), words.get(2), data().toString())
                .out()
                .lines()
                .toList());
  }

  private Path data() {
    return folder.resolve("data");
  }

  private void startAndAwaitServers() throws IOException {
    start();
    // A busy machine may not answer itself in time at first.
    await().untilAsserted(() -> assertThat(servers()).isEqualTo(OURS));
  }

  private void start(String... by) throws IOException {
    Path config =
        Files.writeString(
            folder.resolve("node.yaml"),
            """
            node: {dataDir: data, address: 127.0.0.1, device: {enabled: true}}
            dns:
              mesos: {enabled: false}
              dcos: {enabled: false}
              resolvConf: {enabled: true, file: resolv.conf, interval: 200ms, timeout: 500ms}
            """);
    agent =
        network.call(
            () ->
                LauncherProcess.start(
                    List.of(by),
                    Redirect.to(err.toFile()),
                    "agent",
                    "--config",
                    config.toString()));
    agent().until("ready"::equals);
  }

  private List<String> servers() throws IOException {
    return Files.readAllLines(resolvConf).stream()
        .filter(line -> line.startsWith("nameserver"))
        .toList();
  }

  /** Links, addresses, routes and rules of that network. */
  private String everything() {
    return run("ip", "-j", "addr")
        + run("ip", "-4", "route", "show", "table", "all")
        + run("ip", "-6", "route", "show", "table", "all")
        + run("nft", "list ruleset");
  }

  /** Runs a program there and returns what it says. */
  private String run(String... command) {
    List<String> words = new ArrayList<>(List.of(command));
    return network.call(
        () -> {
          try {
            Process process = new ProcessBuilder(words).redirectErrorStream(true).start();
            String said = new String(process.getInputStream().readAllBytes(), UTF_8);
            assertThat(process.waitFor()).as("%s: %s", words, said).isZero();
            return said;
          } catch (IOException | InterruptedException e) {
            throw new AssertionError(e);
          }
        });
  }
}
