// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.lb.datapath.kernel;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.awaitility.Awaitility.await;

import io.dcosnet.api.net.IpAddress;
import io.dcosnet.lb.datapath.contract.InOwnNetwork;
import io.dcosnet.lb.datapath.kernel.VipRoutes.Result;
import io.dcosnet.linux.KernelException;
import io.dcosnet.linux.Linux;
import io.dcosnet.linux.netlink.NetlinkWatch;
import io.dcosnet.testkit.Required;
import java.io.IOException;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** The routes of VIPs as {@code ip} shows them, in a network of their own. */
@Tag("kernel")
@ExtendWith(InOwnNetwork.class)
class VipRoutesKernelIT {

  private static final IpAddress WEB = IpAddress.parse("192.0.2.1");
  private static final IpAddress SHOP = IpAddress.parse("192.0.2.2");
  private static final IpAddress WEB6 = IpAddress.parse("2001:db8::1");

  private VipRoutes routes;

  @BeforeAll
  static void require() {
    Required.that(
        Linux.unavailableBecause().isEmpty()
            && Files.isWritable(Path.of("/proc/sys/net/core/rmem_max")),
        "root is needed");
    Required.program("ip", "iproute2");
  }

  @BeforeEach
  void open() {
    routes = VipRoutes.open(VipRoutes.LOOPBACK);
  }

  @AfterEach
  void close() {
    List<String> unused = routes.removeAll();
    routes.close();
    tries("ip", "link", "del", "vips");
  }

  @Test
  void makesAddressesOfThisNodeOfThem() throws IOException {
    Result result = routes.apply(List.of(WEB, WEB6), true);

    assertThat(result).isEqualTo(new Result(2, 0, 0, Map.of()));
    assertThat(ours()).containsExactly("local 192.0.2.1 dev lo table local scope host");
    assertThat(ours6())
        .containsExactly("local 2001:db8::1 dev lo table local metric 1024 pref medium");
    assertThat(run("ip", "route", "get", "192.0.2.1")).startsWith("local 192.0.2.1 dev lo");
    assertThat(run("ip", "route", "get", "2001:db8::1")).startsWith("local 2001:db8::1");
    assertThat(talksTo(WEB)).isTrue();
    assertThat(talksTo(WEB6)).isTrue();
  }

  @Test
  void addsWhatIsNewAndRemovesWhatNobodyWants() {
    routes.apply(List.of(WEB, WEB6), true);

    Result result = routes.apply(List.of(WEB, SHOP), false);

    assertThat(result.added()).isEqualTo(1);
    assertThat(result.removed()).isEqualTo(1);
    assertThat(addresses()).containsExactly("192.0.2.1", "192.0.2.2");
    assertThat(ours6()).isEmpty();
    assertThat(routes.apply(List.of(WEB, SHOP), true).added()).isZero();
  }

  @Test
  void findsAgainWhatAnEarlierProcessLeft() {
    routes.apply(List.of(WEB, SHOP), true);
    try (VipRoutes after = VipRoutes.open(VipRoutes.LOOPBACK)) {

      Result result = after.apply(List.of(SHOP), false); // who holds nothing yet must look

      assertThat(result).isEqualTo(new Result(0, 1, 0, Map.of()));
    }
    assertThat(addresses()).containsExactly("192.0.2.2");
  }

  @Test
  void repairsWhatOthersChangeAndTellsHowMuchThatWas() {
    routes.apply(List.of(WEB, SHOP), true);
    run("ip", "route", "del", "local", "192.0.2.1", "table", "local");
    run("ip", "route", "add", "local", "192.0.2.9", "dev", "lo", "table", "local", "proto", "202");

    Result result = routes.apply(List.of(WEB, SHOP), true);

    assertThat(result).isEqualTo(new Result(1, 1, 2, Map.of()));
    assertThat(addresses()).containsExactly("192.0.2.1", "192.0.2.2");
  }

  @Test
  void leavesRoutesOfOthersAlone() {
    run("ip", "route", "add", "local", "192.0.2.8", "dev", "lo", "table", "local");
    run("ip", "route", "add", "local", "192.0.2.1", "dev", "lo", "table", "local", "proto", "77");
    String foreign = run("ip", "route", "show", "table", "local", "proto", "77");

    Result taken = routes.apply(List.of(WEB, SHOP), true);
    List<String> removed = routes.removeAll();

    assertThat(taken.added()).isEqualTo(1);
    assertThat(taken.refused()).isEmpty(); // it is reachable all the same
    assertThat(removed).containsExactly("ip route local 192.0.2.2/32 dev lo table local proto 202");
    assertThat(run("ip", "route", "show", "table", "local", "proto", "77")).isEqualTo(foreign);
    assertThat(run("ip", "route", "show", "table", "local")).contains("local 192.0.2.8 ");
    run("ip", "route", "del", "local", "192.0.2.1", "table", "local", "proto", "77");
    run("ip", "route", "del", "local", "192.0.2.8", "table", "local");
  }

  @Test
  void tellsInTheKernelsWordsWhatItRefuses() throws IOException {
    Path off = Path.of("/proc/sys/net/ipv6/conf/all/disable_ipv6");
    Files.writeString(off, "1");
    try {
      Result result = routes.apply(List.of(WEB, WEB6), true);

      assertThat(result.added()).isEqualTo(1);
      assertThat(result.refused()).containsOnlyKeys(WEB6);
      assertThat(result.refused().get(WEB6)).contains("add route 2001:db8::1/128", "EACCES");
    } finally {
      Files.writeString(off, "0");
    }
    assertThat(routes.apply(List.of(WEB, WEB6), false).added()).isEqualTo(1);
  }

