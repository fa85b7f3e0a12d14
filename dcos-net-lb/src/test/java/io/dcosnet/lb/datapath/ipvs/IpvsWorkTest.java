// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.lb.datapath.ipvs;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import io.dcosnet.api.net.HostPort;
import io.dcosnet.api.net.IpAddress;
import io.dcosnet.api.net.Protocol;
import io.dcosnet.api.vip.Backend;
import io.dcosnet.api.vip.VipKey;
import io.dcosnet.lb.datapath.ApplyReport;
import io.dcosnet.lb.datapath.ApplyReport.Outcome;
import io.dcosnet.lb.datapath.ApplyReport.State;
import io.dcosnet.lb.datapath.TrafficObserver;
import io.dcosnet.lb.internal.LbMetrics;
import io.dcosnet.lb.vip.VipTable;
import io.dcosnet.lb.vip.VipTable.Frontend;
import io.dcosnet.lb.vip.VipTable.Service;
import io.dcosnet.lb.vip.VipTable.Target;
import io.dcosnet.linux.ipvs.IpvsDestination;
import io.dcosnet.linux.ipvs.IpvsService;
import io.dcosnet.testkit.RecordingMetrics;
import io.dcosnet.testkit.VirtualTime;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

/** What the path makes of tables, against a model of the kernel. */
class IpvsWorkTest {

  private static final HostPort A = HostPort.parse("192.0.2.1:8080");
  private static final HostPort B = HostPort.parse("192.0.2.2:8080");
  private static final IpAddress VIP = IpAddress.parse("11.0.0.0");

  private final VirtualTime time = new VirtualTime();
  private final RecordingMetrics metrics = new RecordingMetrics();
  private final IpvsModel kernel = new IpvsModel();
  private final List<String> drained = new ArrayList<>();
  private final DrainWatch watch =
      new DrainWatch(
          time,
          Runnable::run,
          Duration.ofMillis(500),
          new TrafficObserver() {
            @Override
            public void drained(Frontend frontend, HostPort backend) {
              drained.add(frontend + " " + backend);
            }
          });
  private IpvsWork work = newWork();

  private IpvsWork newWork() {
    return new IpvsWork(() -> kernel, IpvsConfig.defaults(), time, new LbMetrics(metrics), watch);
  }

  private static Frontend frontend(int number) {
    return new Frontend(Protocol.TCP, new HostPort(VIP.plus(number), 80));
  }

  private static Service service(int number, Target... targets) {
    return new Service(
        VipKey.named(Protocol.TCP, "web" + number + ".marathon", 80),
        frontend(number),
        List.of(targets));
  }

  private static Target up(HostPort endpoint) {
    return Target.up(endpoint, 1);
  }

  private static Target draining(HostPort endpoint, long deadline) {
    return new Target(endpoint, Backend.State.DRAINING, 0, deadline);
  }

  private ApplyReport apply(boolean readBack, Service... services) {
    return work.apply(VipTable.of(List.of(services)), readBack);
  }

  private static State state(ApplyReport report, int number) {
    return outcome(report, number).state();
  }

  private static Outcome outcome(ApplyReport report, int number) {
    return requireNonNull(report.services().get(frontend(number)));
  }

  private Wanted held(int number) {
    return requireNonNull(kernel.services.get(Wanted.key(frontend(number))));
  }

  private int weight(int number, HostPort endpoint) {
    return requireNonNull(held(number).destinations().get(endpoint)).weight();
  }

  @Test
  void aTableIsMadeTrueAndTheSameOneAgainAsksTheKernelForNothing() {
    Service web = service(1, up(A), up(B));
    ApplyReport report = apply(true, web);
    assertThat(state(report, 1)).isEqualTo(State.SERVING);
    assertThat(held(1).destinations()).containsOnlyKeys(A, B);
    assertThat(kernel.routed).containsExactly(VIP.plus(1));
    kernel.done.clear();

    assertThat(apply(false, web)).isEqualTo(report);
    assertThat(apply(true, web)).isEqualTo(report);

    assertThat(kernel.done).isEmpty();
    assertThat(metrics.count("dcosnet.lb.kernel.changes", "path", "ipvs")).isEqualTo(3);
    assertThat(metrics.count("dcosnet.lb.kernel.repaired", "path", "ipvs")).isZero();
  }

