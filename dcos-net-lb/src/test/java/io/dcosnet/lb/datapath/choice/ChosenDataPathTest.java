// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.lb.datapath.choice;

import static io.dcosnet.lb.datapath.choice.Rig.done;
import static io.dcosnet.lb.datapath.choice.Rig.failure;
import static io.dcosnet.lb.datapath.choice.Rig.fates;
import static io.dcosnet.lb.datapath.choice.Rig.frontend;
import static io.dcosnet.lb.datapath.choice.Rig.reason;
import static io.dcosnet.lb.datapath.choice.Rig.table;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.entry;

import io.dcosnet.api.DcosNetException;
import io.dcosnet.api.net.Protocol;
import io.dcosnet.lb.datapath.Considered.Fate;
import io.dcosnet.lb.datapath.DataPath;
import io.dcosnet.lb.datapath.contract.DataPathContract;
import io.dcosnet.lb.datapath.contract.PathSubject;
import io.dcosnet.lb.vip.VipTable.Frontend;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

class ChosenDataPathTest {

  private final Rig rig = new Rig();

  @Nested
  class AsAnyPath extends DataPathContract {
    @Override
    protected PathSubject newSubject() {
      Rig own = new Rig();
      DataPath path = own.choose("socket-nftables", "userspace");
      return new PathSubject() {
        @Override
        public DataPath path() {
          return path;
        }

        @Override
        public Frontend frontend(Protocol protocol, int number) {
          return new Frontend(protocol, Rig.frontend(number).endpoint());
        }

        @Override
        public AutoCloseable obstruct(Frontend frontend) {
          own.machine("nftables").unserved.put(frontend, "the kernel does not want it");
          return () -> own.machine("nftables").unserved.remove(frontend);
        }

        @Override
        public void close() {
          // nothing is open
        }
      };
    }
  }

  @Test
  void takesTheFirstThatWorksAndSaysWhyNotTheOthers() {
    rig.machine("socket").lack = "bpf: EPERM (run as root)";
    ChosenDataPath path = rig.choose("socket-nftables", "nftables", "userspace");

    assertThat(path.name()).isEqualTo("auto");
    assertThat(path.probe().usable()).isTrue();

    assertThat(path.name()).isEqualTo("nftables");
    assertThat(fates(path))
        .containsExactly(
            entry("socket-nftables", Fate.UNUSABLE),
            entry("nftables", Fate.CARRIES),
            entry("userspace", Fate.SPARE));
    assertThat(reason(path, "socket-nftables")).contains("socket: bpf: EPERM (run as root)");
    assertThat(done(path.apply(table(1))).services()).containsOnlyKeys(frontend(1));
    assertThat(rig.log).containsExactly("nftables has 1");
  }

  @Test
  void aProbeThatFailsIsAReasonToo() {
    rig.machine("nftables").probeFailure = "netlink: EINVAL";
    ChosenDataPath path = rig.choose("nftables", "userspace");

    assertThat(path.probe().usable()).isTrue();

    assertThat(path.name()).isEqualTo("userspace");
    assertThat(reason(path, "nftables")).isEqualTo("netlink: EINVAL");
  }

  @Test
  void isOfNoUseWithAllReasonsWhenNothingWorks() {
    rig.machine("nftables").lack = "no nf_tables";
    rig.machine("socket").lack = "no cgroup2";
    ChosenDataPath path = rig.choose("socket", "nftables");

    assertThat(path.probe().usable()).isFalse();
    assertThat(path.probe().detail()).isEqualTo("socket: no cgroup2; nftables: no nf_tables");
    assertThat(failure(path.apply(table(1)))).hasMessageContaining("nftables: no nf_tables");
    assertThatThrownBy(() -> path.plan(table(1)))
        .isInstanceOf(DcosNetException.class)
        .hasMessageContaining("no cgroup2");
    done(path.stop(true, Duration.ZERO));
  }

  @Test
  void triesTheNextWhenTheVeryFirstTableIsRefused() {
    rig.machine("nftables").refusal = "add table: EPERM";
    ChosenDataPath path = rig.choose("nftables", "userspace");
    assertThat(path.probe().usable()).isTrue();

    assertThat(done(path.apply(table(1, 2))).services()).hasSize(2);

    assertThat(path.name()).isEqualTo("userspace");
    assertThat(fates(path).get("nftables")).isEqualTo(Fate.UNUSABLE);
    assertThat(reason(path, "nftables")).contains("first table").contains("add table: EPERM");
    assertThat(rig.log)
        .containsExactly("nftables refuses", "nftables stops within PT0S", "userspace has 2");
    assertThat(rig.metrics.count("dcosnet.lb.path.unusable", "path", "nftables")).isEqualTo(1);
  }

