// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.lb.datapath.choice;

import static io.dcosnet.lb.datapath.choice.Rig.done;
import static io.dcosnet.lb.datapath.choice.Rig.failure;
import static io.dcosnet.lb.datapath.choice.Rig.fates;
import static io.dcosnet.lb.datapath.choice.Rig.frontend;
import static io.dcosnet.lb.datapath.choice.Rig.reason;
import static io.dcosnet.lb.datapath.choice.Rig.table;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.entry;

import io.dcosnet.api.DcosNetException;
import io.dcosnet.api.event.Subscription;
import io.dcosnet.api.net.HostPort;
import io.dcosnet.lb.datapath.ApplyReport;
import io.dcosnet.lb.datapath.Considered.Fate;
import io.dcosnet.lb.datapath.TrafficObserver;
import io.dcosnet.lb.vip.VipTable.Frontend;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

/** One path in the place of another while tables and connections go on. */
class SwitchTest {

  private static final Duration GRACE = Duration.ofSeconds(30);
  private static final HostPort BACKEND = HostPort.parse("192.0.2.7:31001");

  private final Rig rig = new Rig();
  private final ChosenDataPath path = rig.choose("userspace");

  @Test
  void theNewOneHasTheTableBeforeTheOldOneLetsGo() {
    done(path.apply(table(1, 2)));
    rig.log.clear();

    Switched switched = done(path.switchTo("nftables", GRACE));

    assertThat(switched).isEqualTo(new Switched("userspace", "nftables", List.of("userspace")));
    assertThat(rig.log)
        .containsExactly("userspace has 2", "nftables has 2", "userspace stops within PT30S");
    assertThat(path.name()).isEqualTo("nftables");
    rig.log.clear();
    done(path.apply(table(3)));
    assertThat(rig.log).containsExactly("nftables has 1");
    assertThat(rig.metrics.count("dcosnet.lb.path.switches", "result", "done")).isEqualTo(1);
  }

  @Test
  void onlyWhatIsNewStartsAndOnlyWhatIsGoneStops() {
    done(path.apply(table(1)));
    done(path.switchTo("nftables", GRACE));
    FakePath rules = rig.path("nftables");

    done(path.switchTo("socket-nftables", GRACE));
    assertThat(rig.path("nftables")).isSameAs(rules);
    assertThat(rules.stopped()).isFalse();

    done(path.switchTo("nftables", GRACE));
    assertThat(rules.stopped()).isFalse();
    assertThat(rig.path("socket").stopped()).isTrue();
    assertThat(done(path.apply(table(1, 2))).services()).hasSize(2);
  }

  @Test
  void staysWhereItIsWhenTheNewOneDoesNotWork() {
    done(path.apply(table(1)));
    rig.machine("nftables").lack = "no nf_tables";

    assertThat(failure(path.switchTo("nftables", GRACE)))
        .isInstanceOf(DcosNetException.class)
        .hasMessage("data path nftables: no nf_tables");

    assertThat(path.name()).isEqualTo("userspace");
    assertThat(rig.path("userspace").stopped()).isFalse();
    assertThat(fates(path)).containsEntry("nftables", Fate.UNUSABLE);
    rig.machine("nftables").lack = null;
    assertThat(done(path.switchTo("nftables", GRACE)).to()).as("later").isEqualTo("nftables");
    assertThat(rig.metrics.count("dcosnet.lb.path.switches", "result", "failed")).isEqualTo(1);
  }

  @Test
  void goesBackWhenTheNewOneRefusesTheTable() {
    done(path.apply(table(1)));
    rig.machine("nftables").refusal = "add table: EPERM";

    assertThat(failure(path.switchTo("nftables", GRACE)))
        .hasMessageContaining("refused the table: add table: EPERM");

    assertThat(rig.path("nftables").stopped()).as("nothing of it stays").isTrue();
    assertThat(rig.path("userspace").stopped()).isFalse();
    assertThat(done(path.apply(table(1, 2))).services()).hasSize(2);
  }

