// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.standalone.overlay;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.dcosnet.api.net.IpAddress;
import io.dcosnet.linux.capability.Capabilities;
import io.dcosnet.linux.capability.Feature;
import io.dcosnet.overlay.desired.Bridge;
import io.dcosnet.overlay.desired.InterfaceAddress;
import io.dcosnet.standalone.CommandRun;
import io.dcosnet.standalone.LauncherProcess;
import io.dcosnet.standalone.overlay.Datagrams.End;
import io.dcosnet.standalone.setup.OverlayLeftovers;
import io.dcosnet.testkit.Required;
import java.io.IOException;
import java.lang.ProcessBuilder.Redirect;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/**
 * A master and two agents, each a process on a host of its own, and containers of theirs that talk
 * to each other. All tests share them, since each start takes seconds; each leaves all running.
 */
@Tag("kernel")
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class OverlayRolesKernelIT {

  /** Processes that start together on a busy machine. */
  private static final Duration PATIENCE = Duration.ofMinutes(2);

  private static final Duration REPAIRED = Duration.ofSeconds(1);
  private static final Duration FOUND_AGAIN = Duration.ofSeconds(2);
  private static final IpAddress ELSEWHERE = IpAddress.parse("192.0.2.99");
  private static final int MTU = 1450;

  private final Map<Integer, LauncherProcess> running = new LinkedHashMap<>();
  private final List<TestHost> hosts = new ArrayList<>();
  private TestUnderlay underlay;
  private Path folder;

  @BeforeAll
  void start(@TempDir Path own) throws IOException {
    folder = own;
    Capabilities here = Capabilities.probe();
    Required.that(here.has(Feature.NAMESPACES) && here.has(Feature.VXLAN_LINKS), "root is needed");
    Required.program("ip", "iproute2");
    Path key =
        Files.createFile(
            folder.resolve("key"),
            PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
    Files.writeString(key, CommandRun.of("gossip", "key").out());
    Files.writeString(folder.resolve("token"), "an-admin-token-of-this-test\n");
    Files.writeString(folder.resolve("overlay.token"), "an-overlay-token-of-this-test\n");
    underlay = new TestUnderlay(1500);
    for (int number = 1; number <= 3; number++) {
      hosts.add(new TestHost(number, underlay));
    }
    run(host(1));
    run(host(2));
    run(host(3));
    hosts.forEach(this::awaitReady);
    for (TestHost agent : hosts.subList(1, 3)) {
      var unused = agent.start(bridge(agent));
    }
    await().atMost(PATIENCE).until(() -> Datagrams.fault(in(2), in(3), MTU).isEmpty());
  }

  @AfterAll
  void end() {
    running.values().forEach(LauncherProcess::close);
    hosts.forEach(TestHost::close);
    if (underlay != null) {
      underlay.close();
    }
  }

  @Test
  void containersReachEachOtherAndTheHostsAtTheFullSizeInBothFamilies() {
    for (boolean ipv4 : new boolean[] {true, false}) {
      End two = host(2).containerEnd(ipv4);
      End three = host(3).containerEnd(ipv4);
      await().atMost(PATIENCE).until(() -> Datagrams.fault(two, three, MTU).isEmpty());
      assertThat(Datagrams.fault(three, two, MTU)).isEmpty();
      assertThat(Datagrams.fault(two, three, MTU + 1).orElseThrow()).contains("refused");
      assertThat(Transfers.fault(two, three)).isEmpty();
      assertThat(Transfers.fault(three, two)).isEmpty();
    }
    assertThat(Datagrams.fault(in(2), host(3).end(host(3).address()), MTU))
        .as("an agent's own address, through the tunnel")
        .isEmpty();
    assertThat(Datagrams.fault(in(2), host(1).end(host(1).address()), MTU))
        .as("the master, which is a gateway")
        .isEmpty();
    await() // after a start, the master is asked while the host works already
        .atMost(PATIENCE)
        .until(() -> ask(host(2), "status").out().contains("overlay agent registered"));
    assertThat(ask(host(2), "status").out()).contains("dcos 9.0.");
    assertThat(ask(host(1), "status").out()).contains("overlay master, leading: 3 agents");
    IpAddress far = host(3).container().address(true);
    CommandRun explained = ask(host(2), "explain", "address", far.toString());
    assertThat(explained.exitCode()).as(explained.out() + explained.err()).isZero();
    assertThat(explained.out()).contains(host(3).address().toString());
    assertThat(ask(host(1), "explain", "address", far.toString()).out())
        .contains(host(3).address().toString());
    assertThat(ask(host(1), "explain", "address", "192.0.2.200").exitCode()).isEqualTo(1);
  }

  @Test
  void noPacketIsLostWhileAnAgentStartsAgainOrAfterItIsKilled() throws Exception {
    for (String signal : List.of("TERM", "KILL")) {
      try (Traffic there = Traffic.begin(in(2), in(3));
          Traffic back = Traffic.begin(in(3), in(2))) {
        endAndRun(host(2), signal);
        assertThat(there.lost()).as("to the other host, SIG" + signal).isZero();
        assertThat(back.lost()).as("from the other host, SIG" + signal).isZero();
      }
    }
  }

  @Test
  void noPacketIsLostWhileTheMasterIsAwayAndAgentsStartWithoutIt() throws Exception {
    try (Traffic traffic = Traffic.begin(in(2), in(3))) {
      on(1).endBy("KILL");
      endAndRun(host(3), "TERM");
      assertThat(traffic.lost()).isZero();
    }
    run(host(1));
    awaitReady(host(1));
  }

  @Test
  void whatSomebodyTakesIsThereAgainWithinASecond() throws IOException {
    for (String damage :
        List.of(
            "link set vtep1024 down",
            "route flush table 42",
            "route flush proto 201",
            "neigh flush dev vtep1024 nud permanent",
            "link set vtep1024 address 02:00:00:00:00:01",
            "link del vtep1024",
            "rule del from 9.0.0.0/8")) {
      host(2).network().call(() -> ip(damage));
      if (damage.endsWith("down")) {
        host(2).network().call(() -> ip("link set vtep1024 up"));
      }
      await()
          .alias(damage)
          .atMost(REPAIRED)
          .until(
              () ->
                  Datagrams.fault(in(2), in(3), MTU).isEmpty()
                      && Datagrams.fault(in(2), host(3).end(host(3).address()), MTU).isEmpty());
    }
  }

  @Test
  void aHostThatMovesIsReachedAtItsOtherAddress() throws IOException {
    on(3).endBy("TERM");
    host(3).move(ELSEWHERE);
    run(host(3));
    awaitReady(host(3));

    await().atMost(FOUND_AGAIN).until(() -> Datagrams.fault(in(2), in(3), MTU).isEmpty());
    assertThat(Transfers.fault(in(3), in(2))).isEmpty();
  }

  @Test
  void cleanupLeavesNothing() throws IOException {
    on(1).endBy("TERM");
    assertThat(host(1).routes().link("vtep1024")).as("left in place").isPresent();
    assertThat(dryRun(host(1)).out()).isEqualTo("# this host holds all that it should\n");

    CommandRun cleanup = host(1).network().call(() -> CommandRun.of("cleanup"));

    assertThat(cleanup.exitCode()).as(cleanup.err()).isZero();
    assertThat(cleanup.out()).contains("vtep1024");
    assertThat(host(1).network().call(OverlayLeftovers::list)).isEmpty();
    CommandRun steps = dryRun(host(1));
    assertThat(steps.exitCode()).as("something is to be done").isEqualTo(1);
    assertThat(steps.out()).contains("vtep1024").contains("44.128.0.");
    assertThat(host(1).routes().link("vtep1024")).as("nothing was done").isEmpty();
    run(host(1));
    awaitReady(host(1));
    assertThat(host(1).routes().link("vtep1024")).isPresent();
  }

  private CommandRun dryRun(TestHost host) {
    String data = folder.resolve("data" + host.number()).toString();
    return host.network()
        .call(() -> CommandRun.of("overlay", "agent", "--dry-run", "--data-dir", data));
  }

  private TestHost host(int number) {
    return hosts.get(number - 1);
  }

  /** The container of a host, by IPv4. */
  private End in(int number) {
    return host(number).containerEnd(true);
  }

  private void endAndRun(TestHost host, String signal) throws IOException {
    on(host.number()).endBy(signal);
    run(host);
    awaitReady(host);
  }

  private void awaitReady(TestHost host) {
    await()
        .atMost(PATIENCE)
        .untilAsserted(
            () -> {
              CommandRun status = ask(host, "status");
              assertThat(status.exitCode()).as(status.out() + status.err()).isZero();
            });
  }

  private void run(TestHost host) throws IOException {
    boolean master = host.number() == 1;
    Path file =
        Files.writeString(
            folder.resolve("host" + host.number() + ".yaml"),
            """
            node: {dataDir: data%1$d, address: %2$s}
            admin: {listen: "%2$s:62080", tokenFile: token}
            gossip: {bind: "%2$s:7950", seeds: ["192.0.2.1:7950", "192.0.2.2:7950"], keyFile: key,
                     preset: local}
            lb: {enabled: false}
            overlay:
              enabled: true
              tokenFile: overlay.token
              %3$s
            """
                .formatted(
                    host.number(),
                    host.address(),
                    master
                        ? """
                          agent: {part: gateway}
                            master:
                              network:
                                vtep_subnet: 44.128.0.0/20
                                vtep_subnet6: fd01:a::/64
                                vtep_mac_oui: 70:B3:D5:00:00:00
                                quorum_wait: 0s
                                overlays:
                                  - {name: dcos, subnet: 9.0.0.0/8, prefix: 24,
                                     subnet6: "fd01:b::/64", prefix6: 80}
                          """
                        : "agent: {pools: [cni]}"));
    running.put(
        host.number(),
        host.network()
            .call(
                () ->
                    LauncherProcess.start(
                        List.of(),
                        Redirect.to(folder.resolve("err" + host.number()).toFile()),
                        master ? "master" : "agent",
                        "--config",
                        file.toString())));
  }

  /** The bridge that the agent made, as its kernel knows it. */
  private static Bridge bridge(TestHost host) {
    int index = host.routes().link("m-dcos").orElseThrow().index();
    List<InterfaceAddress> gateways =
        host.routes().addresses().stream()
            .filter(address -> address.link() == index && !address.address().isLinkLocal())
            .map(address -> new InterfaceAddress(address.address(), address.prefixLength()))
            .toList();
    return new Bridge("m-dcos", "dcos", "cni", gateways, OptionalInt.empty());
  }

  private CommandRun ask(TestHost host, String... question) {
    List<String> all = new ArrayList<>(List.of(question));
    all.addAll(
        List.of(
            "--admin",
            "http://" + host.address() + ":62080",
            "--token-file",
            folder.resolve("token").toString()));
    return host.network().call(() -> CommandRun.of(all.toArray(String[]::new)));
  }

  private static String ip(String arguments) throws IOException {
    List<String> command = new ArrayList<>(List.of("ip"));
    command.addAll(List.of(arguments.split(" ")));
    Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
    return new String(process.getInputStream().readAllBytes(), UTF_8);
  }

  private LauncherProcess on(int host) {
    return requireNonNull(running.get(host), () -> "nothing runs on host " + host);
  }
}
