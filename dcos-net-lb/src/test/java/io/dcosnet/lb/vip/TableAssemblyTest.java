// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.lb.vip;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import io.dcosnet.api.model.Rejection;
import io.dcosnet.api.net.HostPort;
import io.dcosnet.api.net.IpAddress;
import io.dcosnet.api.net.NodeId;
import io.dcosnet.api.net.Protocol;
import io.dcosnet.api.vip.Backend;
import io.dcosnet.api.vip.VipKey;
import io.dcosnet.lb.vip.ServiceOptions.Policy;
import io.dcosnet.lb.vip.ServiceOptions.ProxyHeader;
import io.dcosnet.lb.vip.VipTable.Origin;
import io.dcosnet.lb.vip.VipTable.Service;
import io.dcosnet.lb.vip.VipTable.Target;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.TreeMap;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class TableAssemblyTest {

  private static final long SECOND = TimeUnit.SECONDS.toNanos(1);
  private static final VipKey WEB = VipKey.named(Protocol.TCP, "web.marathon", 80);

  private final TableAssembly assembly = assembly(TableLimits.DEFAULTS);

  @Test
  void givesANameAServiceInEachFamilyThatItHasBackEndsIn() {
    put(WEB, up("9.0.0.1:80"), up("[fd01:b::5]:8080"));
    VipTable table = assembly.assemble(0);
    VipAddresses addresses = VipAddresses.defaults();
    assertThat(table.services().values())
        .extracting(s -> s.frontend().endpoint().address(), s -> s.targets().size())
        .containsExactlyInAnyOrder(
            tuple(addresses.preferred("web.marathon", false), 1),
            tuple(addresses.preferred("web.marathon", true), 1));
    assertThat(assembly.nameOf(addresses.preferred("web.marathon", false)))
        .isEqualTo("web.marathon");
  }

  @Test
  void servesAnAddressVipAtItsAddress() {
    put(VipKey.addressed(Protocol.UDP, IpAddress.parse("1.2.3.4"), 53), up("9.0.0.1:5353"));
    assertThat(assembly.assemble(0).services().keySet())
        .extracting(VipTable.Frontend::toString)
        .containsExactly("udp 1.2.3.4:53");
  }

  @Test
  void returnsTheSameTableAndServicesWhileNothingChanges() {
    VipKey other = VipKey.named(Protocol.TCP, "api.marathon", 80);
    put(WEB, up("9.0.0.1:80"));
    put(other, up("9.0.0.2:80"));
    VipTable first = assembly.assemble(0);
    put(WEB, up("9.0.0.1:80"));
    assertThat(assembly.assemble(1)).isSameAs(first);
    put(WEB, up("9.0.0.1:80"), up("9.0.0.3:80"));
    VipTable second = assembly.assemble(2);
    assertThat(service(second, other)).isSameAs(service(first, other));
    assertThat(service(second, WEB)).isNotSameAs(service(first, WEB));
  }

  @Test
  void givesNothingNewToWhatIsNotUp() {
    put(
        WEB,
        candidate("9.0.0.1:80", 3, Backend.State.UP, true),
        candidate("9.0.0.2:80", 3, Backend.State.DRAINING, true),
        candidate("9.0.0.3:80", 3, Backend.State.DOWN, true),
        candidate("9.0.0.4:80", 0, Backend.State.UP, true));
    assertThat(targets()).extracting(Target::weight).containsExactly(3, 0, 0, 0);
    assertThat(targets()).extracting(Target::drainDeadlineNanos).containsOnly(Target.NEVER);
  }

  // F6

  @Test
  void leavesBackEndsOnDeadNodesOut() {
    put(WEB, up("9.0.0.1:80"), candidate("9.0.0.2:80", 1, Backend.State.UP, false));
    assertThat(targets())
        .extracting(Target::state, Target::weight)
        .containsExactly(tuple(Backend.State.UP, 1), tuple(Backend.State.DOWN, 0));
    assertThat(assembly.failOpenCount()).isZero();
  }

  @Test
  void usesAllWhenNoneIsReachable() {
    put(
        WEB,
        candidate("9.0.0.1:80", 1, Backend.State.UP, false),
        candidate("9.0.0.2:80", 1, Backend.State.UP, false));
    assertThat(targets()).allMatch(Target::takesNew);
    assertThat(assembly.failOpenCount()).isEqualTo(1);
    put(WEB, up("9.0.0.1:80"), candidate("9.0.0.2:80", 1, Backend.State.UP, false));
    assertThat(targets()).extracting(Target::takesNew).containsExactly(true, false);
    assertThat(assembly.failOpenCount()).isZero();
  }

  // draining

  @Test
  void drainsABackEndThatIsGoneUntilItsDeadline() {
    put(WEB, up("9.0.0.1:80"), up("9.0.0.2:80"));
    assembly.assemble(0);
    put(WEB, up("9.0.0.1:80"));
    Target gone = service(assembly.assemble(10 * SECOND), WEB).targets().get(1);
    assertThat(gone)
        .isEqualTo(
            new Target(HostPort.parse("9.0.0.2:80"), Backend.State.DRAINING, 0, 40 * SECOND)
                .at(new Origin(IpAddress.parse("9.0.0.2"), "")));
    assertThat(assembly.nextDue(10 * SECOND)).hasValue(40 * SECOND);
    put(WEB, up("9.0.0.1:80"), up("9.0.0.3:80"));
    assertThat(service(assembly.assemble(20 * SECOND), WEB).targets()).contains(gone).hasSize(3);
    assertThat(service(assembly.assemble(40 * SECOND), WEB).targets()).hasSize(2);
    assertThat(assembly.nextDue(40 * SECOND)).isEqualTo(OptionalLong.empty());
  }

  @Test
  void cancelsTheDrainOfABackEndThatComesBack() {
    put(WEB, up("9.0.0.1:80"), up("9.0.0.2:80"));
    assembly.assemble(0);
    put(WEB, up("9.0.0.1:80"));
    assembly.assemble(SECOND);
    put(WEB, up("9.0.0.1:80"), up("9.0.0.2:80"));
    assertThat(service(assembly.assemble(2 * SECOND), WEB).targets())
        .extracting(Target::takesNew)
        .containsExactly(true, true);
  }

  @Test
  void keepsAVipThatIsGoneUntilDnsHasForgottenItAndItsConnectionsAreDrained() {
    put(WEB, up("9.0.0.1:80"));
    assembly.assemble(0);
    put(WEB);
    VipTable lingering = assembly.assemble(SECOND);
    assertThat(service(lingering, WEB).targets()).noneMatch(Target::takesNew);
    assertThat(assembly.live()).isEmpty();
    assertThat(assembly.assemble(30 * SECOND).services()).hasSize(1);
    assertThat(assembly.assemble(31 * SECOND).services()).isEmpty();
    assertThat(assembly.nextDue(31 * SECOND)).isEmpty();
  }

  @Test
  void keepsTheAddressOfARedeployedName() {
    put(WEB, up("9.0.0.1:80"));
    HostPort before = service(assembly.assemble(0), WEB).frontend().endpoint();
    put(WEB);
    assembly.assemble(SECOND);
    assembly.assemble(100 * SECOND);
    put(WEB, up("9.0.0.2:80"));
    assertThat(service(assembly.assemble(200 * SECOND), WEB).frontend().endpoint())
        .isEqualTo(before);
  }

  // names and addresses

  @Test
  void movesANameAwayFromAnAddressVip() {
    put(WEB, up("9.0.0.1:80"));
    IpAddress first = service(assembly.assemble(0), WEB).frontend().endpoint().address();
    VipKey taking = VipKey.addressed(Protocol.TCP, first, 80);
    put(taking, up("9.0.0.2:80"));
    VipTable table = assembly.assemble(1);
    assertThat(service(table, taking).frontend().endpoint().address()).isEqualTo(first);
    assertThat(service(table, WEB).frontend().endpoint().address()).isEqualTo(first.plus(1));
  }

  @Test
  void letsAnAddressVipTakeOverFromANameThatIsGone() {
    put(WEB, up("9.0.0.1:80"));
    IpAddress first = service(assembly.assemble(0), WEB).frontend().endpoint().address();
    VipKey taking = VipKey.addressed(Protocol.TCP, first, 80);
    put(WEB);
    put(taking, up("9.0.0.2:80"));
    VipTable table = assembly.assemble(SECOND);
    assertThat(table.services()).hasSize(1);
    assertThat(service(table, taking).targets()).hasSize(1);
  }

  @Test
  void servesAllPortsOfANameAtOneAddress() {
    VipKey tls = VipKey.named(Protocol.TCP, "web.marathon", 443);
    put(WEB, up("9.0.0.1:80"));
    put(tls, up("9.0.0.1:443"));
    VipTable table = assembly.assemble(0);
    assertThat(service(table, tls).frontend().endpoint().address())
        .isEqualTo(service(table, WEB).frontend().endpoint().address());
  }

  @Test
  void reportsNamesWithoutAddressAndServesTheOthers() {
    TableAssembly tiny =
        new TableAssembly(
            new VipAddresses(
                AddressRange.of("11.0.0.0", "11.0.0.0"), VipAddresses.DEFAULT_IPV6, NameHash.DCOS),
            Duration.ZERO,
            Duration.ZERO,
            TableLimits.DEFAULTS);
    tiny.put(VipKey.named(Protocol.TCP, "a.m", 80), List.of(up("9.0.0.1:80")));
    tiny.put(VipKey.named(Protocol.TCP, "b.m", 80), List.of(up("9.0.0.2:80")));
    assertThat(tiny.assemble(0).services()).hasSize(1);
    assertThat(tiny.refused())
        .extracting(Rejection::subject, Rejection::code)
        .containsExactly(tuple("b.m", "VIP_RANGE_EXHAUSTED"));
    tiny.put(VipKey.named(Protocol.TCP, "a.m", 80), List.of());
    assertThat(tiny.assemble(100 * SECOND).services().values())
        .extracting(s -> s.key().host())
        .containsExactly("b.m");
  }

  // options

  private static Candidate saying(String endpoint, Map<String, String> attributes) {
    HostPort place = HostPort.parse(endpoint);
    Backend backend = new Backend(place, place.address(), 1, Backend.State.UP);
    return new Candidate(backend, Reach.REACHED, 1, "", new TreeMap<>(attributes));
  }

  @Test
  void carriesAVipAsItsLabelsSayAndElseAsTheHostSays() {
    ServiceOptions hosts = ServiceOptions.DEFAULTS.with(Policy.LEAST_CONNECTIONS);
    TableAssembly own =
        TableAssembly.sharing(
            VipAddresses.defaults(),
            Duration.ZERO,
            Duration.ZERO,
            TableLimits.DEFAULTS,
            hosts,
            () -> new NodeId(new UUID(0, 1)));
    own.put(WEB, List.of(saying("9.0.0.1:80", Map.of("affinity", "60")), up("[fd01:b::5]:80")));
    assertThat(own.assemble(0).services().values())
        .extracting(Service::options)
        .containsExactly(
            hosts.withAffinity(Duration.ofSeconds(60)), hosts.withAffinity(Duration.ofSeconds(60)));
  }

  @Test
  void doesWhatMostBackEndsSayAndTellsOfTheOthers() {
    Candidate maglev = saying("9.0.0.1:80", Map.of("policy", "maglev", "proxy", "v2"));
    put(WEB, maglev, saying("9.0.0.2:80", Map.of("policy", "random")), up("9.0.0.3:80"));
    assertThat(service(assembly.assemble(0), WEB).options())
        .isEqualTo(ServiceOptions.DEFAULTS.with(Policy.MAGLEV).with(ProxyHeader.V2));
    assertThat(assembly.refused())
        .extracting(Rejection::code, Rejection::detail)
        .containsExactly(
            tuple("VIP_OPTION_CONFLICT", "policy random of some back ends (counts: maglev)"));
    put(
        WEB,
        maglev,
        saying("9.0.0.2:80", Map.of("policy", "random")),
        saying("9.0.0.3:80", Map.of("policy", "random")));
    assertThat(service(assembly.assemble(1), WEB).options().policy()).isEqualTo(Policy.RANDOM);
  }

  @Test
  void leavesOutOptionsThatOnlyANewerNodeUnderstands() {
    put(WEB, saying("9.0.0.1:80", Map.of("policy", "psychic", "mood", "good")));
    assertThat(service(assembly.assemble(0), WEB).options()).isEqualTo(ServiceOptions.DEFAULTS);
    assertThat(assembly.refused()).extracting(Rejection::code).containsExactly("VIP_BAD_OPTION");
  }

  @Test
  void keepsTheOptionsOfAVipThatIsOnItsWayOut() {
    put(WEB, saying("9.0.0.1:80", Map.of("policy", "maglev")));
    assembly.assemble(0);
    put(WEB);
    assertThat(service(assembly.assemble(1), WEB).options().policy()).isEqualTo(Policy.MAGLEV);
  }

  // refusals

  @Test
  void refusesABackEndThatIsAVip() {
    VipKey address = VipKey.addressed(Protocol.TCP, IpAddress.parse("10.9.9.9"), 80);
    put(WEB, up("9.0.0.1:80"), up("11.0.0.7:80"), up("10.9.9.9:8080"));
    assertThat(targets()).hasSize(2);
    put(address, up("9.0.0.3:80"));
    assembly.assemble(SECOND);
    assertThat(assembly.refused())
        .extracting(Rejection::code, Rejection::subject)
        .containsExactly(
            tuple("BACKEND_IS_VIP", "tcp web.marathon:80 11.0.0.7:80"),
            tuple("BACKEND_IS_VIP", "tcp web.marathon:80 10.9.9.9:8080"));
    put(address);
    assembly.assemble(2 * SECOND);
    assertThat(assembly.refused()).hasSize(1);
  }

  @Test
  void refusesTheNewestBackEndsBeyondTheLimit() {
    TableAssembly small = assembly(new TableLimits(10, 2, Duration.ZERO, Duration.ZERO));
    small.put(
        WEB,
        List.of(
            new Candidate(backend("9.0.0.1:80"), true, 300),
            new Candidate(backend("9.0.0.2:80"), true, 100),
            new Candidate(backend("9.0.0.3:80"), true, 200)));
    assertThat(service(small.assemble(0), WEB).targets())
        .extracting(t -> t.endpoint().toString())
        .containsExactly("9.0.0.2:80", "9.0.0.3:80");
    assertThat(small.refused())
        .extracting(Rejection::code)
        .containsExactly("VIP_TOO_MANY_BACKENDS");
  }

  @Test
  void refusesTheNewestVipsBeyondTheLimitUntilThereIsRoom() {
    TableAssembly small = assembly(new TableLimits(2, 10, Duration.ZERO, Duration.ZERO));
    for (String name : List.of("c", "a", "b")) {
      small.put(
          VipKey.named(Protocol.TCP, name + ".m", 80),
          List.of(new Candidate(backend("9.0.0.1:80"), true, name.equals("a") ? 9 : 1)));
    }
    assertThat(small.assemble(0).services().values())
        .extracting(s -> s.key().host())
        .containsExactlyInAnyOrder("b.m", "c.m");
    assertThat(small.refused())
        .extracting(Rejection::code, Rejection::subject)
        .containsExactly(tuple("VIP_TOO_MANY", "tcp a.m:80"));
    small.put(VipKey.named(Protocol.TCP, "b.m", 80), List.of());
    assertThat(small.assemble(1).services().values())
        .extracting(s -> s.key().host())
        .containsExactlyInAnyOrder("a.m", "c.m");
    assertThat(small.refused()).isEmpty();
  }

  private List<Target> targets() {
    return service(assembly.assemble(0), WEB).targets();
  }

  private void put(VipKey key, Candidate... candidates) {
    assembly.put(key, Arrays.asList(candidates));
  }

  private static TableAssembly assembly(TableLimits limits) {
    return new TableAssembly(
        VipAddresses.defaults(),
        VipAddresses.DEFAULT_NAME_GRACE,
        VipAddresses.DEFAULT_QUARANTINE,
        limits);
  }

  private static Service service(VipTable table, VipKey key) {
    return table.services().values().stream()
        .filter(service -> service.key().equals(key))
        .findFirst()
        .orElseThrow();
  }

  private static Candidate up(String endpoint) {
    return candidate(endpoint, 1, Backend.State.UP, true);
  }

  private static Candidate candidate(
      String endpoint, int weight, Backend.State state, boolean reachable) {
    HostPort place = HostPort.parse(endpoint);
    return new Candidate(new Backend(place, place.address(), weight, state), reachable, 1);
  }

  private static Backend backend(String endpoint) {
    HostPort place = HostPort.parse(endpoint);
    return new Backend(place, place.address(), 1, Backend.State.UP);
  }
}
