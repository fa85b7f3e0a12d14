// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.dns.records;

import static io.dcosnet.dns.zone.Zones.name;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import io.dcosnet.api.model.Agent;
import io.dcosnet.api.model.ClusterState;
import io.dcosnet.api.model.Discovery;
import io.dcosnet.api.model.Framework;
import io.dcosnet.api.model.Labels;
import io.dcosnet.api.model.Master;
import io.dcosnet.api.model.Masters;
import io.dcosnet.api.model.NetworkInfo;
import io.dcosnet.api.model.Rejection;
import io.dcosnet.api.model.Task;
import io.dcosnet.api.model.TaskState;
import io.dcosnet.api.model.TaskStatus;
import io.dcosnet.api.net.HostPort;
import io.dcosnet.api.net.IpAddress;
import io.dcosnet.dns.zone.RecordType;
import io.dcosnet.dns.zone.ZoneSnapshot;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class MesosRecordsTest {

  private static final MesosDnsConfig DEFAULTS = MesosDnsConfig.defaults();
  private static final Agent NODE = Agent.at("2014-2410-0", IpAddress.parse("192.0.2.11"));

  private static final Framework MARATHON =
      new Framework(
          "F1", "marathon", "", List.of(IpAddress.parse("192.0.2.11")), 25501, true, true);

  private ClusterState state = ClusterState.EMPTY.with(NODE).with(MARATHON);

  @Test
  void namesATaskWithoutDiscovery() {
    put(
        task("car.store")
            .id("car-store.43758382-562f-11e4-a088-c20493233aa5")
            .ports(31364, 31364)
            .ports(31365, 31365));

    RecordListing zone = list(DEFAULTS);

    assertThat(zone.a())
        .containsExactlyInAnyOrderEntriesOf(
            Map.of(
                "car-store.marathon.mesos.", List.of("192.0.2.11"),
                "car-store-zinaz-0.marathon.mesos.", List.of("192.0.2.11"),
                "car-store.marathon.slave.mesos.", List.of("192.0.2.11"),
                "car-store-zinaz-0.marathon.slave.mesos.", List.of("192.0.2.11"),
                "marathon.mesos.", List.of("192.0.2.11"),
                "slave.mesos.", List.of("192.0.2.11")));
    List<String> services =
        List.of(
            "car-store-zinaz-0.marathon.slave.mesos.:31364",
            "car-store-zinaz-0.marathon.slave.mesos.:31365");
    assertThat(zone.srv())
        .containsExactlyInAnyOrderEntriesOf(
            Map.of(
                "_car-store._tcp.marathon.mesos.", services,
                "_car-store._udp.marathon.mesos.", services,
                "_car-store._tcp.marathon.slave.mesos.", services,
                "_car-store._udp.marathon.slave.mesos.", services,
                "_framework._tcp.marathon.mesos.", List.of("marathon.mesos.:25501"),
                "_slave._tcp.mesos.", List.of("slave.mesos.:5051")));
    assertThat(zone.aaaa()).isEmpty();
    assertThat(zone.refused()).isEmpty();
  }

  @Test
  void namesATaskWithDiscoveryUnderBothSpellings() {
    put(
        task("other-name")
            .id("liquor-store.b8db9f73-562f-11e4-a088-c20493233aa5")
            .ports(31354, 31355)
            .discovery(
                discovery("liquor.store", port(80, "http", "tcp"), port(443, "https", "tcp")))
            .status(running(2, Labels.NONE.with("Docker.NetworkSettings.IPAddress", "10.3.0.1"))));

    RecordListing zone =
        list(MesosDnsConfig.builder().ipSources(List.of(IpSource.DOCKER, IpSource.HOST)).build());

    assertThat(zone.a())
        .containsEntry("liquor-store.marathon.mesos.", List.of("10.3.0.1"))
        .containsEntry("liquor.store.marathon.mesos.", List.of("10.3.0.1"))
        .containsEntry("liquor-store-4dfjd-0.marathon.mesos.", List.of("10.3.0.1"))
        .containsEntry("liquor.store-4dfjd-0.marathon.mesos.", List.of("10.3.0.1"))
        .containsEntry("liquor.store-4dfjd-0.marathon.slave.mesos.", List.of("192.0.2.11"))
        .containsEntry("liquor-store.marathon.slave.mesos.", List.of("192.0.2.11"))
        .hasSize(10);
    assertThat(zone.srv())
        .containsEntry(
            "_liquor.store._tcp.marathon.mesos.",
            List.of(
                "liquor.store-4dfjd-0.marathon.mesos.:443",
                "liquor.store-4dfjd-0.marathon.mesos.:80"))
        .containsEntry(
            "_http._liquor-store._tcp.marathon.mesos.",
            List.of("liquor-store-4dfjd-0.marathon.mesos.:80"))
        .containsEntry(
            "_liquor-store._udp.marathon.slave.mesos.",
            List.of(
                "liquor-store-4dfjd-0.marathon.slave.mesos.:31354",
                "liquor-store-4dfjd-0.marathon.slave.mesos.:31355"))
        .doesNotContainKey("_liquor-store._udp.marathon.mesos.")
        .doesNotContainKey("_https._liquor-store._udp.marathon.mesos.");
  }

  @Test
  void servesPortsWithoutProtocolOverBoth() {
    put(task("x").discovery(discovery("web", port(0, "_", ""), port(81, "", "SCTP.x"))));

    assertThat(list(DEFAULTS).srv())
        .containsKeys(
            "_web._tcp.marathon.mesos.",
            "_web._udp.marathon.mesos.",
            "_web._sctp-x.marathon.mesos.")
        .hasSize(5);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      nullValues = "-",
      value = {
        "NETINFO,MESOS,HOST | 9.0.0.1 10.3.0.2 | 9.0.0.1",
        "MESOS,NETINFO | 9.0.0.1 10.3.0.2 | 10.3.0.2",
        "DOCKER,HOST | 9.0.0.1 10.3.0.2 | 192.0.2.11",
        "DOCKER | 9.0.0.1 10.3.0.2 | -",
        "MESOS,HOST | 9.0.0.1 no-address | 192.0.2.11",
        "NETINFO | ::ffff:192.0.2.7 x | 192.0.2.7",
      })
  void takesAddressesFromTheFirstSourceThatHasSome(
      String sources, String networkAndLabel, @Nullable String expected) {
    String[] given = networkAndLabel.split(" ", 2);
    NetworkInfo network =
        new NetworkInfo("", List.of(IpAddress.parse(given[0])), List.of(), Labels.NONE);
    Labels labels = Labels.NONE.with("MesosContainerizer.NetworkSettings.IPAddress", given[1]);
    put(task("web").status(new TaskStatus(TaskState.RUNNING, 1, null, List.of(network), labels)));

    RecordListing zone =
        list(
            MesosDnsConfig.builder()
                .ipSources(Arrays.stream(sources.split(",", -1)).map(IpSource::valueOf).toList())
                .build());

    assertThat(zone.a().get("web.marathon.mesos."))
        .isEqualTo(expected == null ? null : List.of(expected));
    assertThat(codes(zone)).isEqualTo(expected == null ? List.of("NO_ADDRESS") : List.of());
  }

  @Test
  void looksAtTheNewestRunningStatusOnly() {
    put(
        task("web")
            .status(running(7, labelled("10.3.0.7")))
            .status(running(9, labelled("10.3.0.9")))
            .status(running(9, labelled("10.3.0.10")))
            .status(new TaskStatus(TaskState.KILLING, 11, null, List.of(), labelled("10.3.0.11"))));

    assertThat(list(DEFAULTS).a()).containsEntry("web.marathon.mesos.", List.of("10.3.0.9"));
  }

  @Test
  void leavesOutTasksThatDoNotRunOrHaveNoKnownPlace() {
    put(task("staging").state(TaskState.STAGING));
    put(task("lost").runningOn("unknown-S9"));
    put(task("orphan").framework("F9"));

    RecordListing zone = list(DEFAULTS);

    assertThat(zone.a()).containsOnlyKeys("marathon.mesos.", "slave.mesos.");
    assertThat(zone.refused())
        .extracting(Rejection::kind, Rejection::subject, Rejection::code)
        .containsExactly(
            tuple("task", "lost", "UNKNOWN_AGENT"), tuple("task", "orphan", "UNKNOWN_FRAMEWORK"));
  }

  @Test
  void includesOtherStatesWhenAsked() {
    put(task("soon").state(TaskState.STARTING).status(status(TaskState.STARTING, "10.3.0.1")));

    MesosDnsConfig config =
        MesosDnsConfig.builder()
            .includeStates(Set.of(TaskState.RUNNING, TaskState.STARTING))
            .build();

    assertThat(list(config).a()).containsEntry("soon.marathon.mesos.", List.of("10.3.0.1"));
  }

  @Test
  void shortensTheTaskWhereItsOwnHostLabelIsTooLong() {
    put(task("a".repeat(63)).id("test").ports(1, 1));

    RecordListing zone = list(DEFAULTS);

    String host = "a".repeat(55) + "-iffe9-0";
    assertThat(zone.a())
        .containsKeys("a".repeat(63) + ".marathon.mesos.", host + ".marathon.mesos.");
    assertThat(zone.srv())
        .containsEntry(
            "_" + "a".repeat(62) + "._tcp.marathon.mesos.",
            List.of(host + ".marathon.slave.mesos.:1"));
    assertThat(codes(zone)).containsExactly("SHORTENED");
  }

  @Test
  void leavesTheCutFormsOutOfAListingThatIsToEqualMesosDns() {
    MesosDnsConfig asThere = DEFAULTS.toBuilder().shortenLabels(false).build();
    put(task("a".repeat(63)).id("test").ports(1, 1));
    put(task("b".repeat(60)).id("").ports(2, 2));

    RecordListing zone = list(asThere);

    String owner = "a".repeat(63) + ".marathon.mesos.";
    assertThat(zone.a().keySet()).filteredOn(name -> name.startsWith("a")).contains(owner);
    assertThat(zone.a().keySet()).noneMatch(name -> name.contains("-0.marathon"));
    assertThat(zone.srv().keySet()).noneMatch(name -> name.startsWith("_a"));
    assertThat(zone.srv())
        .containsEntry(
            "_" + "b".repeat(60) + "._tcp.marathon.mesos.",
            List.of("b".repeat(60) + "-5eh48-0.marathon.slave.mesos.:2"));
    assertThat(codes(zone)).containsOnly("LABEL_TOO_LONG");
  }

  @ParameterizedTest
  @CsvSource({
    "..., EMPTY_LABEL",
    "a..b, EMPTY_LABEL",
    ".a, EMPTY_LABEL",
    "a., EMPTY_LABEL",
    "x{70}, LABEL_TOO_LONG",
  })
  void refusesRawNamesThatNoQueryCanReach(String discoveryName, String code) {
    String raw = discoveryName.replace("x{70}", "x".repeat(70));
    put(task("web").discovery(discovery(raw, port(80, "http", "tcp"))));

    RecordListing zone = list(DEFAULTS);

    assertThat(codes(zone)).contains(code);
    assertThat(zone.a().keySet()).allSatisfy(owner -> assertThat(name(owner)).isNotNull());
  }

  @Test
  void keepsTheHostNameOfATaskWhoseNameIsNothing() {
    put(task("%%%").id("test").ports(7, 7));

    RecordListing zone = list(DEFAULTS);

    assertThat(zone.a()).containsKey("-iffe9-0.marathon.mesos.");
    assertThat(zone.srv()).containsKey("_._tcp.marathon.mesos.");
    assertThat(codes(zone)).containsExactly("EMPTY_LABEL");
  }

  @ParameterizedTest
  @ValueSource(strings = {"my app", "group/app", "100%", "ünïcode", "Web", "a\\b", "tab\tnul\0"})
  void keepsRawDiscoveryNamesWhateverTheyHold(String raw) {
    put(task("x").id("test").discovery(discovery(raw, port(80, "", "tcp"))));

    RecordListing zone = list(DEFAULTS);

    String owner = raw.equals("Web") ? "web" : raw;
    assertThat(zone.a())
        .containsKeys(owner + ".marathon.mesos.", owner + "-iffe9-0.marathon.mesos.");
    assertThat(zone.srv().get("_" + owner + "._tcp.marathon.mesos."))
        .contains(raw + "-iffe9-0.marathon.mesos.:80");
  }

  @Test
  void servesNamesThatDifferInCaseOnlyOnce() {
    put(task("x").id("test").discovery(discovery("Web", port(80, "", "tcp"))));

    ZoneSnapshot zone = snapshot(DEFAULTS);

    assertThat(list(DEFAULTS).srv().get("_web._tcp.marathon.mesos.")).hasSize(2);
    assertThat(Objects.requireNonNull(zone.find(name("_web._tcp.marathon.mesos"))).sets())
        .singleElement()
        .hasToString("60 SRV [0 1 80 Web-iffe9-0.marathon.mesos.]");
  }

  @Test
  void refusesTasksOfAFrameworkWithoutAUsableName() {
    state = state.with(Framework.named("F2", "%.%"));
    put(task("web").framework("F2"));

    RecordListing zone = list(DEFAULTS);

    assertThat(zone.refused())
        .extracting(Rejection::kind, Rejection::subject, Rejection::code)
        .containsExactly(
            tuple("framework", "F2", "EMPTY_LABEL"),
            tuple("task", "web", "UNUSABLE_FRAMEWORK_NAME"));
  }

  @Test
  void keepsDotsOfFrameworkNames() {
    state = state.with(Framework.named("F2", "Marathon.Prod_1..x"));
    put(task("web").framework("F2"));

    assertThat(list(DEFAULTS).a()).containsKey("web.marathon.prod-1.x.mesos.");
  }

  @Test
  void reportsNamesThatSeveralThingsWanted() {
    put(task("my_app").id("1"));
    put(task("my-app").id("2"));
    put(task("my-app").id("3"));

    RecordListing zone = list(DEFAULTS);

    assertThat(zone.collisions())
        .containsExactlyEntriesOf(
            Map.of(
                "my-app.marathon.mesos.",
                List.of(
                    "task \"my-app\" of framework \"marathon\"",
                    "task \"my_app\" of framework \"marathon\"")));
  }

  @Test
  void refusesPortsThatAreNone() {
    put(
        task("web")
            .discovery(
                discovery("web", port(70000, "", "tcp"), port(-1, "", ""), port(80, "", "tcp"))));

    RecordListing zone = list(DEFAULTS);

    assertThat(zone.srv().get("_web._tcp.marathon.mesos.")).hasSize(1);
    assertThat(zone.refused())
        .singleElement()
        .satisfies(refusal -> assertThat(refusal.detail()).contains("70000", "1 more"));
  }

  @Test
  void servesNoMoreRecordsOfANameThanAllowed() {
    for (int i = 0; i < 12; i++) {
      put(task("web").id("web." + i).ports(1000 + i, 1000 + i));
    }
    MesosDnsConfig config = MesosDnsConfig.builder().maxRecordsPerName(10).build();

    ZoneSnapshot zone = snapshot(config);

    assertThat(
            Objects.requireNonNull(
                    Objects.requireNonNull(zone.find(name("_web._tcp.marathon.mesos")))
                        .set(RecordType.SRV))
                .size())
        .isEqualTo(10);
    assertThat(list(config).srv().get("_web._tcp.marathon.mesos.")).hasSize(12);
  }

  @Test
  void leavesOutTheUnhealthyWhenAsked() {
    put(task("web").id("good").runningOn(agent("S1", "192.0.2.1")).status(health(true)));
    put(task("web").id("bad").runningOn(agent("S2", "192.0.2.2")).status(health(false)));
    put(task("web").id("new").runningOn(agent("S3", "192.0.2.3")).healthChecked(true));
    put(task("db").id("only").runningOn(agent("S2", "192.0.2.2")).status(health(false)));

    assertThat(list(health(HealthPolicy.IGNORE)).a().get("web.marathon.mesos.")).hasSize(3);
    assertThat(list(health(HealthPolicy.EXCLUDE_UNHEALTHY)).a())
        .containsEntry("web.marathon.mesos.", List.of("192.0.2.1"))
        .doesNotContainKey("db.marathon.mesos.");
    assertThat(list(health(HealthPolicy.EXCLUDE_UNHEALTHY_UNLESS_ALL)).a())
        .containsEntry("web.marathon.mesos.", List.of("192.0.2.1"))
        .containsEntry("db.marathon.mesos.", List.of("192.0.2.2"));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "192.0.2.6:7 | 192.0.2.8:9,192.0.2.6:7,192.0.2.7:0 | 192.0.2.8,192.0.2.6,192.0.2.7",
        "192.0.2.6:7 | 192.0.2.8:9 | 192.0.2.8,192.0.2.6",
        "192.0.2.6:7 | 192.0.2.6:7 | 192.0.2.6",
        "192.0.2.6:7 | 192.0.2.6:8,192.0.2.8:9,192.0.2.8:10 | 192.0.2.8,192.0.2.6",
        "192.0.2.6:7 | host.example.org:5050,192.0.2.8:9 | 192.0.2.8,192.0.2.6",
        "[2001:db8::6]:7 | [2001:db8::8]:9 | 2001:db8::8,2001:db8::6",
      })
  void numbersMastersInTheOrderOfTheList(String leader, String masters, String numbered) {
    state = state.with(new Masters(List.of(), master(leader)));
    RecordListing zone =
        list(
            MesosDnsConfig.builder()
                .domain("Foo.example")
                .masters(List.of(masters.split(",", -1)))
                .build());

    Map<String, List<String>> addresses = leader.startsWith("[") ? zone.aaaa() : zone.a();
    List<String> expected = List.of(numbered.split(",", -1));
    assertThat(addresses)
        .containsEntry("leader.foo.example.", List.of(HostPort.parse(leader).address().toString()))
        .containsEntry("master.foo.example.", expected.stream().sorted().toList())
        .doesNotContainKey("master" + expected.size() + ".foo.example.");
    for (int i = 0; i < expected.size(); i++) {
      assertThat(addresses).containsEntry("master" + i + ".foo.example.", List.of(expected.get(i)));
    }
    assertThat(zone.srv())
        .containsEntry("_leader._tcp.foo.example.", List.of("leader.foo.example.:7"))
        .containsEntry("_leader._udp.foo.example.", List.of("leader.foo.example.:7"));
  }

  @Test
  void tellsThePortsOfMastersWhereThatIsWanted() {
    Master leader = master("192.0.2.8:5051");
    state = state.with(new Masters(List.of(master("192.0.2.7:5050"), leader), leader));
    MesosDnsConfig config = MesosDnsConfig.builder().masterServices(true).build();

    assertThat(list(config).srv())
        .containsEntry(
            "_master._tcp.mesos.", List.of("master0.mesos.:5050", "master1.mesos.:5051"));
    assertThat(list(DEFAULTS).srv()).doesNotContainKey("_master._tcp.mesos.");
  }

  @Test
  void hasNoMasterNamesWhileNobodyLeads() {
    state = state.with(new Masters(List.of(master("192.0.2.8:9")), null));

    assertThat(list(DEFAULTS).a().keySet()).noneMatch(owner -> owner.contains("master"));
  }

  @Test
  void namesItsOwnServer() {
    MesosDnsConfig config =
        MesosDnsConfig.builder()
            .domain("foo.example")
            .listenerAddresses(
                List.of(IpAddress.parse("192.0.2.53"), IpAddress.parse("2001:db8::53")))
            .soaMailbox("ops@example.org")
            .build();

    assertThat(list(config).a()).containsEntry("ns1.foo.example.", List.of("192.0.2.53"));
    assertThat(list(config).aaaa()).containsEntry("ns1.foo.example.", List.of("2001:db8::53"));
    assertThat(Objects.requireNonNull(snapshot(config).find(name("foo.example"))).sets())
        .hasToString(
            "[60 NS [ns1.foo.example.], "
                + "60 SOA [ns1.foo.example. ops.example.org. 7 60 600 86400 60]]");
  }

  @Test
  void listsRecordsAsMesosDnsDoes() {
    put(task("web").id("test").ports(80, 80));

    Map<String, @Nullable Object> document = JsonTree.object(list(DEFAULTS).toAxfrJson(5));

    assertThat(Json.write(document))
        .startsWith(
            "{\"TTL\":60,\"Serial\":5,\"RefreshSeconds\":60,\"Mname\":\"ns1.mesos.\","
                + "\"Rname\":\"root.ns1.mesos.\",\"Domain\":\"mesos\",\"Records\":{\"As\":{")
        .contains("\"_web._tcp.marathon.mesos.\":[\"web-iffe9-0.marathon.slave.mesos.:80\"]");
  }

  private void put(Task.Builder task) {
    state = state.with(task.build());
  }

  private static Task.Builder task(String name) {
    return Task.named(name).framework("F1").runningOn(NODE);
  }

  private Agent agent(String id, String address) {
    Agent agent = Agent.at(id, IpAddress.parse(address));
    state = state.with(agent);
    return agent;
  }

  private RecordListing list(MesosDnsConfig config) {
    return MesosRecords.list(state, config);
  }

  private ZoneSnapshot snapshot(MesosDnsConfig config) {
    MesosRecords records = new MesosRecords(config);
    records.apply(MesosRecords.stepFromNothing(state));
    return records.commit(ZoneSnapshot.empty(config.apex(), 6), 0);
  }

  private static List<String> codes(RecordListing zone) {
    return zone.refused().stream().map(Rejection::code).toList();
  }

  private static MesosDnsConfig health(HealthPolicy policy) {
    return MesosDnsConfig.builder().healthPolicy(policy).build();
  }

  private static TaskStatus health(boolean healthy) {
    return new TaskStatus(TaskState.RUNNING, 1, healthy, List.of(), Labels.NONE);
  }

  private static TaskStatus running(double time, Labels labels) {
    return new TaskStatus(TaskState.RUNNING, time, null, List.of(), labels);
  }

  private static TaskStatus status(TaskState state, String address) {
    return new TaskStatus(state, 1, null, List.of(), labelled(address));
  }

  private static Labels labelled(String address) {
    return Labels.NONE.with("MesosContainerizer.NetworkSettings.IPAddress", address);
  }

  private static Discovery discovery(String name, Discovery.Port... ports) {
    return new Discovery(name, "FRAMEWORK", List.of(ports), Labels.NONE);
  }

  private static Discovery.Port port(int number, String name, String protocol) {
    return new Discovery.Port(number, name, protocol, Labels.NONE);
  }

  private static Master master(String endpoint) {
    return new Master(HostPort.parse(endpoint), "");
  }
}
