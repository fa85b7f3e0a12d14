// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.lb.datapath.nft;

import static io.dcosnet.lb.datapath.nft.Here.done;
import static io.dcosnet.lb.datapath.nft.Here.nft;
import static io.dcosnet.lb.datapath.nft.Here.service;
import static io.dcosnet.lb.datapath.nft.Here.table;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.dcosnet.api.net.Cidr;
import io.dcosnet.api.net.HostPort;
import io.dcosnet.api.net.IpAddress;
import io.dcosnet.api.net.Protocol;
import io.dcosnet.api.spi.TimeSource;
import io.dcosnet.lb.datapath.contract.Caller;
import io.dcosnet.lb.datapath.contract.InOwnNetwork;
import io.dcosnet.lb.datapath.contract.NamedServer;
import io.dcosnet.lb.vip.VipTable;
import io.dcosnet.lb.vip.VipTable.Frontend;
import io.dcosnet.lb.vip.VipTable.Service;
import io.dcosnet.lb.vip.VipTable.Target;
import io.dcosnet.linux.netlink.Message;
import io.dcosnet.linux.netlink.NetlinkMonitor;
import io.dcosnet.linux.netlink.NetlinkProtocol;
import io.dcosnet.linux.nft.NftElements;
import io.dcosnet.linux.nft.NftGeneration;
import io.dcosnet.testkit.RecordingMetrics;
import java.io.IOException;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What others do to the table, and what a process finds that begins anew. */
@Tag("kernel")
@ExtendWith(InOwnNetwork.class)
@Timeout(60)
class NftDamageIT {

  private static final HostPort VIP = HostPort.parse("11.9.0.1:80");
  private static final Duration PATIENCE = Duration.ofSeconds(2);

  private final RecordingMetrics metrics = new RecordingMetrics();
  private final List<NftDataPath> paths = new ArrayList<>();
  private NamedServer server;
  private VipTable table;

  @BeforeAll
  static void needsRoot() {
    Here.needsRoot();
  }

  @BeforeEach
  void begin() throws IOException {
    Here.route(Cidr.parse("11.0.0.0/8"));
    server = new NamedServer("a", IpAddress.LOOPBACK_IPV4);
    Target up = Target.up(server.address(), 1);
    table =
        table(
            service("11.9.0.1:80", up),
            service("11.9.0.2:80", up, Here.up("192.0.2.7:80")),
            service("[2001:db8:11::1]:80", Here.up("[2001:db8::7]:80")));
  }

  @AfterEach
  void end() throws Exception {
    if (server != null) {
      server.close();
    }
    for (NftDataPath path : paths) {
      done(path.stop(false, Duration.ZERO));
    }
    List<String> unused = newPath().cleanup();
  }

  private NftDataPath newPath() {
    NftDataPath path = new NftDataPath(TimeSource.system(), metrics, NftConfig.defaults());
    paths.add(path);
    return path;
  }

  private long repaired() {
    return metrics.count("dcosnet.lb.kernel.repaired", "path", "nftables");
  }

  private static String ask() throws IOException {
    try (Caller caller = new Caller(new Socket(), VIP, PATIENCE)) {
      return caller.ask();
    }
  }

