// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.lb.datapath.ipvs;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import io.dcosnet.api.net.HostPort;
import io.dcosnet.api.net.IpAddress;
import io.dcosnet.api.net.Protocol;
import io.dcosnet.api.vip.Backend;
import io.dcosnet.api.vip.VipKey;
import io.dcosnet.lb.vip.ServiceOptions;
import io.dcosnet.lb.vip.ServiceOptions.Policy;
import io.dcosnet.lb.vip.VipTable.Frontend;
import io.dcosnet.lb.vip.VipTable.Service;
import io.dcosnet.lb.vip.VipTable.Target;
import io.dcosnet.linux.ipvs.IpvsService;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.IntStream;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;

class DifferenceProperties {

  private static final Schedulers ALL = new Schedulers(Set.copyOf(Schedulers.KNOWN));
  private static final HostPort VIP = HostPort.parse("11.0.0.1:80");
  private static final IpAddress FIRST = IpAddress.parse("192.0.2.1");
  private static final int REFUSING = 1;

  private static Service service(Protocol protocol, ServiceOptions options, Target... targets) {
    return new Service(
        VipKey.named(protocol, "web.marathon", 80),
        new Frontend(protocol, VIP),
        options,
        List.of(targets));
  }

  private static Wanted wanted(Service service) {
    return requireNonNull(Wanted.of(service, ALL, REFUSING, 1_000));
  }

  private static Target target(int number, int weight) {
    return Target.up(new HostPort(FIRST.plus(number), 8080), weight);
  }

  /** And there is never a moment at which a client would wait for nobody. */
  @Property(tries = 500)
  void theStepsMakeTheKernelHoldWhatIsWanted(
      @ForAll("services") Service before, @ForAll("services") Service after) {
    IpvsModel kernel = new IpvsModel();
    assertThat(kernel.change(Difference.of(null, wanted(before)))).isEmpty();
    IpvsService.Key key = Wanted.key(before.frontend());
    kernel.watched.add(key);

    assertThat(kernel.change(Difference.of(kernel.services.get(key), wanted(after)))).isEmpty();

    assertThat(kernel.services.get(key)).isEqualTo(wanted(after));
    assertThat(Difference.of(kernel.services.get(key), wanted(after))).as("again").isEmpty();
  }

  @Property(tries = 200)
  void everyServiceHasAPlaceForItsClientsAndIsMarkedAsOurs(@ForAll("services") Service service) {
    Wanted wanted = wanted(service);

    assertThat(Wanted.isOurs(wanted.service())).isTrue();
    assertThat(Wanted.frontend(wanted.service().key())).isEqualTo(service.frontend());
    assertThat(wanted.destinations().values()).anyMatch(one -> one.weight() > 0);
    assertThat(wanted.destinations().containsKey(Wanted.nobody(VIP, REFUSING)))
        .isEqualTo(service.targets().stream().noneMatch(Target::takesNew));
  }

  @Example
  void whatDrainsKeepsItsConnectionsUntilItsTimeIsOver() {
    HostPort endpoint = new HostPort(FIRST, 8080);
    Target soon = new Target(endpoint, Backend.State.DRAINING, 0, 1_001);
    Target over = new Target(endpoint, Backend.State.DRAINING, 0, 1_000);

    assertThat(wanted(service(Protocol.TCP, ServiceOptions.DEFAULTS, soon)).destinations())
        .hasSize(2)
        .hasEntrySatisfying(endpoint, one -> assertThat(one.weight()).isZero());
    assertThat(wanted(service(Protocol.TCP, ServiceOptions.DEFAULTS, over)).destinations())
        .containsOnlyKeys(Wanted.nobody(VIP, REFUSING));
  }

  @Example
  void flowsOfUdpLeaveWhatGetsNothingNewAtOnce() {
    Target drains = new Target(new HostPort(FIRST, 8080), Backend.State.DRAINING, 0, Target.NEVER);

    assertThat(
            wanted(service(Protocol.UDP, ServiceOptions.DEFAULTS, drains, target(1, 3)))
                .destinations())
        .containsOnlyKeys(target(1, 3).endpoint());
  }

