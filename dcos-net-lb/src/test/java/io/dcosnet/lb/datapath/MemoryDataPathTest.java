// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.lb.datapath;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.dcosnet.api.net.HostPort;
import io.dcosnet.api.net.IpAddress;
import io.dcosnet.api.net.Protocol;
import io.dcosnet.api.vip.VipKey;
import io.dcosnet.lb.datapath.ApplyReport.State;
import io.dcosnet.lb.datapath.TrafficObserver.Failure;
import io.dcosnet.lb.datapath.contract.DataPathContract;
import io.dcosnet.lb.datapath.contract.PathSubject;
import io.dcosnet.lb.vip.VipTable;
import io.dcosnet.lb.vip.VipTable.Frontend;
import io.dcosnet.lb.vip.VipTable.Service;
import io.dcosnet.testkit.VirtualTime;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

class MemoryDataPathTest {

  private static final HostPort BACKEND = HostPort.parse("192.0.2.7:31001");

  private final MemoryDataPath path = new MemoryDataPath();

  private static Frontend frontend(Protocol protocol, int number) {
    IpAddress vip = IpAddress.parse("11.0.0.0").plus(number);
    return new Frontend(protocol, new HostPort(vip, 80));
  }

  private static VipTable table(int... numbers) {
    List<Service> services = new ArrayList<>();
    for (int number : numbers) {
      services.add(
          new Service(
              VipKey.named(Protocol.TCP, "web" + number, 80),
              frontend(Protocol.TCP, number),
              List.of(VipTable.Target.up(BACKEND, 1))));
    }
    return VipTable.of(services);
  }

  @Nested
  class AsAnyPath extends DataPathContract {
    @Override
    protected PathSubject newSubject() {
      return new PathSubject() {
        @Override
        public DataPath path() {
          return path;
        }

        @Override
        public Frontend frontend(Protocol protocol, int number) {
          return MemoryDataPathTest.frontend(protocol, number);
        }

        @Override
        public AutoCloseable obstruct(Frontend frontend) {
          path.refuse(frontend, State.BIND_FAILED, "refused by the test");
          return () -> path.serve(frontend);
        }

        @Override
        public void close() {}
      };
    }
  }

  @Test
  void remembersTheNewestTableAndCountsThem() {
    assertThat(path.table()).isEqualTo(VipTable.EMPTY);
    path.apply(table(1));
    path.apply(table(1, 2));
    assertThat(path.table()).isEqualTo(table(1, 2));
    assertThat(path.applied()).isEqualTo(2);
  }

  @Test
  void whatComesWhileItIsHeldIsSkippedForTheNewest() {
    path.hold();
    CompletableFuture<ApplyReport> first = path.apply(table(1)).toCompletableFuture();
    CompletableFuture<ApplyReport> second = path.apply(table(2)).toCompletableFuture();
    assertThat(first).isNotDone();
    assertThat(path.table()).isEqualTo(VipTable.EMPTY);
    path.release();
    assertThat(first.join()).isEqualTo(second.join());
    assertThat(second.join().table()).isEqualTo(table(2));
    assertThat(path.applied()).isEqualTo(1);
  }

  @Test
  void takesItsTime() {
    VirtualTime time = new VirtualTime();
    MemoryDataPath slow = new MemoryDataPath(time, Duration.ofSeconds(3));
    CompletableFuture<ApplyReport> first = slow.apply(table(1)).toCompletableFuture();
    time.advance(Duration.ofSeconds(2));
    CompletableFuture<ApplyReport> second = slow.apply(table(2)).toCompletableFuture();
    assertThat(first).isNotDone();
    time.advance(Duration.ofSeconds(1));
    assertThat(second).isCompleted();
    assertThat(first.join().table()).isEqualTo(table(2));
    CompletableFuture<ApplyReport> third = slow.apply(table(3)).toCompletableFuture();
    time.advance(Duration.ofMillis(2999));
    assertThat(third).isNotDone();
    time.advance(Duration.ofMillis(1));
    assertThat(third).isCompleted();
  }

  @Test
  void failsAsLongAsItIsToldToAndKeepsWhatItHas() {
    path.apply(table(1));
    path.fail(new IllegalStateException("no memory left in the kernel"));
    assertThat(path.apply(table(2)).toCompletableFuture())
        .failsWithin(Duration.ZERO)
        .withThrowableThat()
        .withMessageContaining("no memory left");
    assertThat(path.table()).isEqualTo(table(1));
    path.work();
    path.apply(table(2));
    assertThat(path.table()).isEqualTo(table(2));
  }

  @Test
  void refusesOneFrontEndAndServesTheOthers() {
    path.refuse(frontend(Protocol.TCP, 1), State.UNSUPPORTED, "not today");
    ApplyReport report = path.apply(table(1, 2)).toCompletableFuture().join();
    assertThat(report.services().get(frontend(Protocol.TCP, 1)))
        .isEqualTo(new ApplyReport.Outcome(State.UNSUPPORTED, null, "not today"));
    assertThat(report.services().get(frontend(Protocol.TCP, 2)))
        .matches(outcome -> outcome.state() == State.SERVING);
    assertThatThrownBy(() -> path.refuse(frontend(Protocol.TCP, 1), State.SERVING, "so what"))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void tellsOfTrafficThatThereNeverWas() {
    List<String> seen = new ArrayList<>();
    var subscription =
        path.observe(
            new TrafficObserver() {
              @Override
              public void failed(Frontend frontend, HostPort backend, Failure failure) {
                seen.add(frontend + " " + backend + " " + failure);
              }
            });
    path.traffic().failed(frontend(Protocol.TCP, 1), BACKEND, Failure.REFUSED);
    path.traffic().connected(frontend(Protocol.TCP, 1), BACKEND, 1000);
    subscription.close();
    path.traffic().failed(frontend(Protocol.TCP, 1), BACKEND, Failure.TIMEOUT);
    assertThat(seen).containsExactly("tcp 11.0.0.1:80 192.0.2.7:31001 REFUSED");
  }

  @Test
  void anEndFailsWhatWaitsAndKeepsTheTableOnlyWhenItIsLeftInPlace() {
    path.apply(table(1));
    path.hold();
    CompletableFuture<ApplyReport> waiting = path.apply(table(2)).toCompletableFuture();
    path.stop(true, Duration.ZERO);
    assertThat(path.stopped()).isTrue();
    assertThat(waiting).isCompletedExceptionally();
    assertThat(path.table()).isEqualTo(table(1));
    path.stop(false, Duration.ZERO);
    assertThat(path.table()).isEqualTo(VipTable.EMPTY);
  }
}
