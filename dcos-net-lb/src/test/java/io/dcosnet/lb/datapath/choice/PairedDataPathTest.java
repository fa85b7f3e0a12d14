// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.lb.datapath.choice;

import static io.dcosnet.lb.datapath.choice.Rig.done;
import static io.dcosnet.lb.datapath.choice.Rig.failure;
import static io.dcosnet.lb.datapath.choice.Rig.frontend;
import static io.dcosnet.lb.datapath.choice.Rig.table;
import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.dcosnet.api.net.HostPort;
import io.dcosnet.api.net.Protocol;
import io.dcosnet.lb.datapath.ApplyReport;
import io.dcosnet.lb.datapath.ApplyReport.Outcome;
import io.dcosnet.lb.datapath.ApplyReport.State;
import io.dcosnet.lb.datapath.DataPath;
import io.dcosnet.lb.datapath.TrafficObserver;
import io.dcosnet.lb.datapath.contract.DataPathContract;
import io.dcosnet.lb.datapath.contract.PathSubject;
import io.dcosnet.lb.vip.VipTable.Frontend;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

class PairedDataPathTest {

  private static final HostPort BACKEND = HostPort.parse("192.0.2.7:31001");

  private final List<String> log = new ArrayList<>();
  private final FakePath.Machine sockets = new FakePath.Machine();
  private final FakePath.Machine rules = new FakePath.Machine();
  private final FakePath socket = new FakePath("socket", sockets, log);
  private final FakePath nftables = new FakePath("nftables", rules, log);
  private final PairedDataPath pair = new PairedDataPath(socket, nftables);

  @Nested
  class AsAnyPath extends DataPathContract {
    @Override
    protected PathSubject newSubject() {
      FakePath.Machine machine = new FakePath.Machine();
      DataPath path =
          new PairedDataPath(
              new FakePath("socket", machine, new ArrayList<>()),
              new FakePath("nftables", new FakePath.Machine(), new ArrayList<>()));
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
          machine.unserved.put(frontend, "no room");
          return () -> machine.unserved.remove(frontend);
        }

        @Override
        public void close() {
          // nothing is open
        }
      };
    }
  }

  @Test
  void worksWhereBothWork() {
    assertThat(pair.name()).isEqualTo("socket-nftables");
    assertThat(pair.probe().usable()).isTrue();

    sockets.lack = "no cgroup2";

    assertThat(pair.probe().usable()).isFalse();
    assertThat(pair.probe().detail()).isEqualTo("socket: no cgroup2; nftables: nftables works");
  }

  @Test
  void servesWhatBothServe() {
    sockets.unserved.put(frontend(2), "the map is full");

    ApplyReport report = done(pair.apply(table(1, 2)));

    assertThat(report.services().get(frontend(1)))
        .isEqualTo(Outcome.serving(frontend(1).endpoint()));
    assertThat(report.services().get(frontend(2)))
        .isEqualTo(new Outcome(State.FAILED, null, "socket: the map is full"));
  }

  @Test
  void leavesToOneWhatTheOtherDoesNotKnow() {
    sockets.unserved.put(frontend(1), "kind of it is not known here");
    sockets.unserved.put(frontend(2), "kind of it is not known here");
    rules.unserved.put(frontend(2), "kind of it is not known either");

    ApplyReport report = done(pair.apply(table(1, 2)));

    assertThat(requireNonNull(report.services().get(frontend(1))).state()).isEqualTo(State.SERVING);
    assertThat(requireNonNull(report.services().get(frontend(2))).state())
        .isEqualTo(State.UNSUPPORTED);
  }

  @Test
  void failsByTheNameOfTheOneThatFails() {
    rules.refusal = "add table: EPERM";

    assertThat(failure(pair.apply(table(1)))).hasMessageContaining("nftables: add table: EPERM");

    assertThat(socket.table()).isEqualTo(table(1));
  }

  @Test
  void waitsForTheSlowerOneAndSkipsToTheNewestTable() {
    nftables.hold();
    CompletableFuture<ApplyReport> first = pair.apply(table(1)).toCompletableFuture();
    CompletableFuture<ApplyReport> second = pair.apply(table(2)).toCompletableFuture();
    CompletableFuture<ApplyReport> third = pair.apply(table(3)).toCompletableFuture();
    assertThat(first).isNotDone();

    nftables.release();

    assertThat(first.join().table()).isEqualTo(table(1));
    assertThat(second.join().table()).isEqualTo(table(3));
    assertThat(third.join().table()).isEqualTo(table(3));
    assertThat(log)
        .containsExactly("socket has 1", "nftables has 1", "socket has 1", "nftables has 1");
  }

  @Test
  void addsWhatBothHaveCarried() {
    assertThat(pair.traffic(frontend(1))).isEmpty();
    sockets.connections = 3;
    rules.connections = 4;
    assertThat(pair.traffic(frontend(1)).orElseThrow().connections()).isEqualTo(7);
    assertThat(pair.traffic(frontend(1)).orElseThrow().active()).isEqualTo(2);
  }

  @Test
  void tellsWhatHappensInBoth() {
    List<Long> seen = new ArrayList<>();
    var subscription =
        pair.observe(
            new TrafficObserver() {
              @Override
              public void connected(Frontend frontend, HostPort backend, long nanos) {
                seen.add(nanos);
              }
            });
    socket.traffic().connected(frontend(1), BACKEND, 1);
    nftables.traffic().connected(frontend(1), BACKEND, 2);
    subscription.close();
    socket.traffic().connected(frontend(1), BACKEND, 3);

    assertThat(seen).containsExactly(1L, 2L);
  }

  @Test
  void plansCleansAndEndsBoth() {
    sockets.leftovers = List.of("program");
    rules.leftovers = List.of("table");
    assertThat(pair.plan(table(1))).hasSize(2);
    assertThat(pair.cleanup()).containsExactly("program", "table");

    done(pair.stop(false, Duration.ofSeconds(2)));

    assertThat(socket.stopped()).isTrue();
    assertThat(nftables.stopped()).isTrue();
  }

  @Test
  void isOfTwoKinds() {
    assertThatThrownBy(() -> new PairedDataPath(socket, new FakePath("socket", rules, log)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("socket");
  }
}