  @Test
  void staysWithAPathThatEverHadATableWhateverItRefusesLater() {
    ChosenDataPath path = rig.choose("nftables", "userspace");
    done(path.apply(table(1)));

    rig.machine("nftables").refusal = "add element: EPERM";

    assertThat(failure(path.apply(table(1, 2)))).hasMessageContaining("add element: EPERM");
    assertThat(path.name()).isEqualTo("nftables");
    assertThat(rig.log).noneMatch(line -> line.startsWith("userspace"));
  }

  @Test
  void failsWhenEvenTheLastOneRefusesItsFirstTable() {
    rig.machine("nftables").refusal = "EPERM";
    rig.machine("userspace").refusal = "no port";
    ChosenDataPath path = rig.choose("nftables", "userspace");

    assertThat(failure(path.apply(table(1)))).hasMessageContaining("no port");

    rig.machine("userspace").refusal = null;
    assertThat(failure(path.apply(table(1)))).hasMessageContaining("no data path");
  }

  @Test
  void removesWhatOthersLeftHereOnceItWorks() {
    rig.machine("nftables").leftovers = List.of("table inet dcosnet_lb");
    rig.machine("userspace").leftovers = List.of("its own");
    ChosenDataPath path = rig.choose("userspace");
    assertThat(path.probe().usable()).isTrue();
    assertThat(rig.machine("nftables").leftovers).as("it may still carry traffic").isNotEmpty();

    done(path.apply(table(1)));

    assertThat(rig.machine("nftables").leftovers).isEmpty();
    assertThat(rig.machine("userspace").leftovers).containsExactly("its own");
  }

  @Test
  void letsConnectionsEndThatGoByWhatOthersLeftHere() {
    rig.machine("nftables").leftovers = List.of("table inet dcosnet_lb");
    rig.machine("nftables").slowToGo = true;
    ChosenDataPath path = rig.choose("userspace");

    done(path.apply(table(1, 2)));

    assertThat(rig.log)
        .containsExactly("userspace has 2", "nftables has 2", "nftables stops within PT30S");
    assertThat(fates(path)).containsEntry("nftables", Fate.LEAVING);
    assertThat(rig.machine("nftables").leftovers).isNotEmpty();
    rig.path("nftables").emptied();
    assertThat(rig.machine("nftables").leftovers).isEmpty();
    assertThat(fates(path)).doesNotContainKey("nftables");
  }

  @Test
  void removesAtOnceWhatCannotBeTakenOver() {
    rig.machine("nftables").leftovers = List.of("table inet dcosnet_lb");
    rig.machine("nftables").refusal = "add table: EPERM";

    done(rig.choose("userspace").apply(table(1)));

    assertThat(rig.machine("nftables").leftovers).isEmpty();
    assertThat(rig.log).contains("nftables stops within PT0S");
  }

  @Test
  void leavesToNeighboursWhatMayBeTheirs() {
    rig.machine("nftables").leftovers = List.of("table inet dcosnet_lb");

    done(rig.choose(false, "userspace").apply(table(1)));

    assertThat(rig.machine("nftables").leftovers).isNotEmpty();
    assertThat(rig.log).containsExactly("userspace has 1");
  }

  @Test
  void sparesWhatItsOwnPartsHaveInTheKernel() {
    rig.machine("nftables").leftovers = List.of("table inet dcosnet_lb");
    rig.machine("socket").leftovers = List.of("program dcosnet_c4");

    done(rig.choose("nftables", "userspace").apply(table(1)));

    assertThat(rig.machine("nftables").leftovers).isNotEmpty();
    assertThat(rig.machine("socket").leftovers).isEmpty();
  }

  @Test
  void plansWithoutDoingIt() {
    ChosenDataPath path = rig.choose("socket-nftables");

    assertThat(path.plan(table(1, 2)))
        .containsExactly("socket would serve 2", "nftables would serve 2");
    assertThat(rig.log).isEmpty();
  }

  @Test
  void cleansUpAllKinds() {
    rig.machine("nftables").leftovers = List.of("table inet dcosnet_lb");
    rig.machine("socket").leftovers = List.of("program dcosnet_c4");

    assertThat(rig.choose("userspace").cleanup())
        .containsExactly("program dcosnet_c4", "table inet dcosnet_lb");
  }

  @Test
  void leavesInPlaceWhatItIsToldTo() {
    ChosenDataPath path = rig.choose("socket-nftables");
    done(path.apply(table(1)));

    done(path.stop(true, Duration.ofSeconds(1)));

    assertThat(rig.log)
        .endsWith(
            "socket stops, stays in place within PT1S",
            "nftables stops, stays in place within PT1S");
    assertThat(failure(path.apply(table(1)))).isInstanceOf(IllegalStateException.class);
  }
}
