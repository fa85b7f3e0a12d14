// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.lb.datapath.nft;

import static io.dcosnet.lb.datapath.nft.Here.nft;
import static io.dcosnet.lb.datapath.nft.Here.service;
import static io.dcosnet.lb.datapath.nft.Here.table;
import static io.dcosnet.lb.datapath.nft.Here.up;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.dcosnet.api.net.Cidr;
import io.dcosnet.api.net.HostPort;
import io.dcosnet.api.net.IpAddress;
import io.dcosnet.api.spi.TimeSource;
import io.dcosnet.lb.datapath.TrafficObservers;
import io.dcosnet.lb.datapath.contract.Caller;
import io.dcosnet.lb.datapath.contract.InOwnNetwork;
import io.dcosnet.lb.datapath.contract.NamedServer;
import io.dcosnet.lb.internal.LbMetrics;
import io.dcosnet.lb.vip.VipTable;
import io.dcosnet.lb.vip.VipTable.Target;
import io.dcosnet.testkit.RecordingMetrics;
import java.net.Socket;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;

/**
 * The work on the thread of the test, whose changes the kernel does not tell as those of others.
 */
@Tag("kernel")
@ExtendWith(InOwnNetwork.class)
@Timeout(60)
class NftWorkIT {

  private static final HostPort VIP = HostPort.parse("11.9.0.1:80");

  private final RecordingMetrics metrics = new RecordingMetrics();
  private final AtomicInteger told = new AtomicInteger();
  private final NftWork work =
      new NftWork(
          NftConfig.builder().repairInterval(Duration.ofMillis(100)).build(),
          TimeSource.system(),
          new LbMetrics(metrics),
          new TrafficObservers());

  @BeforeAll
  static void needsRoot() {
    Here.needsRoot();
  }

  @BeforeEach
  void begin() {
    Here.route(Cidr.parse("11.0.0.0/8"));
    work.onDamage(told::incrementAndGet);
  }

  @AfterEach
  void end() {
    work.close(false);
  }

  private long count(String what) {
    return metrics.count("dcosnet.lb.kernel." + what, "path", "nftables");
  }

  private static String shown() {
    return nft("list table inet dcosnet_lb").replaceAll("counter packets \\d+ bytes \\d+ ", "");
  }

  /** As the loop does, until it is told to compare. */
  private void awaitAlarm() {
    await().pollInSameThread().pollInterval(Duration.ofMillis(20)).until(work::watch);
  }

  /** For long enough that some comparisons begin and end. */
  private void assertQuiet() {
    AtomicInteger watched = new AtomicInteger();
    await()
        .pollInSameThread()
        .pollInterval(Duration.ofMillis(20))
        .until(
            () -> {
              assertThat(work.watch()).isFalse();
              return watched.incrementAndGet() > 60;
            });
  }

  @Test
  void damageThatNobodyTellsOfIsFoundBesideTheWork() {
    VipTable table = table(service("11.9.0.1:80", up("192.0.2.7:80")));
    var unused = work.apply(table, true);
    String before = shown();
    assertQuiet();

    nft("delete element inet dcosnet_lb vips4 { 11.9.0.1 . tcp . 80 }");
    awaitAlarm();
    unused = work.apply(table, true);
    assertThat(shown()).isEqualTo(before);

    nft("insert rule inet dcosnet_lb local tcp dport 80 accept");
    awaitAlarm();
    unused = work.apply(table, true);
    assertThat(shown()).isEqualTo(before);

    nft("delete table inet dcosnet_lb");
    awaitAlarm();
    unused = work.apply(table, true);
    assertThat(shown()).isEqualTo(before);
    assertThat(told).as("by the kernel").hasValue(0);
    assertThat(count("repaired")).isPositive();
  }

