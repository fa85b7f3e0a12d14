// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.lb.vip;

import static io.dcosnet.lb.vip.VipTasks.AGENT;
import static io.dcosnet.lb.vip.VipTasks.MARATHON;
import static io.dcosnet.lb.vip.VipTasks.docker;
import static io.dcosnet.lb.vip.VipTasks.mesos;
import static io.dcosnet.lb.vip.VipTasks.port;
import static io.dcosnet.lb.vip.VipTasks.ports;
import static io.dcosnet.lb.vip.VipTasks.running;
import static io.dcosnet.lb.vip.VipTasks.status;
import static io.dcosnet.lb.vip.VipTasks.task;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import io.dcosnet.api.model.Agent;
import io.dcosnet.api.model.Container;
import io.dcosnet.api.model.Discovery;
import io.dcosnet.api.model.Labels;
import io.dcosnet.api.model.NetworkInfo;
import io.dcosnet.api.model.PortMapping;
import io.dcosnet.api.model.Task;
import io.dcosnet.api.model.TaskState;
import io.dcosnet.api.model.TaskStatus;
import io.dcosnet.api.net.HostPort;
import io.dcosnet.api.net.IpAddress;
import io.dcosnet.api.vip.Backend;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class TaskVipsTest {

  // F1

  private static Task.Builder merp() {
    return task("app.1")
        .container(mesos(new PortMapping(12049, 80, "tcp")))
        .discovery(ports(port(12049, "tcp", "host", "/merp:5000")))
        .status(running(null, "9.0.1.29"));
  }

  @Test
  void sendsToTheHostPortOfAPortMapping() {
    assertThat(shown(merp().build())).containsExactly("tcp merp.marathon:5000 > 10.0.0.243:12049");
    assertThat(only(merp().build()).node()).isEqualTo(IpAddress.parse("10.0.0.243"));
    assertThat(only(merp().build()).weight()).isEqualTo(1);
  }

  @Test
  void givesATaskThatIsBeingKilledNothingNew() {
    Backend backend = only(merp().state(TaskState.KILLING).build());
    assertThat(backend.state()).isEqualTo(Backend.State.DRAINING);
    assertThat(backend.takesNew()).isFalse();
  }

  @Test
  void givesAnUnhealthyTaskNothingNew() {
    Task sick = merp().status(status(TaskState.RUNNING, 3, false, "9.0.1.29")).build();
    assertThat(only(sick).takesNew()).isFalse();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "STARTING",
        "STAGING",
        "FINISHED",
        "FAILED",
        "KILLED",
        "ERROR",
        "LOST",
        "DROPPED",
        "GONE",
        "GONE_BY_OPERATOR",
        "UNKNOWN"
      })
  void leavesOutTasksThatDoNotServe(TaskState state) {
    assertThat(read(merp().state(state).build())).isEqualTo(TaskVips.NONE);
  }

  // F2

  @Test
  void servesBothFamiliesOfAContainer() {
    Task web =
        task("web")
            .discovery(ports(port(8080, "tcp", "container", "/web:80")))
            .status(running(null, "9.0.2.5", "fd01:b::5"))
            .build();
    assertThat(shown(web))
        .containsExactly(
            "tcp web.marathon:80 > 9.0.2.5:8080", "tcp web.marathon:80 > [fd01:b::5]:8080");
  }

  @Test
  void servesOnlyTheFamilyOfAnAddressVip() {
    Task web =
        task("web")
            .discovery(ports(port(8080, "tcp", "container", "1.2.3.4:80", "[fd01:c::9]:80")))
            .status(running(null, "9.0.2.5", "fd01:b::5"))
            .build();
    assertThat(shown(web))
        .containsExactlyInAnyOrder(
            "tcp 1.2.3.4:80 > 9.0.2.5:8080", "tcp [fd01:c::9]:80 > [fd01:b::5]:8080");
  }

  @Test
  void leavesIpv6OutWhenItIsOff() {
    Task web =
        task("web")
            .discovery(ports(port(8080, "tcp", "container", "/web:80")))
            .status(running(null, "9.0.2.5", "fd01:b::5"))
            .build();
    VipRules ipv4 = new VipRules(false, List.of(), List.of(), VipRules.DEFAULT_ZONE);
    assertThat(shown(TaskVips.of(web, AGENT, MARATHON, ipv4, ip -> false)))
        .containsExactly("tcp web.marathon:80 > 9.0.2.5:8080");
  }

  // F3

  @Test
  void makesAKeyOfEachVipAndProtocol() {
    Task dns =
        task("dns")
            .discovery(
                ports(
                    port(31000, "tcp", null, "/dns:53", "10.1.1.1:5353"),
                    port(31000, "udp", null, "/dns:53", "10.1.1.1:5353")))
            .status(running(null, "10.0.0.243"))
            .build();
    assertThat(shown(dns))
        .containsExactlyInAnyOrder(
            "tcp dns.marathon:53 > 10.0.0.243:31000",
            "tcp 10.1.1.1:5353 > 10.0.0.243:31000",
            "udp dns.marathon:53 > 10.0.0.243:31000",
            "udp 10.1.1.1:5353 > 10.0.0.243:31000");
  }

  @Test
  void refusesTwoProtocolsInOneText() {
    Task dns =
        task("dns")
            .discovery(ports(port(31000, "tcp,udp", null, "/dns:53")))
            .status(running(null, "10.0.0.243"))
            .build();
    assertThat(codes(dns)).containsExactly("VIP_0 VIP_BAD_PROTOCOL");
  }

  // F4

  private static Task.Builder foo() {
    return task("foo").ports(31000, 31001).label("VIP_PORT0", "tcp:///foo:80");
  }

  @Test
  void countsTheHostPortsOfATaskLabel() {
    assertThat(shown(foo().build())).containsExactly("tcp foo.marathon:80 > 10.0.0.243:31000");
    assertThat(shown(task("b").ports(7, 7).ports(9, 10).label("vip_port2", "udp://b:1").build()))
        .containsExactly("udp b.marathon:1 > 10.0.0.243:10");
  }

  @ParameterizedTest
  @ValueSource(strings = {"VIP_PORT2", "VIP_PORT99999999999999999999"})
  void refusesAnIndexBeyondThePortsAndNothingElse(String key) {
    Task task = foo().label(key, "tcp://bar:80").build();
    assertThat(codes(task)).containsExactly(key + " VIP_PORT_INDEX");
    assertThat(shown(task)).containsExactly("tcp foo.marathon:80 > 10.0.0.243:31000");
  }

  @ParameterizedTest
  @ValueSource(strings = {"sctp://foo:80", "foo:80", "", "://foo:80"})
  void refusesATaskLabelWithoutAKnownScheme(String value) {
    assertThat(codes(task("t").ports(7, 7).label("VIP_PORT0", value).build()))
        .containsExactly("VIP_PORT0 VIP_BAD_PROTOCOL");
  }

  @Test
  void mergesAResourcePortWithItsMapping() {
    Task task =
        task("t")
            .ports(31000, 31000)
            .label("VIP_PORT0", "tcp://a:80")
            .container(docker(new PortMapping(31000, 80, "tcp")))
            .discovery(ports(port(80, "tcp", "container", "/b:80")))
            .status(running(null, "172.17.0.2"))
            .build();
    assertThat(shown(task))
        .containsExactlyInAnyOrder(
            "tcp a.marathon:80 > 10.0.0.243:31000", "tcp b.marathon:80 > 10.0.0.243:31000");
  }

  // F5

  @ParameterizedTest
  @CsvSource({",true,false", "true,true,true", "false,true,false", ",false,true"})
  void countsHealthOnceItIsKnown(Boolean healthy, boolean checked, boolean takesNew) {
    Task task =
        task("t")
            .healthChecked(checked)
            .discovery(ports(port(80, "tcp", "container", "/t:80")))
            .status(running(healthy, "9.0.0.7"))
            .build();
    assertThat(only(task).takesNew()).isEqualTo(takesNew);
  }

  @Test
  void believesTheStatusWithTheGreatestTimestamp() {
    Task task =
        task("t")
            .discovery(ports(port(80, "tcp", "container", "/t:80")))
            .status(status(TaskState.RUNNING, 9, true, "9.0.0.9"))
            .status(status(TaskState.RUNNING, 5, false, "9.0.0.5"))
            .build();
    assertThat(shown(task)).containsExactly("tcp t.marathon:80 > 9.0.0.9:80");
    assertThat(only(task).takesNew()).isTrue();
  }

  @Test
  void keepsHealthAndAddressOfAnUnreachableTask() {
    Task task =
        task("t")
            .state(TaskState.UNREACHABLE)
            .healthChecked(true)
            .discovery(ports(port(80, "tcp", "container", "/t:80")))
            .status(running(true, "9.0.0.9"))
            .status(status(TaskState.UNREACHABLE, 7, null))
            .build();
    assertThat(shown(task)).containsExactly("tcp t.marathon:80 > 9.0.0.9:80");
    assertThat(only(task).takesNew()).isTrue();
  }

  // ports

  @Test
  void takesThePortMappingsOfThePodWhenTheContainerHasNone() {
    NetworkInfo pod =
        new NetworkInfo(
            "",
            List.of(IpAddress.parse("9.0.0.5")),
            List.of(new PortMapping(32000, 80, "tcp")),
            Labels.NONE);
    Task task =
        task("t")
            .discovery(ports(port(80, "tcp", "container", "/t:80")))
            .status(new TaskStatus(TaskState.RUNNING, 1, null, List.of(pod), Labels.NONE))
            .build();
    assertThat(shown(task)).containsExactly("tcp t.marathon:80 > 10.0.0.243:32000");
  }

  @Test
  void takesAPortWithoutScopeAsTheHostPortThatItIs() {
    Task task =
        task("t")
            .container(docker(new PortMapping(31000, 80, "tcp")))
            .discovery(ports(port(31000, "tcp", null, "/t:80")))
            .status(running(null, "172.17.0.2"))
            .build();
    assertThat(shown(task)).containsExactly("tcp t.marathon:80 > 10.0.0.243:31000");
  }

  @Test
  void keepsProtocolsApartWhenItMerges() {
    Task task =
        task("t")
            .container(docker(new PortMapping(31000, 80, "udp")))
            .discovery(ports(port(80, "tcp", "container", "/t:80")))
            .status(running(null, "172.17.0.2"))
            .build();
    assertThat(shown(task)).containsExactly("tcp t.marathon:80 > 172.17.0.2:80");
  }

  @Test
  void usesOnlyTheMappingsOfTheContainersType() {
    Container docker =
        new Container(
            Container.Type.DOCKER,
            List.of(
                new NetworkInfo(
                    "", List.of(), List.of(new PortMapping(1, 80, "tcp")), Labels.NONE)),
            List.of());
    Task task =
        task("t")
            .container(docker)
            .discovery(ports(port(80, "tcp", "container", "/t:80")))
            .status(running(null, "9.0.0.2"))
            .build();
    assertThat(shown(task)).containsExactly("tcp t.marathon:80 > 9.0.0.2:80");
  }

  @Test
  void mergesThePortsOfATaskOnTheHostNetwork() {
    Task task =
        task("t")
            .ports(31000, 31000)
            .label("VIP_PORT0", "tcp://t:80")
            .discovery(ports(port(31000, "tcp", null, "/t:80")))
            .status(running(null, "10.0.0.243"))
            .build();
    assertThat(shown(task)).containsExactly("tcp t.marathon:80 > 10.0.0.243:31000");
  }

  // bad input

  @Test
  void refusesOneLabelAndServesTheOthers() {
    Task task =
        task("t")
            .discovery(ports(port(80, "tcp", "container", "/t:80", "t:70000", "nocolon")))
            .status(running(null, "9.0.0.2"))
            .build();
    assertThat(shown(task)).containsExactly("tcp t.marathon:80 > 9.0.0.2:80");
    assertThat(codes(task)).containsExactly("VIP_1 VIP_BAD_PORT", "VIP_2 VIP_NO_PORT");
    assertThat(read(task).refused().get(0).toRejection().subject()).isEqualTo("t VIP_1");
  }

  @Test
  void refusesKeysThatOnlyBeginLikeAVipOncePerTask() {
    Labels labels = Labels.NONE.with("VIPER", "x:80").with("VIP-0", "y:80").with("VIP_0", "t:80");
    Task task =
        task("t")
            .label("vipLevel", "gold")
            .discovery(ports(new Discovery.Port(80, "", "tcp", labels)))
            .status(running(null, "9.0.0.2"))
            .build();
    assertThat(codes(task)).containsExactly("vipLevel VIP_UNKNOWN_KEY");
    assertThat(shown(task)).containsExactly("tcp t.marathon:80 > 9.0.0.2:80");
  }

  @Test
  void refusesAVipLabelThatIsNotOnAPort() {
    assertThat(codes(task("t").label("VIP_0", "/t:80").build()))
        .containsExactly("VIP_0 VIP_NOT_ON_A_PORT");
  }

  @ParameterizedTest
  @ValueSource(ints = {0, -1, 65536, 70000})
  void refusesTaskPortsThatAreNone(int number) {
    Task task =
        task("t")
            .discovery(ports(port(number, "tcp", "container", "/t:80")))
            .status(running(null, "9.0.0.2"))
            .build();
    assertThat(codes(task)).containsExactly("VIP_0 VIP_BAD_TASK_PORT");
  }

  @Test
  void refusesAnUnknownScope() {
    Task task =
        task("t")
            .discovery(ports(port(80, "tcp", "galaxy", "/t:80")))
            .status(running(null, "9.0.0.2"))
            .build();
    assertThat(codes(task)).containsExactly("VIP_0 VIP_BAD_SCOPE");
  }

  @Test
  void remarksATaskWithoutAddressAndHostPort() {
    Task task = task("t").discovery(ports(port(80, "tcp", "container", "/t:80"))).build();
    assertThat(read(task).backends()).isEmpty();
    assertThat(read(task).remarks())
        .extracting(LabelReport::code)
        .containsExactly("VIP_NO_BACKEND");
  }

  @Test
  void refusesTheAddressOfANode() {
    Task task =
        task("t")
            .discovery(ports(port(80, "tcp", "container", "10.0.0.9:80")))
            .status(running(null, "9.0.0.2"))
            .build();
    TaskVips vips =
        TaskVips.of(
            task, AGENT, MARATHON, VipRules.defaults(), IpAddress.parse("10.0.0.9")::equals);
    assertThat(vips.refused())
        .extracting(LabelReport::code)
        .containsExactly(VipText.FORBIDDEN_ADDRESS);
    assertThat(vips.addresses()).containsExactly(IpAddress.parse("10.0.0.9"));
  }

  @Test
  void refusesTasksOfUnknownAgentsAndFrameworks() {
    Task task = merp().build();
    VipRules rules = VipRules.defaults();
    assertThat(TaskVips.of(task, null, MARATHON, rules, ip -> false).refused())
        .extracting(LabelReport::code)
        .containsExactly("VIP_NO_NODE");
    assertThat(TaskVips.of(task, AGENT, null, rules, ip -> false).refused())
        .extracting(LabelReport::code)
        .containsExactly("VIP_NO_FRAMEWORK");
  }

  // options

  @ParameterizedTest
  @CsvSource({"0,0,false", "7,7,false", "65535,65535,false", "65536,65535,true", "-1,0,true"})
  void readsWeights(String written, int weight, boolean remarked) {
    Task task = weighted(written);
    assertThat(only(task).weight()).isEqualTo(weight);
    assertThat(read(task).remarks().isEmpty()).isNotEqualTo(remarked);
  }

  @ParameterizedTest
  @ValueSource(strings = {"heavy", "1.5", "99999999999999999999", " 3"})
  void takesAnUnreadableWeightAsOne(String written) {
    Task task = weighted(written);
    assertThat(only(task).weight()).isEqualTo(1);
    assertThat(read(task).remarks())
        .extracting(LabelReport::code)
        .containsExactly("VIP_BAD_WEIGHT");
  }

  @Test
  void carriesPolicyAndAffinityAlong() {
    Labels labels =
        Labels.NONE
            .with("VIP_0", "t:80")
            .with("VIP_POLICY_0", "maglev")
            .with("VIP_AFFINITY_0", "600")
            .with("VIP_1", "u:80");
    Task task =
        task("t")
            .discovery(ports(new Discovery.Port(80, "", "tcp", labels)))
            .status(running(null, "9.0.0.2"))
            .build();
    assertThat(read(task).backends())
        .extracting(b -> b.key().vipName().orElse(""), VipBackend::attributes)
        .containsExactly(
            tuple("t.marathon", Map.of("policy", "maglev", "affinity", "600")),
            tuple("u.marathon", Map.of()));
    assertThat(read(task).refused()).isEmpty();
  }

  @Test
  void tellsWhatTheTaskCallsThePort() {
    Labels labels = Labels.NONE.with("VIP_0", "t:80");
    Task task =
        task("t")
            .container(docker(new PortMapping(31000, 80, "tcp")))
            .discovery(ports(new Discovery.Port(80, "HTTP_api", "tcp", labels)))
            .status(running(null, "172.17.0.2"))
            .build();
    assertThat(read(task).backends())
        .extracting(VipBackend::attributes)
        .containsExactly(new TreeMap<>(Map.of("port", "http-api")));
  }

  @Test
  void writesEachOptionInOneWay() {
    Labels labels =
        Labels.NONE
            .with("VIP_0", "t:80")
            .with("vip_policy_0", "P2C-Least")
            .with("VIP_AFFINITY_0", "true")
            .with("VIP_LOCALITY_0", "Prefer-Zone")
            .with("VIP_PROXY_0", "V2")
            .with("VIP_CONNECTIONS_0", "0100")
            .with("VIP_BACKEND_CONNECTIONS_0", "7");
    assertThat(labelled(labels).backends().get(0).attributes())
        .isEqualTo(
            Map.of(
                "policy", "p2c-least",
                "affinity", "10800",
                "locality", "prefer-zone",
                "proxy", "v2",
                "connections", "100",
                "backend_connections", "7"));
  }

  @ParameterizedTest
  @CsvSource({
    "VIP_POLICY_0, fastest",
    "VIP_AFFINITY_0, -1",
    "VIP_AFFINITY_0, 99999999",
    "VIP_AFFINITY_0, 99999999999999999999",
    "VIP_AFFINITY_0, 10s",
    "VIP_LOCALITY_0, near",
    "VIP_PROXY_0, v3",
    "VIP_CONNECTIONS_0, 0",
    "VIP_BACKEND_CONNECTIONS_0, ''"
  })
  void refusesAnOptionAndKeepsTheVipAndItsOtherOptions(String key, String value) {
    String other = key.startsWith("VIP_POLICY") ? "VIP_PROXY_0" : "VIP_POLICY_0";
    String good = key.startsWith("VIP_POLICY") ? "v1" : "maglev";
    TaskVips vips = labelled(Labels.NONE.with("VIP_0", "t:80").with(key, value).with(other, good));
    assertThat(vips.backends()).hasSize(1);
    assertThat(vips.backends().get(0).attributes().values()).containsExactly(good);
    assertThat(vips.refused()).extracting(LabelReport::code).containsExactly("VIP_BAD_OPTION");
    assertThat(vips.refused().get(0).detail()).contains('"' + value + '"').contains("expected");
  }

  @Test
  void refusesAnOptionOfNoVip() {
    TaskVips vips = labelled(Labels.NONE.with("VIP_0", "t:80").with("VIP_POLICY_1", "maglev"));
    assertThat(vips.backends().get(0).attributes()).isEmpty();
    assertThat(vips.refused())
        .extracting(LabelReport::label, LabelReport::code)
        .containsExactly(tuple("VIP_POLICY_1", "VIP_OPTION_ALONE"));
  }

  private static TaskVips labelled(Labels labels) {
    return read(
        task("t")
            .discovery(ports(new Discovery.Port(80, "", "tcp", labels)))
            .status(running(null, "9.0.0.2"))
            .build());
  }

  @Test
  void tellsTheFaultDomainOfTheAgent() {
    Agent agent =
        new Agent(
            "A1", "h", List.of(IpAddress.parse("10.0.0.243")), 5051, true, Map.of(), "eu", "b");
    TaskVips vips = TaskVips.of(merp().build(), agent, MARATHON, VipRules.defaults(), ip -> false);
    assertThat(vips.backends().get(0).zone()).isEqualTo("eu/b");
  }

  private static Task weighted(String weight) {
    Labels labels = Labels.NONE.with("VIP_0", "t:80").with("VIP_WEIGHT_0", weight);
    return task("t")
        .discovery(ports(new Discovery.Port(80, "", "tcp", labels)))
        .status(running(null, "9.0.0.2"))
        .build();
  }

  private static TaskVips read(Task task) {
    return TaskVips.of(task, AGENT, MARATHON, VipRules.defaults(), ip -> false);
  }

  private static List<String> shown(Task task) {
    TaskVips vips = read(task);
    return shown(vips);
  }

  private static List<String> shown(TaskVips vips) {
    return vips.backends().stream().map(b -> b.key() + " > " + b.backend().endpoint()).toList();
  }

  private static Backend only(Task task) {
    assertThat(read(task).backends()).hasSize(1);
    return read(task).backends().get(0).backend();
  }

  private static List<String> codes(Task task) {
    return read(task).refused().stream().map(r -> r.label() + " " + r.code()).toList();
  }

  @Test
  void namesTheSamePlaceOnceWhateverLabelSaysIt() {
    Task task =
        task("t")
            .discovery(ports(port(80, "tcp", "container", "/t:80", "t:80")))
            .status(running(null, "9.0.0.2"))
            .build();
    assertThat(read(task).backends())
        .extracting(b -> b.backend().endpoint())
        .containsExactly(HostPort.parse("9.0.0.2:80"));
  }
}