  @Test
  void usesADeviceOfItsOwnAndMovesThereFromAnother() throws IOException {
    routes.apply(List.of(WEB, WEB6), true);
    run("ip", "link", "add", "vips", "up", "type", "bridge");
    try (VipRoutes there = VipRoutes.open("vips")) {
      there.apply(List.of(WEB, WEB6), true);

      assertThat(ours()).containsExactly("local 192.0.2.1 dev vips table local scope host");
      assertThat(ours6())
          .anyMatch(line -> line.startsWith("local 2001:db8::1 dev lo table local"))
          .anyMatch(line -> line.startsWith("2001:db8::1 dev vips metric 1024"));
      assertThat(talksTo(WEB)).isTrue();
      assertThat(talksTo(WEB6)).isTrue();
      assertThat(there.removeAll()).hasSize(3);
    }
    assertThat(ours()).isEmpty();
    assertThat(ours6()).isEmpty();
  }

  @Test
  void isToldWithinASecondWhatSomebodyTakes() {
    AtomicInteger looks = new AtomicInteger();
    routes.apply(List.of(WEB, SHOP), true);
    try (NetlinkWatch watch =
        NetlinkWatch.begin(
            "dcosnet-test",
            VipRoutes.monitor(),
            Duration.ofHours(1),
            routes::concerns,
            looks::incrementAndGet)) {
      assertThat(watch).isNotNull();

      routes.apply(List.of(WEB, WEB6), false); // what it does itself is no news
      run("ip", "route", "add", "local", "192.0.2.7", "dev", "lo", "table", "local");
      run("ip", "route", "del", "local", "192.0.2.7", "table", "local");
      await().during(Duration.ofMillis(200)).until(() -> looks.get() == 0);

      run("ip", "route", "del", "local", "192.0.2.1", "table", "local");
      await().atMost(Duration.ofSeconds(1)).until(() -> looks.get() == 1);

      run("ip", "link", "set", "lo", "down");
      run("ip", "link", "set", "lo", "up");
      await().atMost(Duration.ofSeconds(1)).until(() -> looks.get() > 1);
    }
    assertThat(routes.apply(List.of(WEB, WEB6), true).added()).isEqualTo(2);
  }

  @Test
  void saysWhichDeviceIsMissing() {
    try (VipRoutes lost = VipRoutes.open("vips")) {
      assertThatExceptionOfType(KernelException.class)
          .isThrownBy(() -> lost.apply(List.of(WEB), true))
          .withMessageContaining("device vips");
    }
  }

  @Test
  void plansWithoutDoingAnything() {
    routes.apply(List.of(WEB), true);

    assertThat(routes.plan(List.of(SHOP)))
        .containsExactly(
            "ip route replace local 192.0.2.2/32 dev lo table local proto 202",
            "ip route del local 192.0.2.1/32 dev lo table local proto 202");
    assertThat(addresses()).containsExactly("192.0.2.1");
    assertThat(routes.list())
        .containsExactly("ip route local 192.0.2.1/32 dev lo table local proto 202");
    for (String line : routes.plan(List.of(SHOP))) {
      run(line.split(" ")); // as a person would do it
    }
    assertThat(addresses()).containsExactly("192.0.2.2");
  }

  @Test
  void takesTenThousandAtOnce() {
    List<IpAddress> many = new ArrayList<>();
    for (int i = 0; i < 10_000; i++) {
      many.add(IpAddress.parse("11.0.0.0").plus(i));
    }

    assertThat(routes.apply(many, true).added()).isEqualTo(10_000);
    assertThat(addresses()).hasSize(10_000);
    assertThat(routes.apply(many.subList(1, 10_000), false).removed()).isEqualTo(1);
    assertThat(routes.removeAll()).hasSize(9_999);
    assertThat(addresses()).isEmpty();
  }

  /** Whether who listens on all addresses of this node is met there. */
  private static boolean talksTo(IpAddress address) throws IOException {
    try (ServerSocket server = new ServerSocket(0);
        Socket client = new Socket(address.toInetAddress(), server.getLocalPort())) {
      return client.isConnected();
    }
  }

  private static List<String> addresses() {
    return ours().stream().map(line -> line.split(" ", 3)[1]).toList();
  }

  private static List<String> ours() {
    return run("ip", "-4", "route", "show", "table", "all", "proto", "202")
        .lines()
        .map(String::strip)
        .toList();
  }

  private static List<String> ours6() {
    return run("ip", "-6", "route", "show", "table", "all", "proto", "202")
        .lines()
        .map(String::strip)
        .toList();
  }

  /** A process is in the namespace of the thread that starts it. */
  static String run(String... command) {
    Said said = tries(command);
    assertThat(said.code()).as("%s: %s", List.of(command), said.text()).isZero();
    return said.text();
  }

  private record Said(int code, String text) {}

  private static Said tries(String... command) {
    try {
      Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
      String text = new String(process.getInputStream().readAllBytes(), UTF_8);
      return new Said(process.waitFor(), text);
    } catch (IOException | InterruptedException e) {
      throw new AssertionError(e);
    }
  }
}