  /** Kernels do not translate the ICMP errors of its destinations. */
  @Example
  void udpOverIpv6WithoutABackEndIsNoServiceAtAll() {
    HostPort vip = HostPort.parse("[2001:db8::80]:53");
    Service nobody =
        new Service(
            VipKey.named(Protocol.UDP, "dns.marathon", 53),
            new Frontend(Protocol.UDP, vip),
            List.of());
    Wanted one =
        wanted(
            new Service(
                nobody.key(),
                nobody.frontend(),
                List.of(Target.up(HostPort.parse("[2001:db8::7]:53"), 1))));

    assertThat(Wanted.of(nobody, ALL, REFUSING, 0)).isNull();
    assertThat(Difference.of(one, null)).containsExactly(Difference.removing(one.service().key()));
    assertThat(Difference.of(null, null)).isEmpty();
  }

  @Example
  void policiesBecomeTheSchedulersThatThereAre() {
    assertThat(ALL.of(Policy.P2C_EWMA).name()).isEqualTo("wlc");
    assertThat(ALL.of(Policy.ROUND_ROBIN).name()).isEqualTo("wrr");
    assertThat(ALL.of(Policy.MAGLEV))
        .isEqualTo(new Schedulers.Choice("mh", IpvsService.SCHEDULER_1));
    assertThat(new Schedulers(Set.of("sh", "rr")).of(Policy.MAGLEV).name()).isEqualTo("sh");
    assertThat(new Schedulers(Set.of("rr")).of(Policy.LEAST_CONNECTIONS).name()).isEqualTo("rr");
  }

  @Example
  void affinityIsPersistenceAndWeightsStayWithinTheirRange() {
    Wanted wanted =
        wanted(
            service(
                Protocol.TCP,
                ServiceOptions.DEFAULTS.withAffinity(Duration.ofMinutes(5)),
                target(1, 1_000_000)));

    assertThat(wanted.service().has(IpvsService.PERSISTENT | Wanted.MARK)).isTrue();
    assertThat(wanted.service().timeoutSeconds()).isEqualTo(300);
    assertThat(wanted.destinations().values()).allMatch(one -> one.weight() == 65_535);
  }

  @Example
  void stepsReadLikeWhatOneTellsTheTool() {
    Wanted one = wanted(service(Protocol.TCP, ServiceOptions.DEFAULTS, target(0, 2)));
    Wanted none = wanted(service(Protocol.TCP, ServiceOptions.DEFAULTS));

    assertThat(Difference.of(null, one).stream().map(Step::words))
        .containsExactly(
            "ipvsadm -A -t 11.0.0.1:80 -s wlc -b flag-3",
            "ipvsadm -a -t 11.0.0.1:80 -r 192.0.2.1:8080 -m -w 2");
    assertThat(Difference.of(one, none).stream().map(Step::words))
        .containsExactly(
            "ipvsadm -a -t 11.0.0.1:80 -r 11.0.0.1:1 -m -w 1",
            "ipvsadm -d -t 11.0.0.1:80 -r 192.0.2.1:8080");
    assertThat(Difference.removing(one.service().key()).words())
        .isEqualTo("ipvsadm -D -t 11.0.0.1:80");
  }

  @Provide
  Arbitrary<Service> services() {
    Arbitrary<List<Integer>> weights = Arbitraries.integers().between(-2, 3).list().ofSize(5);
    Arbitrary<ServiceOptions> options =
        Combinators.combine(
                Arbitraries.of(Policy.class), Arbitraries.of(Duration.ZERO, Duration.ofMinutes(5)))
            .as((policy, affinity) -> ServiceOptions.DEFAULTS.with(policy).withAffinity(affinity));
    return Combinators.combine(weights, options)
        .as(
            (all, how) -> {
              List<Target> targets = new ArrayList<>();
              IntStream.range(0, all.size())
                  .filter(i -> all.get(i) >= -1)
                  .mapToObj(i -> all.get(i) < 0 ? draining(i) : target(i, all.get(i)))
                  .forEach(targets::add);
              return service(Protocol.TCP, how, targets.toArray(new Target[0]));
            });
  }

  private static Target draining(int number) {
    return new Target(
        target(number, 1).endpoint(), Backend.State.DRAINING, 0, number % 2 == 0 ? 500 : 5_000);
  }
}
