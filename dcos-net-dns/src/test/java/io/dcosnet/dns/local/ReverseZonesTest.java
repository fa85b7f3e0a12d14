// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.dns.local;

import static io.dcosnet.dns.zone.Zones.name;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.dcosnet.api.cluster.ClusterPublisher;
import io.dcosnet.api.event.Subscription;
import io.dcosnet.api.model.Agent;
import io.dcosnet.api.model.Framework;
import io.dcosnet.api.model.Labels;
import io.dcosnet.api.model.Master;
import io.dcosnet.api.model.Masters;
import io.dcosnet.api.model.NetworkInfo;
import io.dcosnet.api.model.Task;
import io.dcosnet.api.model.TaskState;
import io.dcosnet.api.model.TaskStatus;
import io.dcosnet.api.net.HostPort;
import io.dcosnet.api.net.IpAddress;
import io.dcosnet.dns.name.ReverseName;
import io.dcosnet.dns.records.L4lbZone;
import io.dcosnet.dns.records.MesosZone;
import io.dcosnet.dns.zone.RecordOrigin;
import io.dcosnet.dns.zone.RecordSet;
import io.dcosnet.dns.zone.RecordType;
import io.dcosnet.dns.zone.Zone;
import io.dcosnet.dns.zone.ZoneNode;
import io.dcosnet.dns.zone.ZonePublisher;
import io.dcosnet.dns.zone.ZoneSnapshot;
import io.dcosnet.dns.zone.ZoneTable;
import io.dcosnet.dns.zone.Zones;
import io.dcosnet.testkit.RecordingMetrics;
import io.dcosnet.testkit.VirtualTime;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ReverseZonesTest {

  private final VirtualTime time = new VirtualTime();
  private final Zone.Surroundings surroundings =
      new Zone.Surroundings(Runnable::run, time.time(), new RecordingMetrics());
  private final ClusterPublisher cluster = ClusterPublisher.create();
  private final GivenVips vips = new GivenVips();
  private final MesosZone mesos = MesosZone.of(cluster);
  private final ReverseZones reverse =
      ReverseZones.builder(time.time())
          .names(mesos, ReverseNames.mesos(mesos.origin()))
          .names(L4lbZone.of(vips), ReverseNames.all())
          .names(LocalZones.localhost(time.time()), ReverseNames.all())
          .build();
  private final ZoneTable table = ZoneTable.of(reverse.zones());

  private static Task task(String name, String id, Agent agent, String... addresses) {
    List<IpAddress> parsed = List.of(addresses).stream().map(IpAddress::parse).toList();
    List<NetworkInfo> networks =
        parsed.isEmpty() ? List.of() : List.of(new NetworkInfo("", parsed, List.of(), Labels.NONE));
    return Task.named(name)
        .id(id)
        .framework("F1")
        .runningOn(agent)
        .status(new TaskStatus(TaskState.RUNNING, 1, null, networks, Labels.NONE))
        .build();
  }

  private Agent agent(String id, String address) {
    Agent agent = Agent.at(id, IpAddress.parse(address));
    cluster.put(agent);
    return agent;
  }

  private Subscription follow() {
    List<Subscription> all = new ArrayList<>();
    reverse.zones().forEach(zone -> all.add(zone.follow(surroundings)));
    return () -> all.forEach(Subscription::close);
  }

  private List<String> namesOf(String address) {
    ZoneNode node = node(address);
    RecordSet set = node == null ? null : node.set(RecordType.PTR);
    return set == null ? List.of() : set.toText();
  }

  private @Nullable ZoneNode node(String address) {
    return snapshot(address).find(ReverseName.of(IpAddress.parse(address)));
  }

  private ZoneSnapshot snapshot(String address) {
    Zone zone = table.match(ReverseName.of(IpAddress.parse(address)));
    return Objects.requireNonNull(Objects.requireNonNull(zone, address).snapshot(), address);
  }

  private void fill() {
    Agent agent = agent("x-S1", "10.0.0.1");
    agent("x-S2", "10.0.0.2");
    cluster.put(Framework.named("F1", "marathon.prod"));
    cluster.put(task("web", "test", agent, "172.16.1.1", "fd01::1"));
    cluster.put(task("web", "other", agent, "172.16.1.2"));
    cluster.put(task("on.host", "third", agent));
    Master leader = new Master(HostPort.parse("10.0.0.9:5050"), "");
    cluster.put(
        new Masters(List.of(new Master(HostPort.parse("10.0.0.8:5050"), ""), leader), leader));
  }

  @Test
  void knowsContainersByTheNameOfTheirTask() {
    follow();
    fill();

    assertThat(namesOf("172.16.1.1")).containsExactly("web-iffe9-s1.marathon.prod.mesos.");
    assertThat(namesOf("fd01::1")).containsExactly("web-iffe9-s1.marathon.prod.mesos.");
    assertThat(namesOf("172.16.1.2")).hasSize(1);
    assertThat(node("172.16.1.3")).isNull();
  }

  @Test
  void knowsNodesMastersAndVips() {
    follow();
    fill();
    vips.put("web.marathon", "11.1.2.3");

    assertThat(namesOf("10.0.0.1")).containsExactly("slave.mesos.");
    assertThat(namesOf("10.0.0.2")).containsExactly("slave.mesos.");
    assertThat(namesOf("10.0.0.8")).containsExactly("master0.mesos.");
    assertThat(namesOf("10.0.0.9")).containsExactly("master1.mesos.");
    assertThat(namesOf("11.1.2.3")).containsExactly("web.marathon.l4lb.thisdcos.directory.");
    assertThat(namesOf("127.0.0.1")).containsExactly("localhost.");
  }

  @Test
  void followsChangesToTheLastOfThose() {
    follow();
    fill();
    long serial = snapshot("172.16.1.1").serial();
    long untouched = snapshot("11.0.0.1").serial();
    cluster.put(task("web", "test", Agent.at("x-S1", IpAddress.parse("10.0.0.1")), "172.16.1.2"));

    assertThat(namesOf("172.16.1.1")).isEmpty();
    assertThat(namesOf("172.16.1.2")).hasSize(2).contains("web-iffe9-s1.marathon.prod.mesos.");
    assertThat(snapshot("172.16.1.1").serial()).isGreaterThan(serial);
    assertThat(snapshot("11.0.0.1").serial()).isEqualTo(untouched);

    cluster.remove(task("web", "test", Agent.at("x-S1", IpAddress.parse("10.0.0.1"))).key());
    assertThat(namesOf("172.16.1.2")).hasSize(1);
  }

  @Test
  void deniesNothingUntilAllZonesHaveTold() {
    ZonePublisher late = new ZonePublisher();
    ReverseZones waiting =
        ReverseZones.builder(time.time())
            .names(LocalZones.localhost(time.time()), ReverseNames.all())
            .names(Zones.published("late", late), ReverseNames.all())
            .origins(List.of(name("127.in-addr.arpa"), name("10.in-addr.arpa")))
            .build();
    Zone ten = waiting.zones().get(1);

    assertThat(ten.snapshot()).isNull();
    waiting.zones().get(0).follow(surroundings);
    assertThat(Objects.requireNonNull(waiting.zones().get(0).snapshot()).isPartial()).isTrue();
    assertThat(Objects.requireNonNull(ten.snapshot()).isPartial()).isTrue();

    ZoneSnapshot.Edit edit = Zones.empty("late").edit();
    edit.put(name("a.late"), Zones.addresses("10.0.0.1"));
    late.publish(edit.commit(0));
    assertThat(Objects.requireNonNull(ten.snapshot()).isPartial()).isFalse();
    assertThat(Objects.requireNonNull(ten.snapshot()).recordCount()).isOne();

    ZoneSnapshot.Edit election = Objects.requireNonNull(late.snapshot()).edit();
    election.partial(true);
    late.publish(election.commit(0));
    assertThat(Objects.requireNonNull(ten.snapshot()).isPartial()).isTrue();
  }

  @Test
  void keepsWhatItHasUntilAllZonesHaveToldAgain() {
    Subscription following = follow();
    fill();
    vips.put("web.marathon", "11.1.2.3");
    following.close();
    vips.remove("web.marathon");
    vips.put("db.marathon", "11.1.2.4");
    assertThat(namesOf("11.1.2.3")).isNotEmpty();

    List<Long> told = new ArrayList<>();
    table.zones().get(0).watch(Runnable::run, (before, after) -> told.add(after.recordCount()));
    follow();

    assertThat(namesOf("11.1.2.3")).isEmpty();
    assertThat(namesOf("11.1.2.4")).containsExactly("db.marathon.l4lb.thisdcos.directory.");
    assertThat(namesOf("172.16.1.1")).containsExactly("web-iffe9-s1.marathon.prod.mesos.");
    assertThat(told).hasSize(1);
  }

  @Test
  void isPartialWhileAgentsAreAwaited() {
    follow();
    fill();
    cluster.put(Masters.NONE.awaiting(Set.of("x-S3")));

    assertThat(snapshot("10.0.0.1").isPartial()).isTrue();
    assertThat(namesOf("10.0.0.1")).containsExactly("slave.mesos.");
    cluster.put(Masters.NONE);
    assertThat(snapshot("10.0.0.1").isPartial()).isFalse();
  }

  @Test
  void tellsWhereANameComesFrom() {
    follow();
    fill();
    Zone zone = Objects.requireNonNull(table.match(name("2.0.0.10.in-addr.arpa")));

    assertThat(zone.origins(name("2.0.0.10.in-addr.arpa")))
        .containsExactly(
            new RecordOrigin(RecordType.PTR, "slave.mesos.", "name", "slave.mesos.", "", null));
    assertThat(zone.origins(name("3.0.0.10.in-addr.arpa"))).isEmpty();
  }

  @ParameterizedTest
  @CsvSource({
    "10.1.2.3, true",
    "11.255.255.254, true",
    "172.15.0.1, false",
    "172.16.0.1, true",
    "172.31.0.1, true",
    "172.32.0.1, false",
    "192.168.3.4, true",
    "127.0.0.1, true",
    "198.51.100.1, true",
    "203.0.113.1, false",
    "fd01:c::1, true",
    "fc00::1, false",
    "fe80::1, true",
    "febf::1, true",
    "fec0::1, false",
    "::1, true",
    "::2, false",
    "2001:db8::1, false",
  })
  void ownsPrivateAddressesOnly(String address, boolean ours) {
    assertThat(table.match(ReverseName.of(IpAddress.parse(address))) != null).isEqualTo(ours);
  }

  @ParameterizedTest
  @CsvSource({
    "master0.mesos, 0",
    "MASTER12.mesos, 0",
    "leader.mesos, 1",
    "slave.mesos, 2",
    "web-iffe9-s1.marathon.mesos, 3",
    "a-b-iffe9-0.marathon.prod.mesos, 3",
    "marathon.mesos, 4",
    "master.mesos, -1",
    "masterx.mesos, 4",
    "web.marathon.mesos, -1",
    "web-iffe-s1.marathon.mesos, -1",
    "-iffe9-s1.marathon.mesos, -1",
    "web-iffe9-.marathon.mesos, -1",
    "web-if-e9-s1.marathon.mesos, -1",
    "web-iffe9-s1.marathon.slave.mesos, -1",
    "_web-iffe9-s1.marathon.mesos, -1",
    "mesos, -1",
  })
  void ranksNamesOfMesosDnsByTheirForm(String asked, int rank) {
    assertThat(ReverseNames.mesos(name("mesos")).rank(name(asked))).isEqualTo(rank);
  }

  @Test
  void refusesOriginsThatStandForNoAddresses() {
    assertThatThrownBy(
            () ->
                ReverseZones.builder(time.time())
                    .origins(List.of(name("10.in-addr.arpa"), name("mesos")))
                    .build())
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("origin: mesos. (expected: a name below in-addr.arpa or ip6.arpa)");
  }

  @Test
  void deniesAllAddressesWhenThereIsNoZoneToTakeNamesFrom() {
    ReverseZones none = ReverseZones.builder(time.time()).build();
    none.zones().get(0).follow(surroundings);

    assertThat(none.zones())
        .allSatisfy(
            zone -> {
              ZoneSnapshot snapshot = Objects.requireNonNull(zone.snapshot());
              assertThat(snapshot.isPartial()).isFalse();
              assertThat(snapshot.recordCount()).isZero();
            });
  }
}