  @Test
  void goesBackWhenAServiceWouldBeLost() {
    done(path.apply(table(1, 2)));
    rig.machine("nftables").unserved.put(frontend(2), "EBUSY");

    assertThat(failure(path.switchTo("nftables", GRACE)))
        .hasMessageContaining("does not serve tcp 11.0.0.2:80: EBUSY");

    assertThat(path.name()).isEqualTo("userspace");
    assertThat(reason(path, "nftables")).contains("EBUSY");
  }

  @Test
  void aServiceThatNobodyServedIsNoLoss() {
    rig.machine("userspace").unserved.put(frontend(2), "port is taken");
    rig.machine("nftables").unserved.put(frontend(2), "EBUSY");
    done(path.apply(table(1, 2)));

    assertThat(done(path.switchTo("nftables", GRACE)).to()).isEqualTo("nftables");
  }

  @Test
  void tablesThatComeMeanwhileReachBoth() {
    done(path.apply(table(1)));
    FakePath old = rig.path("userspace");
    old.hold(); // the switch waits for the pass that is under way
    CompletableFuture<Switched> switching = path.switchTo("nftables", GRACE).toCompletableFuture();
    CompletableFuture<ApplyReport> meanwhile = path.apply(table(1, 2)).toCompletableFuture();
    assertThat(switching).isNotDone();

    old.release();

    assertThat(switching.join().to()).isEqualTo("nftables");
    assertThat(meanwhile.join().table()).isEqualTo(table(1, 2));
    assertThat(rig.path("nftables").table()).isEqualTo(table(1, 2));
  }

  @Test
  void oneSwitchAtATime() {
    done(path.apply(table(1)));
    rig.path("userspace").hold();
    CompletableFuture<Switched> first = path.switchTo("nftables", GRACE).toCompletableFuture();

    assertThat(failure(path.switchTo("socket", GRACE)))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("under way");

    rig.path("userspace").release();
    assertThat(first.join().to()).isEqualTo("nftables");
  }

  @Test
  void theOldOneKeepsItsConnectionsAndIsCounted() {
    rig.machine("userspace").slowToGo = true;
    rig.machine("userspace").connections = 5;
    rig.machine("nftables").connections = 2;
    done(path.apply(table(1)));
    FakePath old = rig.path("userspace");
    List<HostPort> drained = new ArrayList<>();
    path.observe(
        new TrafficObserver() {
          @Override
          public void drained(Frontend frontend, HostPort backend) {
            drained.add(backend);
          }
        });

    done(path.switchTo("nftables", GRACE));

    assertThat(path.traffic(frontend(1)).orElseThrow().connections()).isEqualTo(7);
    assertThat(fates(path)).containsEntry("userspace", Fate.LEAVING);
    old.traffic().drained(frontend(1), BACKEND);
    assertThat(drained).containsExactly(BACKEND);
    assertThat(failure(path.switchTo("userspace", GRACE)))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("connections of before");

    old.emptied();

    assertThat(path.traffic(frontend(1)).orElseThrow().connections()).isEqualTo(2);
    assertThat(fates(path)).containsEntry("userspace", Fate.SPARE);
    assertThat(done(path.switchTo("userspace", GRACE)).to()).isEqualTo("userspace");
  }

  @Test
  void anEndDuringTheGraceOfASwitchDoesNotWaitForIt() {
    rig.machine("userspace").slowToGo = true;
    done(path.apply(table(1)));
    FakePath old = rig.path("userspace");
    done(path.switchTo("nftables", GRACE));
    assertThat(old.grace()).isEqualTo(GRACE);

    var unused = path.stop(true, Duration.ofSeconds(2));

    assertThat(old.grace()).isEqualTo(Duration.ofSeconds(2));
  }

