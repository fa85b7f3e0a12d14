// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.lb.datapath.nft;

import static io.dcosnet.lb.datapath.nft.Here.done;
import static io.dcosnet.lb.datapath.nft.Here.nft;
import static io.dcosnet.lb.datapath.nft.Here.service;
import static io.dcosnet.lb.datapath.nft.Here.table;
import static io.dcosnet.lb.datapath.nft.Here.up;
import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.dcosnet.api.event.Subscription;
import io.dcosnet.api.net.HostPort;
import io.dcosnet.api.net.Protocol;
import io.dcosnet.api.spi.TimeSource;
import io.dcosnet.lb.datapath.ApplyReport;
import io.dcosnet.lb.datapath.ApplyReport.Outcome;
import io.dcosnet.lb.datapath.ApplyReport.State;
import io.dcosnet.lb.datapath.contract.InOwnNetwork;
import io.dcosnet.lb.vip.VipTable;
import io.dcosnet.lb.vip.VipTable.Frontend;
import io.dcosnet.lb.vip.VipTable.Service;
import io.dcosnet.lb.vip.VipTable.Target;
import io.dcosnet.testkit.RecordingMetrics;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;

/** A kernel that has room for no more than twelve slots, and so refuses whoever comes last. */
@Tag("kernel")
@ExtendWith(InOwnNetwork.class)
@Timeout(60)
class NftRefusalIT {

  private static final int ROOM = 12;
  private static final Frontend BIG = new Frontend(Protocol.TCP, HostPort.parse("11.9.0.9:80"));

  private final RecordingMetrics metrics = new RecordingMetrics();
  private final NftDataPath path =
      new NftDataPath(TimeSource.system(), metrics, NftConfig.defaults());

  @BeforeAll
  static void needsRoot() {
    Here.needsRoot();
  }

  @BeforeEach
  void begin() {
    nft(
        "table inet dcosnet_lb {\n"
            + "map backends4 {\n"
            + "typeof numgen inc mod 2 . ip daddr . meta l4proto . th dport : ip daddr . tcp dport\n"
            + "size "
            + ROOM
            + "\n}\n}");
  }

  @AfterEach
  void end() throws Exception {
    done(path.stop(false, Duration.ZERO));
  }

  private static Service web(int number, int backends) {
    Target[] targets = new Target[backends];
    for (int i = 0; i < backends; i++) {
      targets[i] = up("192.0.2." + (1 + i) + ":80");
    }
    return service("11.9.0." + number + ":80", targets);
  }

  private static String map(String name) {
    return nft("list map inet dcosnet_lb " + name);
  }

  private long refused() {
    return metrics.count("dcosnet.lb.kernel.refused", "path", "nftables");
  }

  @Test
  void aServiceThatTheKernelRefusesIsToldAndDisturbsNoOther() throws Exception {
    VipTable crowded = table(web(1, 1), web(2, 2), web(3, 3), web(9, ROOM + 1));
    ApplyReport report = done(path.apply(crowded));

    Outcome big = requireNonNull(report.services().get(BIG));
    assertThat(big.state()).isEqualTo(State.FAILED);
    assertThat(big.reason()).contains("ENFILE");
    assertThat(report.services().values())
        .filteredOn(outcome -> outcome.state() == State.SERVING)
        .hasSize(3);
    assertThat(map("vips4")).contains("11.9.0.1 ", "11.9.0.2 ", "11.9.0.3 ");
    assertThat(map("vips4")).doesNotContain("11.9.0.9 ");
    assertThat(refused()).isPositive();

    VipTable another = table(web(1, 2), web(2, 1), web(4, 1), web(9, ROOM + 1));
    report = done(path.apply(another));
    assertThat(report.services().values())
        .as("changes of others go on")
        .filteredOn(outcome -> outcome.state() == State.SERVING)
        .hasSize(3);
    assertThat(map("vips4")).contains("11.9.0.4 ").doesNotContain("11.9.0.3 ", "11.9.0.9 ");
  }

  @Test
  void isTriedAgainByItselfAndSaysSoWhenItWorks() throws Exception {
    Semaphore told = new Semaphore(0);
    Subscription subscription = path.onChange(told::release);
    Service big = web(9, ROOM);
    done(path.apply(table(web(1, 3))));
    done(path.apply(table(web(1, 3), big)));

    ApplyReport report = done(path.apply(VipTable.of(List.of(big))));
    assertThat(requireNonNull(report.services().get(BIG)).state())
        .as("it rests")
        .isEqualTo(State.FAILED);

    assertThat(told.tryAcquire(20, TimeUnit.SECONDS)).isTrue();
    report = done(path.apply(VipTable.of(List.of(big))));
    assertThat(requireNonNull(report.services().get(BIG)).state()).isEqualTo(State.SERVING);
    assertThat(map("vips4")).contains("11.9.0.9 ");
    assertThat(map("backends4")).contains("11 . 11.9.0.9 ");
    subscription.close();
  }

  @Test
  void aServiceThatWantsLessIsServedAtOnce() throws Exception {
    done(path.apply(table(web(1, 3), web(9, ROOM + 1))));
    ApplyReport report = done(path.apply(table(web(1, 3), web(9, 4))));
    assertThat(requireNonNull(report.services().get(BIG)).state()).isEqualTo(State.SERVING);
    assertThat(map("vips4")).contains("11.9.0.9 ");
  }

  @Test
  void aServiceThatGrowsTooMuchStaysAsItWas() throws Exception {
    done(path.apply(table(web(1, 3), web(9, 4))));
    String before = map("backends4");
    ApplyReport report = done(path.apply(table(web(1, 3), web(9, ROOM))));
    assertThat(requireNonNull(report.services().get(BIG)).state()).isEqualTo(State.FAILED);
    assertThat(map("backends4")).isEqualTo(before);
    await().until(() -> refused() > 3);
    assertThat(map("backends4")).as("also after it was tried again").isEqualTo(before);
    assertThat(metrics.count("dcosnet.lb.kernel.repaired", "path", "nftables"))
        .as("nobody else changed anything")
        .isZero();
  }
}