  @Test
  void oneChangeAmongManyServicesIsOneStep() {
    List<Service> services = new ArrayList<>();
    for (int i = 0; i < 1_000; i++) {
      services.add(service(i, up(A), up(B)));
    }
    VipTable all = VipTable.of(services);
    assertThat(work.apply(all, true).services()).hasSize(1_000);
    kernel.done.clear();
    int looks = kernel.looks;
    services.set(7, service(7, up(A), Target.up(B, 5)));

    work.apply(VipTable.of(services), false);

    assertThat(kernel.done).hasSize(1).first().isInstanceOf(Step.Set.class);
    assertThat(kernel.looks).isEqualTo(looks);
  }

  @Test
  void whatSomebodyElseChangedIsPutBackAndCounted() {
    Service web = service(1, up(A));
    Service other = service(2, up(B));
    apply(true, web, other);
    kernel.services.remove(Wanted.key(frontend(1)));
    kernel.change(List.of(new Step.Set(Wanted.key(frontend(2)), IpvsDestination.of(B, 0))));

    apply(true, web, other);

    assertThat(held(1).destinations()).containsOnlyKeys(A);
    assertThat(weight(2, B)).isEqualTo(1);
    assertThat(metrics.count("dcosnet.lb.kernel.repaired", "path", "ipvs")).isEqualTo(2);
  }

  @Test
  void aChangeThatMeetsDamageLooksAndPutsItBackAtOnce() {
    apply(true, service(1, up(A)), service(2, up(A)));
    kernel.services.clear();

    ApplyReport report = apply(false, service(1, up(A), up(B)), service(2, up(A)));

    assertThat(state(report, 1)).isEqualTo(State.SERVING);
    assertThat(held(1).destinations()).containsOnlyKeys(A, B);
    assertThat(held(2)).as("seen with the same look").isNotNull();
  }

  @Test
  void servicesOfOthersAreLeftAloneUntilTheyGo() {
    IpvsService.Key key = Wanted.key(frontend(1));
    IpvsDestination theirs = IpvsDestination.of(HostPort.parse("198.51.100.7:80"), 1);
    apply(true, service(2, up(B)));
    TreeMap<HostPort, IpvsDestination> destinations = new TreeMap<>();
    destinations.put(theirs.endpoint(), theirs);
    Wanted foreign = new Wanted(IpvsService.of(key, "rr"), destinations);
    kernel.services.put(key, foreign);

    ApplyReport report = apply(false, service(1, up(A)), service(2, up(B)));

    assertThat(state(report, 1)).isEqualTo(State.FAILED);
    assertThat(outcome(report, 1).reason()).contains("somebody else");
    assertThat(state(report, 2)).isEqualTo(State.SERVING);
    assertThat(held(1)).isEqualTo(foreign);
    apply(true);
    assertThat(kernel.services).containsOnlyKeys(key);
    kernel.services.remove(key);
    assertThat(state(apply(false, service(1, up(A))), 1)).isEqualTo(State.SERVING);
  }

  @Test
  void anotherProcessOfOursFindsItsServicesAgain() {
    apply(true, service(1, up(A)), service(2, up(A)), service(3, up(A)));
    kernel.done.clear();
    work = newWork();

    apply(true, service(1, up(A)), service(2, up(B)));

    assertThat(kernel.done)
        .containsExactly(
            new Step.Add(Wanted.key(frontend(2)), IpvsDestination.of(B, 1)),
            new Step.Delete(Wanted.key(frontend(2)), A),
            new Step.DeleteService(Wanted.key(frontend(3))));
  }