  @Test
  void tellsWhenOneOfItsPathsWouldReportOtherwise() {
    done(path.apply(table(1)));
    List<String> changes = new ArrayList<>();
    Subscription subscription = path.onChange(() -> changes.add(path.name()));
    FakePath old = rig.path("userspace");
    old.changed();
    assertThat(changes).containsExactly("userspace");

    done(path.switchTo("socket-nftables", GRACE));
    changes.clear();
    rig.path("nftables").changed();
    assertThat(changes).containsExactly("socket-nftables");
    old.changed();
    assertThat(changes).as("it is gone").hasSize(1);
    subscription.close();
  }

  @Test
  void bothServeWhileNamesFollowToOtherAddresses() {
    rig.machine("userspace").elsewhere = HostPort.parse("127.65.0.1:80");
    done(path.apply(table(1)));
    FakePath old = rig.path("userspace");
    List<String> changes = new ArrayList<>();
    var subscription = path.onChange(() -> changes.add(path.name()));

    done(path.switchTo("nftables", GRACE));

    assertThat(changes).containsExactly("nftables");
    done(path.apply(table(1, 2)));
    assertThat(old.table()).as("it follows").isEqualTo(table(1, 2));
    rig.time.advance(Rig.LINGER.minusMillis(1));
    assertThat(old.stopped()).isFalse();
    rig.time.advance(Duration.ofMillis(1));
    assertThat(old.stopped()).isTrue();
    subscription.close();
  }

  @Test
  void theEndEndsAllThatIsStillThere() {
    rig.machine("userspace").elsewhere = HostPort.parse("127.65.0.1:80");
    done(path.apply(table(1)));
    FakePath old = rig.path("userspace");
    done(path.switchTo("nftables", GRACE));

    done(path.stop(true, Duration.ofSeconds(1)));

    assertThat(old.stopped()).isTrue();
    assertThat(rig.log).contains("nftables stops, stays in place within PT1S");
    rig.time.advance(Rig.LINGER);
    assertThat(failure(path.switchTo("userspace", GRACE)))
        .isInstanceOf(IllegalStateException.class);
  }

  @Test
  void theEndWaitsForWhatLeavesNoLongerThanItsGrace() {
    rig.machine("userspace").slowToGo = true;
    done(path.apply(table(1)));
    done(path.switchTo("nftables", GRACE));

    CompletableFuture<Void> end = path.stop(true, Duration.ofSeconds(1)).toCompletableFuture();

    assertThat(end).isNotDone();
    rig.time.advance(Duration.ofSeconds(1));
    assertThat(end).isCompleted();
  }

  @Test
  void whatEndsDuringASwitchEndsWithTheNewOneToo() {
    done(path.apply(table(1)));
    rig.path("userspace").hold();
    CompletableFuture<Switched> switching = path.switchTo("nftables", GRACE).toCompletableFuture();
    FakePath upcoming = rig.path("nftables");

    done(path.stop(true, Duration.ZERO));

    assertThat(switching).isCompletedExceptionally();
    assertThat(upcoming.stopped()).isTrue();
  }

  @Test
  void theSameAgainIsNoSwitch() {
    done(path.apply(table(1)));
    assertThat(done(path.switchTo("userspace", GRACE)).leaving()).isEmpty();
    assertThat(rig.path("userspace").stopped()).isFalse();
  }

  @Test
  void beforeTheFirstTableItIsAChoiceOfAnother() {
    assertThat(path.probe().usable()).isTrue();
    done(path.switchTo("nftables", GRACE));
    done(path.apply(table(1)));
    assertThat(rig.log).containsExactly("userspace stops within PT30S", "nftables has 1");
    assertThat(fates(path))
        .containsExactly(entry("userspace", Fate.SPARE), entry("nftables", Fate.CARRIES));
  }

  @Test
  void namesWhatThereIsToChooseFrom() {
    assertThat(failure(path.switchTo("pigeon", GRACE)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("pigeon (expected: one of nftables, socket, userspace");
    assertThat(failure(path.switchTo("nftables-nftables", GRACE)))
        .isInstanceOf(IllegalArgumentException.class);
  }
}
