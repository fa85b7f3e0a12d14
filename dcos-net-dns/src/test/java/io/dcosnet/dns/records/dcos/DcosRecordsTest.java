// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.dns.records.dcos;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import io.dcosnet.api.model.Agent;
import io.dcosnet.api.model.ClusterChange;
import io.dcosnet.api.model.ClusterState;
import io.dcosnet.api.model.ClusterUpdate;
import io.dcosnet.api.model.Container;
import io.dcosnet.api.model.Discovery;
import io.dcosnet.api.model.Framework;
import io.dcosnet.api.model.Labels;
import io.dcosnet.api.model.Master;
import io.dcosnet.api.model.Masters;
import io.dcosnet.api.model.NetworkInfo;
import io.dcosnet.api.model.PortMapping;
import io.dcosnet.api.model.Rejection;
import io.dcosnet.api.model.Task;
import io.dcosnet.api.model.TaskKey;
import io.dcosnet.api.model.TaskState;
import io.dcosnet.api.model.TaskStatus;
import io.dcosnet.api.net.HostPort;
import io.dcosnet.api.net.IpAddress;
import io.dcosnet.dns.records.HealthPolicy;
import io.dcosnet.dns.records.MesosRecords;
import io.dcosnet.dns.records.NamePolicy;
import io.dcosnet.dns.records.NameRules;
import io.dcosnet.dns.zone.ZoneSnapshot;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class DcosRecordsTest {

  private static final DcosZoneConfig DEFAULTS = DcosZoneConfig.defaults();
  private static final String NODE_IP = "192.0.2.11";
  private static final Agent NODE = Agent.at("a-S1", IpAddress.parse(NODE_IP));

  private ClusterState state =
      ClusterState.EMPTY.with(NODE).with(Framework.named("F1", "marathon"));

  @Test
  void namesATaskOnItsNodesNetworkAlikeInAllViews() {
    put(task("web").status(running(NODE_IP)).discovery(discovery("web", port(31000, "http"))));

    assertThat(list().a())
        .containsExactlyInAnyOrderEntriesOf(
            Map.of(
                "web.marathon.agentip.dcos.thisdcos.directory", List.of(NODE_IP),
                "web.marathon.containerip.dcos.thisdcos.directory", List.of(NODE_IP),
                "web.marathon.autoip.dcos.thisdcos.directory", List.of(NODE_IP)));
    assertThat(list().aaaa()).isEmpty();
  }

  @Test
  void givesTheContainersAddressWhereNoPortOfTheNodeLeadsIn() {
    put(task("web").status(running("198.51.100.5", "2001:db8::5")));

    assertThat(views(list().a(), "web")).containsExactly(NODE_IP, "198.51.100.5", "198.51.100.5");
    assertThat(views(list().aaaa(), "web")).containsExactly("", "2001:db8::5", "2001:db8::5");
  }

  @Test
  void givesTheNodesAddressWhereAPortOfItLeadsIn() {
    put(task("docker").status(running("198.51.100.5")).container(docker(mapping(31000, 80))));
    put(task("mesos").status(running("198.51.100.5")).container(mesos(mapping(31000, 80))));
    put(task("status").status(running("198.51.100.5", mapping(31000, 80))));
    put(
        task("label")
            .status(running("198.51.100.5"))
            .ports(31000, 31001)
            .label("vip_PORT1", "TCP://web:80"));
    put(
        task("scope")
            .status(running("198.51.100.5"))
            .discovery(discovery("", port(31000, "http", "host"))));

    for (String task : List.of("docker", "mesos", "status", "label", "scope")) {
      assertThat(views(list().a(), task))
          .as(task)
          .containsExactly(NODE_IP, "198.51.100.5", NODE_IP);
    }
  }

  @Test
  void takesNoPortOfTheNodeFromWhatIsNone() {
    put(task("other-type").status(running("198.51.100.5")).container(docker()));
    put(
        task("inside")
            .status(running("198.51.100.5"))
            .discovery(discovery("", port(80, "http", "container"), port(0, "zero", "host"))));
    put(
        task("label")
            .status(running("198.51.100.5"))
            .ports(31000, 31000)
            .label("VIP_PORT1", "tcp://web:80")
            .label("VIP_PORT0", "sctp://web:80"));
    put(
        task("mesos-of-docker")
            .status(running("198.51.100.5", mapping(31000, 80)))
            .container(docker()));

    for (String task : List.of("other-type", "inside", "label", "mesos-of-docker")) {
      assertThat(views(list().a(), task))
          .as(task)
          .containsExactly(NODE_IP, "198.51.100.5", "198.51.100.5");
    }
  }

  @Test
  void knowsNoContainerAddressOfATaskThatTellsNone() {
    put(task("web"));

    assertThat(views(list().a(), "web")).containsExactly(NODE_IP, "", NODE_IP);
  }

  @Test
  void givesATaskWithIpv6AloneNoIpv4() {
    put(task("web").status(running("2001:db8::5")));

    assertThat(views(list().a(), "web")).containsExactly(NODE_IP, "", "");
    assertThat(views(list().aaaa(), "web")).containsExactly("", "2001:db8::5", "2001:db8::5");
  }

  @Test
  void believesTheNewestStatusThatTellsAddresses() {
    TaskStatus healthOnly = new TaskStatus(TaskState.RUNNING, 9, true, List.of(), Labels.NONE);
    TaskStatus old = new TaskStatus(TaskState.STARTING, 1, null, net("198.51.100.1"), Labels.NONE);
    put(task("web").status(old).status(running("198.51.100.5")).status(healthOnly));

    assertThat(views(list().a(), "web")).containsExactly(NODE_IP, "198.51.100.5", "198.51.100.5");
  }

  @ParameterizedTest
  @CsvSource({
    "app, marathon, '', app.marathon",
    "app, marathon.prod, '', app.marathon-prod",
    "app, Marathon_2, '', app.marathon-2",
    "other, marathon, my.App_1, my-app-1.marathon",
    "/group/app, marathon, '', groupapp.marathon"
  })
  void makesOneLabelOfTaskAndFramework(
      String task, String framework, String discovery, String expected) {
    state = state.with(Framework.named("F1", framework));
    Task.Builder builder = task(task);
    put(discovery.isEmpty() ? builder : builder.discovery(discovery(discovery)));

    assertThat(list().a()).containsKey(expected + ".agentip.dcos.thisdcos.directory");
  }

  @Test
  void tellsPortsWhereTheyCanBeReached() {
    put(
        task("web")
            .id("test")
            .status(running("198.51.100.5"))
            .container(docker(mapping(31000, 80), mapping(0, 9000)))
            .discovery(
                discovery("web", port(31000, "HTTP", "host"), port(9000, "admin", "container"))));

    DcosListing zone = list();

    assertThat(zone.srv())
        .containsExactlyInAnyOrderEntriesOf(
            Map.of(
                "_web._tcp.marathon.agentip.dcos.thisdcos.directory",
                List.of("web-iffe9-s1.marathon.agentip.dcos.thisdcos.directory:31000"),
                "_http._tcp.web.marathon.agentip.dcos.thisdcos.directory",
                List.of("web-iffe9-s1.marathon.agentip.dcos.thisdcos.directory:31000"),
                "_web._tcp.marathon.autoip.dcos.thisdcos.directory",
                List.of("web-iffe9-s1.marathon.autoip.dcos.thisdcos.directory:31000"),
                "_http._tcp.web.marathon.autoip.dcos.thisdcos.directory",
                List.of("web-iffe9-s1.marathon.autoip.dcos.thisdcos.directory:31000"),
                "_web._tcp.marathon.containerip.dcos.thisdcos.directory",
                List.of(
                    "web-iffe9-s1.marathon.containerip.dcos.thisdcos.directory:80",
                    "web-iffe9-s1.marathon.containerip.dcos.thisdcos.directory:9000"),
                "_http._tcp.web.marathon.containerip.dcos.thisdcos.directory",
                List.of("web-iffe9-s1.marathon.containerip.dcos.thisdcos.directory:80"),
                "_admin._tcp.web.marathon.containerip.dcos.thisdcos.directory",
                List.of("web-iffe9-s1.marathon.containerip.dcos.thisdcos.directory:9000")));
    assertThat(zone.hosts())
        .containsExactlyInAnyOrderEntriesOf(
            Map.of(
                "web-iffe9-s1.marathon.agentip.dcos.thisdcos.directory",
                List.of(NODE_IP),
                "web-iffe9-s1.marathon.autoip.dcos.thisdcos.directory",
                List.of(NODE_IP),
                "web-iffe9-s1.marathon.containerip.dcos.thisdcos.directory",
                List.of("198.51.100.5")));
  }

  @Test
  void pairsEachInstancesPortWithItsOwnAddress() {
    state = state.with(Agent.at("a-S2", IpAddress.parse("192.0.2.12")));
    put(task("web").id("one").discovery(discovery("web", port(31001, "http"))));
    put(task("web").id("two").runningOn("a-S2").discovery(discovery("web", port(31002, "http"))));

    DcosListing zone = list();

    List<String> services = zone.srv().get("_web._tcp.marathon.agentip.dcos.thisdcos.directory");
    assertThat(services)
        .extracting(one -> zone.hosts().get(one.substring(0, one.lastIndexOf(':'))))
        .containsExactlyInAnyOrder(List.of(NODE_IP), List.of("192.0.2.12"));
    assertThat(services).anyMatch(one -> one.matches("web-.*-s1\\..*:31001"));
    assertThat(services).anyMatch(one -> one.matches("web-.*-s2\\..*:31002"));
    assertThat(zone.a().get("web.marathon.agentip.dcos.thisdcos.directory"))
        .containsExactly(NODE_IP, "192.0.2.12");
  }

  @Test
  void keepsASharedRecordUntilTheLastTaskIsGone() {
    DcosRecords records = new DcosRecords(DEFAULTS);
    ZoneSnapshot zone = ZoneSnapshot.empty(DEFAULTS.apex(), 0);
    put(task("web").id("one"));
    put(task("web").id("two"));
    records.apply(MesosRecords.stepFromNothing(state));
    zone = records.commit(zone, 0);
    assertThat(zone.recordCount()).isEqualTo(2);

    zone = remove(records, zone, "one");
    assertThat(zone.recordCount()).isEqualTo(2);
    zone = remove(records, zone, "two");
    assertThat(zone.recordCount()).isZero();
  }

  @Test
  void namesMastersAndLeader() {
    Master one = master("203.0.113.1:5050");
    Master two = master("[2001:db8::2]:5050");
    state = state.with(new Masters(List.of(one, two), two));

    assertThat(list().a())
        .containsExactly(Map.entry("master.dcos.thisdcos.directory", List.of("203.0.113.1")));
    assertThat(list().aaaa())
        .containsOnly(
            Map.entry("leader.dcos.thisdcos.directory", List.of("2001:db8::2")),
            Map.entry("master.dcos.thisdcos.directory", List.of("2001:db8::2")));
    state = state.with(new Masters(List.of(one, two), null));
    assertThat(list().aaaa()).containsOnlyKeys("master.dcos.thisdcos.directory");
  }

  @Test
  void believesTheConfiguredMastersAndTheLeader() {
    state =
        state.with(new Masters(List.of(master("203.0.113.1:5050")), master("203.0.113.9:5050")));
    DcosZoneConfig config =
        DcosZoneConfig.builder().masters(List.of(IpAddress.parse("203.0.113.2"))).build();

    assertThat(DcosRecords.list(state, config).a())
        .containsEntry("master.dcos.thisdcos.directory", List.of("203.0.113.2", "203.0.113.9"));
    assertThat(DcosRecords.list(ClusterState.EMPTY, config).a())
        .containsEntry("master.dcos.thisdcos.directory", List.of("203.0.113.2"));
  }

  @Test
  void namesRunningTasksOnly() {
    for (TaskState each : TaskState.values()) {
      put(task(each.name()).state(each));
    }

    assertThat(list().a())
        .hasSize(2)
        .containsKey("running.marathon.autoip.dcos.thisdcos.directory");
  }

  @Test
  void goesByTheFirstRuleThatFits() {
    put(task("web").state(TaskState.KILLING));
    put(task("db").state(TaskState.KILLING));
    put(task("sick").status(health(false)));
    NamePolicy drains =
        NamePolicy.DEFAULT.withStates(Set.of(TaskState.RUNNING, TaskState.KILLING)).withTtl(1);
    NamePolicy healthy = NamePolicy.DEFAULT.withHealth(HealthPolicy.EXCLUDE_UNHEALTHY);
    DcosZoneConfig config =
        DcosZoneConfig.builder()
            .nameRules(
                NameRules.of(
                    new NameRules.Rule("w*", drains), new NameRules.Rule("*.marathon", healthy)))
            .build();

    assertThat(DcosRecords.list(state, config).a().keySet())
        .allMatch(name -> name.startsWith("web."))
        .hasSize(2);
  }

  @Test
  void leavesOutWhatCanHaveNoNameAndSaysWhy() {
    state = state.with(Framework.named("F2", "%%"));
    put(task("web").framework("F2"));
    put(task("db").framework("F9"));
    put(task("ui").runningOn("a-S9"));
    put(task("..."));
    put(task("x".repeat(63)).discovery(discovery("", port(80, ""), port(70000, "far"))));

    assertThat(list().refused())
        .extracting(Rejection::subject, Rejection::code)
        .contains(
            tuple("F2", "EMPTY_LABEL"),
            tuple("web", "UNUSABLE_FRAMEWORK_NAME"),
            tuple("db", "UNKNOWN_FRAMEWORK"),
            tuple("ui", "UNKNOWN_AGENT"),
            tuple("...", "EMPTY_LABEL"),
            tuple("x".repeat(63), "SHORTENED"),
            tuple("x".repeat(63), "PORT_RANGE"))
        .hasSize(7);
    assertThat(list().a()).containsKey("x".repeat(63) + ".marathon.autoip.dcos.thisdcos.directory");
    assertThat(list().srv())
        .containsKey("_" + "x".repeat(62) + "._tcp.marathon.autoip.dcos.thisdcos.directory");
  }

  @Test
  void namesContainersWhoseNodeHasNoAddressYet() {
    state = state.with(NODE.withAddresses(List.of()));
    put(task("web").status(running("198.51.100.5")));

    assertThat(views(list().a(), "web")).containsExactly("", "198.51.100.5", "198.51.100.5");
    assertThat(list().refused()).extracting(Rejection::code).containsExactly("NO_ADDRESS");
  }

  @Test
  void looksAtSoManyPortsOnly() {
    Discovery.Port[] ports = new Discovery.Port[TaskPorts.MAX_PORTS + 5];
    for (int i = 0; i < ports.length; i++) {
      ports[i] = port(1000 + i, "");
    }
    put(task("web").discovery(discovery("web", ports)));

    assertThat(list().srv().get("_web._tcp.marathon.autoip.dcos.thisdcos.directory"))
        .hasSize(TaskPorts.MAX_PORTS);
    assertThat(list().refused()).extracting(Rejection::code).containsExactly("TOO_MANY_PORTS");
  }

  @Test
  void tellsOfTasksThatMeetInOneName() {
    put(task("my_app").id("one"));
    put(task("my-app").id("two"));

    assertThat(list().collisions())
        .containsEntry(
            "my-app.marathon.autoip.dcos.thisdcos.directory.",
            List.of(
                "task \"my-app\" of framework \"marathon\"",
                "task \"my_app\" of framework \"marathon\""));
  }

  @Test
  void writesItsRecordsAsJson() {
    put(task("web").status(running("2001:db8::5")));

    assertThat(list().toJson().replaceAll("\\s", ""))
        .isEqualTo(
            "{\"A\":{\"web.marathon.agentip.dcos.thisdcos.directory\":[\"192.0.2.11\"]},"
                + "\"AAAA\":{\"web.marathon.autoip.dcos.thisdcos.directory\":[\"2001:db8::5\"],"
                + "\"web.marathon.containerip.dcos.thisdcos.directory\":[\"2001:db8::5\"]},"
                + "\"SRV\":{},\"Hosts\":{}}");
  }

  private ZoneSnapshot remove(DcosRecords records, ZoneSnapshot zone, String id) {
    ClusterState before = state;
    state = state.without(new TaskKey("F1", id));
    records.apply(new ClusterUpdate(before, state, ClusterChange.between(before, state)));
    return records.commit(zone, 0);
  }

  private DcosListing list() {
    return DcosRecords.list(state, DEFAULTS);
  }

  /** What agentip, containerip and autoip of a task give, each empty or one address. */
  private static List<String> views(Map<String, List<String>> records, String task) {
    return Arrays.stream(DcosView.values())
        .map(view -> task + ".marathon." + view.label() + ".dcos.thisdcos.directory")
        .map(name -> String.join(",", records.getOrDefault(name, List.of())))
        .toList();
  }

  private void put(Task.Builder task) {
    state = state.with(task.build());
  }

  private static Task.Builder task(String name) {
    return Task.named(name).framework("F1").runningOn(NODE);
  }

  private static TaskStatus running(String... addresses) {
    return new TaskStatus(TaskState.RUNNING, 2, null, net(addresses), Labels.NONE);
  }

  private static TaskStatus running(String address, PortMapping mapping) {
    NetworkInfo network =
        new NetworkInfo("", List.of(IpAddress.parse(address)), List.of(mapping), Labels.NONE);
    return new TaskStatus(TaskState.RUNNING, 2, null, List.of(network), Labels.NONE);
  }

  private static TaskStatus health(boolean healthy) {
    return new TaskStatus(TaskState.RUNNING, 2, healthy, List.of(), Labels.NONE);
  }

  private static List<NetworkInfo> net(String... addresses) {
    List<IpAddress> parsed = Arrays.stream(addresses).map(IpAddress::parse).toList();
    return List.of(new NetworkInfo("", parsed, List.of(), Labels.NONE));
  }

  private static PortMapping mapping(int hostPort, int containerPort) {
    return new PortMapping(hostPort, containerPort, "tcp");
  }

  private static Container docker(PortMapping... mappings) {
    return new Container(Container.Type.DOCKER, List.of(), List.of(mappings));
  }

  private static Container mesos(PortMapping mapping) {
    NetworkInfo network = new NetworkInfo("", List.of(), List.of(mapping), Labels.NONE);
    return new Container(Container.Type.MESOS, List.of(network), List.of());
  }

  private static Discovery discovery(String name, Discovery.Port... ports) {
    return new Discovery(name, "", List.of(ports), Labels.NONE);
  }

  private static Discovery.Port port(int number, String name) {
    return new Discovery.Port(number, name, "tcp", Labels.NONE);
  }

  private static Discovery.Port port(int number, String name, String scope) {
    return new Discovery.Port(number, name, "tcp", Labels.NONE.with("network-scope", scope));
  }

  private static Master master(String endpoint) {
    return new Master(HostPort.parse(endpoint), "");
  }
}