  private static String shown() {
    return nft("list table inet dcosnet_lb").replaceAll("counter packets \\d+ bytes \\d+ ", "");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "delete element inet dcosnet_lb vips4 { 11.9.0.1 . tcp . 80 }",
        "delete element inet dcosnet_lb addresses6 { 2001:db8:11::1 }",
        "flush map inet dcosnet_lb backends4",
        "flush chain inet dcosnet_lb slot4-lot-1",
        "flush table inet dcosnet_lb",
        "insert rule inet dcosnet_lb local tcp dport 80 accept",
        "add element inet dcosnet_lb addresses4 { 203.0.113.1 }",
        "add table inet dcosnet_lb { flags dormant; }",
        "add chain inet dcosnet_lb theirs { type filter hook output priority 0; policy drop; }",
        "add chain inet dcosnet_lb incoming { policy drop; }",
        "delete table inet dcosnet_lb",
        "flush ruleset"
      })
  void whatSomebodyElseChangesIsRepairedWithinASecondAndCounted(String change) throws Exception {
    done(newPath().apply(table));
    assertThat(ask()).isEqualTo("a");
    String before = shown();
    assertThat(repaired()).isZero();

    nft(change);

    await()
        .atMost(Duration.ofSeconds(1))
        .pollInterval(Duration.ofMillis(20))
        .untilAsserted(() -> assertThat(repaired()).isPositive());
    assertThat(shown()).isEqualTo(before);
    assertThat(ask()).isEqualTo("a");
  }

  @Test
  void aWrongValueIsPutRight() throws Exception {
    done(newPath().apply(table));
    String before = shown();
    nft(
        "delete element inet dcosnet_lb backends4 { 0 . 11.9.0.1 . tcp . 80 }\n"
            + "add element inet dcosnet_lb backends4 { 0 . 11.9.0.1 . tcp . 80 : 192.0.2.9 . 9 }");

    await().atMost(Duration.ofSeconds(1)).until(() -> repaired() > 0);
    assertThat(shown()).isEqualTo(before);
  }

  @Test
  void damageThatComesWithAChangeDoesNotStopIt() throws Exception {
    NftDataPath path = newPath();
    done(path.apply(table));
    for (int i = 0; i < 20; i++) {
      nft("delete table inet dcosnet_lb");
      done(path.apply(VipTable.of(List.of(service("11.9.0.1:80", Here.up("192.0.2.7:80"))))));
      nft("flush map inet dcosnet_lb vips4");
      done(path.apply(table));
    }
    await().untilAsserted(() -> assertThat(ask()).isEqualTo("a"));
  }

  @Test
  void whatIsNotOursIsNeitherRepairedNorTouched() throws Exception {
    done(newPath().apply(table));
    String others =
        "table inet others { map vips4 { type ipv4_addr : verdict; }; chain local { accept; }; }";
    nft(others);
    nft("add element inet others vips4 { 192.0.2.1 : accept }");
    nft("table ip dcosnet_lb { chain local { accept; }; }");
    String before = nft("list table inet others") + nft("list table ip dcosnet_lb");
    nft("delete element inet dcosnet_lb vips4 { 11.9.0.1 . tcp . 80 }"); // told after the others
    await().until(() -> repaired() > 0);

    assertThat(repaired()).isEqualTo(1);
    assertThat(nft("list table inet others") + nft("list table ip dcosnet_lb")).isEqualTo(before);
  }

  @Test
  void theNextProcessAdoptsWhatWasLeftAndChangesNoElement() throws Exception {
    NftDataPath first = newPath();
    done(first.apply(table));
    Caller caller = new Caller(new Socket(), VIP, PATIENCE);
    assertThat(caller.ask()).isEqualTo("a");
    done(first.stop(true, Duration.ZERO));
    String before = shown();
    assertThat(ask()).as("without any process").isEqualTo("a");

    int[] changed = {0};
    try (NetlinkMonitor monitor =
        NetlinkMonitor.open(NetlinkProtocol.NETFILTER, NftGeneration.GROUP)) {
      done(newPath().apply(table));
      NetlinkMonitor.Listener listener =
          new NetlinkMonitor.Listener() {
            @Override
            public void changed(Message message) {
              boolean element =
                  message.type() == NftElements.NEW || message.type() == NftElements.DELETED;
              // Sets without a name of their own belong to rules.
              if (element && !NftElements.set(message).name().startsWith("__")) {
                changed[0]++;
              }
            }

            @Override
            public void lost() {
              throw new AssertionError("lost");
            }
          };
      for (int i = 0; i < 100; i++) {
        assertThat(monitor.await(Duration.ZERO, listener)).isTrue();
      }
    }

    assertThat(changed[0]).isZero();
    assertThat(shown()).isEqualTo(before);
    assertThat(caller.ask()).as("a connection from before").isEqualTo("a");
    assertThat(ask()).isEqualTo("a");
    assertThat(repaired()).as("nothing was damaged").isZero();
    caller.close();
  }

  @Test
  void theNextProcessCutsWhatItsTableDoesNotKnowAnyMore() throws Exception {
    NftDataPath first = newPath();
    done(first.apply(table));
    Caller caller = new Caller(new Socket(), VIP, PATIENCE);
    assertThat(caller.ask()).isEqualTo("a");
    done(first.stop(true, Duration.ZERO));

    done(newPath().apply(table(service("11.9.0.2:80", Here.up("192.0.2.7:80")))));

    server.freeze();
    assertThatThrownBy(caller::ask)
        .isInstanceOf(IOException.class)
        .isNotInstanceOf(SocketTimeoutException.class);
    assertThat(shown()).doesNotContain("11.9.0.1");
  }

  @Test
  void tellsWhatItCarries() throws Exception {
    NftDataPath path = newPath();
    Frontend web = new Frontend(Protocol.TCP, VIP);
    assertThat(path.traffic(web)).isEmpty();
    done(path.apply(table));
    Caller caller = new Caller(new Socket(), VIP, PATIENCE);
    assertThat(caller.ask()).isEqualTo("a");
    for (int i = 0; i < 4; i++) {
      assertThat(ask()).isEqualTo("a");
    }
    await().until(() -> path.traffic(web).orElseThrow().connections() == 5);
    assertThat(path.traffic(web).orElseThrow().activeByBackend())
        .containsExactly(Map.entry(server.address(), 1));

    Target up = Target.up(server.address(), 1);
    done(path.apply(table(service("11.9.0.1:80", up, Here.up("127.0.0.9:9")))));
    done(path.apply(table));
    caller.close();
    assertThat(ask()).isEqualTo("a");
    await().until(() -> path.traffic(web).orElseThrow().connections() == 6);
    await().until(() -> path.traffic(web).orElseThrow().active() == 0);
    assertThat(metrics.count("dcosnet.lb.connections")).isEqualTo(6);
    done(path.apply(VipTable.EMPTY));
    assertThat(path.traffic(web)).isEmpty();
  }

  @Test
  void aPathInUserSpaceMayComeBeforeAndAfter() throws Exception {
    NamedServer proxy = new NamedServer("proxy", VIP.address());
    Caller before = new Caller(new Socket(), proxy.address(), PATIENCE);
    assertThat(before.ask()).isEqualTo("proxy");
    VipTable same = table(service(proxy.address().toString(), Target.up(server.address(), 1)));
    NftDataPath path = newPath();
    done(path.apply(same));
    assertThat(before.ask()).as("a connection from before").isEqualTo("proxy");
    Caller during = new Caller(new Socket(), proxy.address(), PATIENCE);
    assertThat(during.ask()).isEqualTo("a");

    var stopped = path.stop(false, Duration.ofMinutes(5)).toCompletableFuture();
    await()
        .untilAsserted(
            () -> {
              try (Caller after = new Caller(new Socket(), proxy.address(), PATIENCE)) {
                assertThat(after.ask()).isEqualTo("proxy");
              }
            });
    assertThat(during.ask()).isEqualTo("a");
    assertThat(before.ask()).isEqualTo("proxy");
    assertThat(stopped).isNotDone();
    during.close();
    done(stopped);
    assertThat(before.ask()).isEqualTo("proxy");
    before.close();
    proxy.close();
  }

  @Test
  void whatIsPlannedIsWhatIsDone() throws Exception {
    NftDataPath path = newPath();
    List<String> planned = path.plan(table);
    assertThat(nft("list tables")).doesNotContain("dcosnet");
    nft(String.join("\n", planned));
    String byHand = shown();
    done(path.apply(table));
    assertThat(shown()).isEqualTo(byHand);
    assertThat(path.plan(table)).as("nothing is left to do").isEmpty();

    VipTable next =
        table(
            service("11.9.0.1:80", Here.up("192.0.2.7:80"), Here.up("192.0.2.8:80")),
            service("[2001:db8:11::2]:80", Here.up("[2001:db8::7]:80")));
    planned = path.plan(next);
    assertThat(planned)
        .contains(
            "add element inet dcosnet_lb backends4"
                + " { 1 . 11.9.0.1 . tcp . 80 : 192.0.2.8 . 80 }",
            "add element inet dcosnet_lb vips4 { 11.9.0.1 . tcp . 80 : goto slot4-lot-2 }",
            "delete element inet dcosnet_lb addresses6 { 2001:db8:11::1 }");
    done(path.apply(next));
    assertThat(path.plan(next)).isEmpty();
    done(path.apply(table));
    done(path.stop(true, Duration.ZERO));
    nft(String.join("\n", planned));
    assertThat(newPath().plan(next)).isEmpty();
  }

  @Test
  void aTableOfAnotherKindIsMadeAnew() throws Exception {
    nft("table inet dcosnet_lb { map vips4 { type ipv4_addr : verdict; }; }");
    done(newPath().apply(table));
    assertThat(ask()).isEqualTo("a");
  }

  @Test
  void aTableOfAnotherKindCarriesNewConnectionsUntilOursDoes() throws Exception {
    nft(
        "table inet dcosnet_lb {\n"
            + "map vips4 { type ipv4_addr : verdict; }\n"
            + "chain local {\n type nat hook output priority -105;\n"
            + "ip daddr 11.9.0.1 tcp dport 80 dnat ip to "
            + server.address()
            + "\n}\n}");
    assertThat(ask()).as("by the other version").isEqualTo("a");
    List<Service> many = new ArrayList<>(table.services().values());
    for (int i = 0; i < 3_000; i++) {
      many.add(service(IpAddress.parse("11.9.1.0").plus(i) + ":80", Here.up("192.0.2.7:80")));
    }
    AtomicBoolean ended = new AtomicBoolean();
    List<String> answers = new CopyOnWriteArrayList<>();
    Thread clients =
        new Thread(
            () -> {
              while (!ended.get()) {
                try {
                  answers.add(ask());
                } catch (IOException e) {
                  answers.add(e.toString());
                }
              }
            });
    clients.start();
    await().until(() -> answers.size() > 5);

    done(newPath().apply(VipTable.of(many)));

    int then = answers.size();
    await().until(() -> answers.size() > then + 5);
    ended.set(true);
    clients.join();
    assertThat(answers).containsOnly("a");
    assertThat(nft("list chain inet dcosnet_lb local")).contains("jump service4");
  }

  @Test
  void cleanupRemovesTheTableAndSaysSo() throws Exception {
    NftDataPath path = newPath();
    done(path.apply(table));
    done(path.stop(true, Duration.ZERO));
    nft("table inet others { chain local { accept; }; }");

    assertThat(newPath().cleanup()).containsExactly("table inet dcosnet_lb");
    assertThat(newPath().cleanup()).isEmpty();
    assertThat(nft("list tables")).contains("others").doesNotContain("dcosnet");
  }

  @Test
  void manyNumbersOfSlotsLeaveFewChains() throws Exception {
    NftDataPath path = newPath();
    for (int slots = 1; slots <= 90; slots++) {
      Target[] targets = new Target[slots];
      for (int i = 0; i < slots; i++) {
        targets[i] = Here.up("192.0.2.1:" + (1000 + i));
      }
      done(path.apply(table(service("11.9.0.1:80", targets))));
    }
    nft("delete element inet dcosnet_lb vips4 { 11.9.0.1 . tcp . 80 }");
    await().until(() -> repaired() > 0);
    await()
        .untilAsserted(
            () ->
                assertThat(nft("list chains").lines().filter(line -> line.contains("slot4-")))
                    .hasSize(1));
  }
}