  @Test
  void changesWhileAComparisonGoesOnAreNoDamage() {
    var unused = work.apply(table(service("11.9.0.1:80", up("192.0.2.7:80"))), true);
    AtomicInteger round = new AtomicInteger();
    await()
        .pollInSameThread()
        .pollInterval(Duration.ofMillis(2))
        .atMost(Duration.ofSeconds(50))
        .until(
            () -> {
              int i = round.incrementAndGet();
              assertThat(work.watch()).isFalse();
              Target[] targets = new Target[1 + i % 5];
              for (int t = 0; t < targets.length; t++) {
                targets[t] = up("192.0.2." + (1 + (i + t) % 9) + ":" + (1_000 + t));
              }
              var report =
                  work.apply(
                      table(service("11.9.0.1:80", targets), service("11.9.0." + i % 200 + ":81")),
                      false);
              return i == 200 && report != null;
            });
    assertThat(count("repaired")).isZero();
    assertThat(count("refused")).isZero();
  }

  @Test
  void aFlowThatFoundItsOldWayBetweenIsCutByTheNextComparison() throws Exception {
    try (NamedServer server = new NamedServer("a", IpAddress.LOOPBACK_IPV4)) {
      Target there = Target.up(server.address(), 1);
      var unused = work.apply(table(service(VIP.toString(), there)), true);
      unused = work.apply(table(service(VIP.toString(), up("192.0.2.7:80"))), false);
      // Somebody who was on the way when the back end went.
      nft(
          "delete element inet dcosnet_lb backends4 { 0 . 11.9.0.1 . tcp . 80 }\n"
              + "add element inet dcosnet_lb backends4 { 0 . 11.9.0.1 . tcp . 80 : 127.0.0.1 . "
              + server.address().port()
              + " }");
      Caller caller = new Caller(new Socket(), VIP, Duration.ofSeconds(2));
      assertThat(caller.ask()).isEqualTo("a");
      nft(
          "delete element inet dcosnet_lb backends4 { 0 . 11.9.0.1 . tcp . 80 }\n"
              + "add element inet dcosnet_lb backends4 { 0 . 11.9.0.1 . tcp . 80 : 192.0.2.7 . 80 }");
      assertThat(count("cuts")).isZero();

      await()
          .pollInSameThread()
          .pollInterval(Duration.ofMillis(20))
          .until(() -> !work.watch() && count("cuts") == 1);
      caller.close();
    }
  }

  @Test
  void aConnectionIsCutAtOnceAlsoWhenItsServiceGotAnotherNumberOfSlotsBefore() throws Exception {
    try (NamedServer server = new NamedServer("a", IpAddress.LOOPBACK_IPV4)) {
      Target there = Target.up(server.address(), 1);
      var unused = work.apply(table(service(VIP.toString(), there)), true);
      Caller caller = new Caller(new Socket(), VIP, Duration.ofSeconds(2));
      assertThat(caller.ask()).isEqualTo("a");
      unused = work.apply(table(service(VIP.toString(), there, up("192.0.2.7:80"))), false);
      assertThat(count("cuts")).isZero();

      unused = work.apply(table(service(VIP.toString(), up("192.0.2.7:80"))), false);

      assertThat(count("cuts")).isEqualTo(1);
      caller.close();
    }
  }

  @Test
  void whatSomebodyElseDoesInTheSameMomentIsNotTakenForOurOwn() throws Exception {
    VipTable table = table(service("11.9.0.1:80", up("192.0.2.7:80")));
    var unused = work.apply(table, true);
    String before = shown();
    for (int i = 0; i < 150; i++) {
      nft("flush chain inet dcosnet_lb leaving");
      // It is in the network namespace of the thread that starts it.
      Thread other = new Thread(() -> nft("insert rule inet dcosnet_lb local tcp dport 80 accept"));
      other.start();
      unused = work.apply(table, true);
      other.join();
      unused = work.apply(table, true);
      assertThat(shown()).as("round %d", i).isEqualTo(before);
    }
  }
}