  @Test
  void whatTheKernelRefusesIsToldInItsWordsAndTriedAgain() {
    kernel.stubborn = step -> step.key().equals(Wanted.key(frontend(1)));
    ApplyReport report = apply(true, service(1, up(A)), service(2, up(A)));
    assertThat(state(report, 2)).isEqualTo(State.SERVING);
    assertThat(outcome(report, 1).reason()).isEqualTo("EINVAL");
    assertThat(metrics.count("dcosnet.lb.kernel.refused", "path", "ipvs")).isEqualTo(1);
    Service same = service(1, up(A));
    assertThat(state(apply(false, same), 1)).isEqualTo(State.FAILED);
    kernel.stubborn = step -> false;

    assertThat(state(apply(false, same), 1)).as("the same table").isEqualTo(State.SERVING);
  }

  @Test
  void aDrainThatRunsOutCutsWithoutANewTable() {
    Service web = service(1, up(B), draining(A, time.nanos() + Duration.ofSeconds(5).toNanos()));
    VipTable table = VipTable.of(List.of(web));
    work.apply(table, true);
    assertThat(held(1).destinations()).containsOnlyKeys(A, B);
    time.advance(Duration.ofSeconds(5));

    work.apply(table, false);

    assertThat(held(1).destinations()).containsOnlyKeys(B);
    assertThat(kernel.forgotten).containsExactly(new Step.Delete(Wanted.key(frontend(1)), A));
  }

  @Test
  void theEndOfTheLastConnectionOfADrainIsToldOnce() {
    kernel.active.put(A, 2);
    apply(true, service(1, up(B), draining(A, Target.NEVER)));
    time.advance(Duration.ofSeconds(5));
    assertThat(drained).isEmpty();
    kernel.active.put(A, 0);
    time.advance(Duration.ofSeconds(5));

    assertThat(drained).containsExactly(frontend(1) + " " + A);
    apply(false, service(1, up(B)));
    time.runUntilIdle();
    assertThat(time.pending()).as("nothing to look at").isZero();
  }

  @Test
  void anAddressStaysReachableForAWhileAfterItsLastServiceSoThatClientsAreRefused() {
    apply(true, service(1, up(A)), service(2, up(A)));
    apply(false, service(2, up(A)));
    assertThat(kernel.routed).containsExactlyInAnyOrder(VIP.plus(1), VIP.plus(2));
    time.advance(IpvsConfig.DEFAULT_REPAIR_INTERVAL);

    apply(true, service(2, up(A)));

    assertThat(kernel.routed).containsExactly(VIP.plus(2));
  }

  @Test
  void anEndInPlaceLeavesAllAndAnotherEndTakesAll() {
    apply(true, service(1, up(A)));
    work.close(true);
    assertThat(held(1)).isNotNull();
    assertThat(kernel.restored).isFalse();
    assertThat(kernel.closed).isTrue();
    work = newWork();
    apply(true, service(1, up(A)));

    work.withdraw();
    assertThat(weight(1, A)).isZero();
    assertThat(held(1).destinations()).hasSize(2);
    kernel.active.put(A, 3);
    assertThat(work.open()).isEqualTo(3);
    work.close(false);

    assertThat(kernel.services).isEmpty();
    assertThat(kernel.restored).isTrue();
  }

  @Test
  void switchesFollowTheReleaseOfTheKernel() {
    assertThat(Switches.wanted(true, "5.4.0-150-generic"))
        .containsEntry("conn_reuse_mode", "0")
        .containsEntry("expire_nodest_conn", "1")
        .containsEntry("conntrack", "1");
    assertThat(Switches.wanted(false, "6.1.0-18-amd64\n"))
        .containsEntry("conn_reuse_mode", "1")
        .doesNotContainKey("conntrack");
  }
}
