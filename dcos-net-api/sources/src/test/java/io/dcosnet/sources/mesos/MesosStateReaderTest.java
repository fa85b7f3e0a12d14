// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.sources.mesos;

import static io.dcosnet.sources.mesos.States.AGENT;
import static io.dcosnet.sources.mesos.States.codes;
import static io.dcosnet.sources.mesos.States.json;
import static io.dcosnet.sources.mesos.States.onlyAgent;
import static io.dcosnet.sources.mesos.States.onlyFramework;
import static io.dcosnet.sources.mesos.States.onlyTask;
import static io.dcosnet.sources.mesos.States.read;
import static io.dcosnet.sources.mesos.States.task;
import static io.dcosnet.sources.mesos.States.with;
import static io.dcosnet.sources.mesos.States.withTasks;
import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.groups.Tuple.tuple;

import io.dcosnet.api.model.Agent;
import io.dcosnet.api.model.ClusterState;
import io.dcosnet.api.model.Container;
import io.dcosnet.api.model.Discovery;
import io.dcosnet.api.model.Framework;
import io.dcosnet.api.model.Labels;
import io.dcosnet.api.model.Master;
import io.dcosnet.api.model.NetworkInfo;
import io.dcosnet.api.model.PortMapping;
import io.dcosnet.api.model.PortRange;
import io.dcosnet.api.model.Rejection;
import io.dcosnet.api.model.Task;
import io.dcosnet.api.model.TaskKey;
import io.dcosnet.api.model.TaskState;
import io.dcosnet.api.model.TaskStatus;
import io.dcosnet.api.net.HostPort;
import io.dcosnet.api.net.IpAddress;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class MesosStateReaderTest {

  @Test
  void readsEveryFieldOfATask() {
    MesosState state =
        read(
            withTasks(
                task(
                    "web.1",
                    """
                    ,'framework_id':'F1','executor_id':'',
                    'resources':{'cpus':0.1,'ports':'[31000-31001, 31005-31005]'},
                    'labels':[{'key':'a','value':'1'},{'key':'b'}],
                    'health_check':{'type':'HTTP'},
                    'container':{'type':'DOCKER',
                      'docker':{'port_mappings':[{'host_port':31000,'container_port':80.0}]},
                      'network_infos':[{'name':'dcos'}]},
                    'discovery':{'name':'web.prod','visibility':'FRAMEWORK','labels':{'labels':[]},
                      'ports':{'ports':[{'number':8080,'name':'http','protocol':'tcp',
                        'labels':{'labels':[{'key':'VIP_0','value':'/web:80'}]}}]}},
                    'statuses':[
                      {'state':'TASK_STARTING','timestamp':1},
                      {'state':'TASK_RUNNING','timestamp':2.5,'healthy':false,
                       'labels':[{'key':'k','value':'v'}],
                       'container_status':{'container_id':{'value':'x'},'network_infos':[
                         {'name':'dcos','ip_addresses':[
                            {'ip_address':'9.0.1.5'},
                            {'protocol':'IPv6','ip_address':'2001:db8::5'}],
                          'port_mappings':[
                            {'host_port':31000,'container_port':80,'protocol':'udp'}]}]}}]\
                    """)));

    NetworkInfo network =
        new NetworkInfo(
            "dcos",
            List.of(IpAddress.parse("9.0.1.5"), IpAddress.parse("2001:db8::5")),
            List.of(new PortMapping(31000, 80, "udp")),
            Labels.NONE);
    assertThat(state.rejections()).isEmpty();
    assertThat(onlyTask(state))
        .isEqualTo(
            new Task(
                new TaskKey("F1", "web.1"),
                "web",
                "S1",
                TaskState.RUNNING,
                List.of(
                    new TaskStatus(TaskState.STARTING, 1, null, List.of(), Labels.NONE),
                    new TaskStatus(
                        TaskState.RUNNING,
                        2.5,
                        false,
                        List.of(network),
                        Labels.NONE.with("k", "v"))),
                Labels.NONE.with("a", "1").with("b", ""),
                new Discovery(
                    "web.prod",
                    "FRAMEWORK",
                    List.of(
                        new Discovery.Port(
                            8080, "http", "tcp", Labels.NONE.with("VIP_0", "/web:80"))),
                    Labels.NONE),
                new Container(
                    Container.Type.DOCKER,
                    List.of(new NetworkInfo("dcos", List.of(), List.of(), Labels.NONE)),
                    List.of(new PortMapping(31000, 80, "tcp"))),
                List.of(new PortRange(31000, 31001), new PortRange(31005, 31005)),
                true));
  }

  @Test
  void readsEveryFieldOfAnAgent() {
    MesosState state =
        read(
            with(
                """
                {'id':'S1','hostname':'node1.example.org','pid':'slave(1)@[2001:db8::1]:5052',
                 'active':false,'attributes':{'rack':'r1','cores':8.0},'port':5051,
                 'domain':{'fault_domain':{'region':{'name':'eu'},'zone':{'name':'a'}}}}\
                """,
                ""));

    assertThat(onlyAgent(state))
        .isEqualTo(
            new Agent(
                "S1",
                "node1.example.org",
                List.of(IpAddress.parse("2001:db8::1")),
                5052,
                false,
                Map.of("rack", "r1", "cores", "8.0"),
                "eu",
                "a"));
  }

  @Test
  void readsEveryFieldOfAFramework() {
    MesosState state =
        read(
            with(
                "",
                """
                {'id':'F1','name':'marathon','hostname':'m.example.org','active':true,
                 'connected':false,'pid':'scheduler-1@192.0.2.7:25501'}\
                """));

    assertThat(onlyFramework(state))
        .isEqualTo(
            new Framework(
                "F1",
                "marathon",
                "m.example.org",
                List.of(IpAddress.parse("192.0.2.7")),
                25501,
                true,
                false));
  }

  @Test
  void readsTheLeader() {
    MesosState state =
        read("{'leader':'master@[2001:db8::9]:5050','leader_info':{'hostname':'m1.example.org'}}");

    assertThat(state.cluster().masters().leader())
        .isEqualTo(new Master(HostPort.parse("[2001:db8::9]:5050"), "m1.example.org"));
    assertThat(state.cluster().masters().all()).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(strings = {"@", "1@", "@2", "3@4", "x", "a@b@192.0.2.1:5", "m@192.0.2.1:70000"})
  void keepsTheRestWhenTheLeaderIsNoEndpoint(String leader) {
    MesosState state = read("{'leader':'" + leader + "','slaves':[" + AGENT + "]}");

    assertThat(state.cluster().masters().leader()).isNull();
    assertThat(state.cluster().agents()).hasSize(1);
    assertThat(codes(state)).containsExactly("LEADER_BAD_ADDRESS");
  }

  @Test
  void takesAnAgentWithoutPidByItsHostName() {
    MesosState state = read(with("{'id':'S1','hostname':'192.0.2.8','port':5051.0}", ""));

    assertThat(onlyAgent(state).addresses()).containsExactly(IpAddress.parse("192.0.2.8"));
    assertThat(onlyAgent(state).port()).isEqualTo(5051);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "slave(1)192.0.2.1:5051",
        "a@b@192.0.2.1:5051",
        "slave(1)@192.0.2.1",
        "slave(1)@192.0.2.1:",
        "slave(1)@192.0.2.1:http",
        "slave(1)@192.0.2.1:70000",
        "slave(1)@192.0.2.1:-1",
        "slave(1)@2001:db8::1:5051",
        "slave(1)@[2001:db8::1:5051",
        "slave(1)@[[192.0.2.1]]:5051",
        ""
      })
  void leavesOutOnlyTheAgentWhosePidIsNoAddress(String pid) {
    MesosState state = read(with(AGENT + ",{'id':'S2','pid':'" + pid + "'}", ""));

    assertThat(state.cluster().agents()).extracting(Agent::id).containsExactly("S1");
    assertThat(state.rejections()).hasSize(1);
    assertThat(state.rejections().get(0))
        .extracting(Rejection::kind, Rejection::subject, Rejection::code)
        .containsExactly("agent", "S2", "AGENT_BAD_PID");
  }

  @Test
  void keepsAnAgentThatDoesNotTellWhereItIs() {
    MesosState state =
        read(with("{'id':'S1'},{'id':'S2','pid':'slave(1)@:5051','hostname':'192.0.2.2'}", ""));

    assertThat(state.cluster().agents())
        .hasSize(2)
        .allSatisfy(agent -> assertThat(agent.addresses()).isEmpty());
    assertThat(state.rejections())
        .extracting(Rejection::subject, Rejection::code)
        .containsExactly(tuple("S1", "AGENT_NO_ADDRESS"), tuple("S2", "AGENT_NO_ADDRESS"));
  }

  @Test
  void keepsTheTasksOfAFrameworkWhosePidIsNoAddress() {
    MesosState state =
        read(
            with(
                AGENT,
                "{'id':'F1','name':'m','hostname':'192.0.2.1','pid':'?','tasks':["
                    + task("t", "")
                    + "]}"));

    assertThat(onlyFramework(state).addresses()).isEmpty();
    assertThat(state.cluster().tasks()).hasSize(1);
    assertThat(codes(state)).containsExactly("FRAMEWORK_BAD_PID");
  }

  @Test
  void asksNoNameServerAndTellsWhichNamesItMet() {
    MesosState state =
        read(
            with(
                "{'id':'S1','pid':'slave(1)@node1.example.org:5051'}",
                "{'id':'F1','name':'m','hostname':'sched.example.org'}"));

    assertThat(state.unresolvedHosts()).containsExactly("node1.example.org", "sched.example.org");
    assertThat(onlyAgent(state).addresses()).isEmpty();
    ClusterState filled =
        state.withHosts(
            host -> host.startsWith("node1") ? List.of(IpAddress.parse("192.0.2.33")) : List.of());
    assertThat(filled.agent("S1").orElseThrow().addresses())
        .containsExactly(IpAddress.parse("192.0.2.33"));
    assertThat(filled.framework("F1").orElseThrow().addresses()).isEmpty();
  }

  @Test
  void takesIpv4InIpv6ClothesForIpv4() {
    MesosState state =
        read(
            with(
                "{'id':'S1','pid':'slave(1)@[::ffff:192.0.2.1]:5051'}",
                "{'id':'F1','tasks':["
                    + task(
                        "t",
                        ",'statuses':[{'container_status':{'network_infos':[{'ip_addresses':"
                            + "[{'ip_address':'::ffff:9.0.0.1'}]}]}}]")
                    + "]}"));

    assertThat(onlyAgent(state).addresses()).containsExactly(IpAddress.parse("192.0.2.1"));
    assertThat(onlyTask(state).statuses().get(0).networks().get(0).addresses())
        .containsExactly(IpAddress.parse("9.0.0.1"));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "'ip_addresses':[],'ip_address':'9.0.0.1'           | 9.0.0.1",
        "'ip_address':'9.0.0.1','ip_addresses':[]           | 9.0.0.1",
        "'ip_address':'9.0.0.1'                             | 9.0.0.1",
        "'ip_addresses':null,'ip_address':'9.0.0.1'         | 9.0.0.1",
        "'ip_addresses':[{}],'ip_address':'9.0.0.1'         | ",
        "'ip_addresses':[null],'ip_address':'9.0.0.1'       | ",
        "'ip_addresses':[{'ip_address':'x'}],'ip_address':'9.0.0.1' | ",
        "'ip_addresses':[{'ip_address':'9.0.0.2'}],'ip_address':'9.0.0.1' | 9.0.0.2"
      },
      quoteCharacter = '`')
  void takesTheSingleAddressOnlyWhereTheListIsEmpty(String network, String address) {
    MesosState state =
        read(
            withTasks(
                task(
                    "t",
                    ",'statuses':[{'container_status':{'network_infos':[{" + network + "}]}}]")));

    assertThat(onlyTask(state).statuses().get(0).networks().get(0).addresses())
        .isEqualTo(address == null ? List.of() : List.of(IpAddress.parse(address)));
  }

  @Test
  void leavesOutEachBadPortByItself() {
    MesosState state =
        read(
            withTasks(
                task(
                    "t",
                    """
                    ,'resources':{'ports':'[-1-5, 80-81, 31000-70000, x-y, 9-8, 7, 443-443]'},
                    'discovery':{'name':'d','ports':{'ports':[{'number':-1},{'number':70000},
                      {'number':80.5},{'number':'80'},{'number':443.0},{'number':1e400},{}]}}\
                    """)));

    assertThat(onlyTask(state).resourcePorts())
        .containsExactly(new PortRange(80, 81), new PortRange(443, 443));
    assertThat(requireNonNull(onlyTask(state).discovery()).ports())
        .extracting(Discovery.Port::number)
        .containsExactly(443, 0);
    assertThat(state.rejectionCounts())
        .isEqualTo(
            Map.of(
                "PORT_OUT_OF_RANGE",
                6L,
                "PORTS_BAD_FORMAT",
                2L,
                "WRONG_TYPE",
                1L,
                "NUMBER_OUT_OF_RANGE",
                1L));
    assertThat(state.rejections())
        .allSatisfy(rejection -> assertThat(rejection.subject()).isEqualTo("t"));
  }

  @Test
  void leavesOutTasksWithoutAgentOrId() {
    MesosState state =
        read(
            withTasks(
                "{'id':'lost','name':'a','state':'TASK_RUNNING'}",
                "{'name':'nameless','slave_id':'S1'}",
                "null",
                "7",
                "[[]]",
                task("t", "")));

    assertThat(state.cluster().tasks()).extracting(Task::id).containsExactly("t");
    assertThat(state.rejections())
        .extracting(Rejection::subject, Rejection::code)
        .containsExactly(
            tuple("lost", "TASK_NO_AGENT"),
            tuple("nameless", "TASK_NO_ID"),
            tuple("F1", "WRONG_TYPE"),
            tuple("F1", "WRONG_TYPE"));
  }

  @Test
  void keepsTasksThatShareAnIdApart() {
    MesosState state =
        read(
            withTasks(
                task("t", ",'labels':[{'key':'n','value':'1'}]"),
                task("t", ",'labels':[{'key':'n','value':'2'}]")));

    assertThat(state.cluster().tasks())
        .extracting(
            task -> task.key().copy(), Task::id, task -> task.labels().first("n").orElse(""))
        .containsExactlyInAnyOrder(tuple(0, "t", "1"), tuple(1, "t", "2"));
    assertThat(codes(state)).containsExactly("TASK_DUPLICATE");
  }

  @Test
  void servesFrameworksThatHaveNoIdOrShareOne() {
    MesosState state =
        read(
            with(
                AGENT,
                "{'name':'a','tasks':["
                    + task("1", "")
                    + "]},{'name':'a','tasks':["
                    + task("2", "")
                    + "]},{'id':'F','name':'b'},{'id':'F','name':'c'}"));

    assertThat(state.cluster().frameworks())
        .extracting(Framework::id)
        .containsExactlyInAnyOrder("a", "a#1", "F", "F#1");
    assertThat(state.cluster().tasks())
        .extracting(Task::key)
        .containsExactlyInAnyOrder(new TaskKey("a", "1"), new TaskKey("a#1", "2"));
    assertThat(codes(state)).containsExactly("FRAMEWORK_DUPLICATE");
  }

  @Test
  void takesNullForMissingEverywhere() {
    MesosState state =
        read(
            with(
                AGENT + ",null",
                "null,{'id':'F1','name':null,'pid':null,'hostname':null,'tasks':["
                    + task(
                        "t",
                        """
                        ,'labels':null,'statuses':[null,{'labels':null,'container_status':null,
                        'timestamp':null,'healthy':null}],'resources':{'ports':null},
                        'discovery':null,'container':null,'health_check':null\
                        """)
                    + "]}"));

    assertThat(state.rejections()).isEmpty();
    assertThat(onlyTask(state))
        .isEqualTo(
            Task.named("web")
                .id("t")
                .framework("F1")
                .runningOn("S1")
                .status(new TaskStatus(TaskState.UNKNOWN, 0, null, List.of(), Labels.NONE))
                .build());
  }

  @Test
  void takesAValueOfTheWrongTypeForMissingAndSaysSo() {
    MesosState state =
        read(
            withTasks(
                task(
                    "t",
                    """
                    ,'labels':{'a':'b'},'statuses':7,'resources':[],'discovery':'x',
                    'container':true,'state':['TASK_RUNNING']\
                    """),
                task("u", ",'labels':[7,{'key':1,'value':2},{'value':'x'},{'key':'k'}]")));

    Task first = state.cluster().task(new TaskKey("F1", "t")).orElseThrow();
    assertThat(first.labels()).isEqualTo(Labels.NONE);
    assertThat(first.statuses()).isEmpty();
    assertThat(first.discovery()).isNull();
    assertThat(state.cluster().task(new TaskKey("F1", "u")).orElseThrow().labels())
        .isEqualTo(Labels.NONE.with("", "").with("k", ""));
    assertThat(state.rejectionCounts()).isEqualTo(Map.of("WRONG_TYPE", 8L, "LABEL_NO_KEY", 1L));
  }

  @Test
  void comparesFieldNamesWithoutRegardToCase() {
    MesosState state =
        read(
            """
            {'Leader':'master@192.0.2.5:5050','SLAVES':[{'ID':'S1','PID':'s@192.0.2.1:1'}],
             'framewor\u212As':[{'Id':'F','Name':'n','TASKS':[
               {'iD':'t','Name':'web','Slave_Id':'S1','STATE':'TASK_RUNNING'}]}]}\
            """);

    assertThat(onlyTask(state).name()).isEqualTo("web");
    assertThat(onlyTask(state).state()).isEqualTo(TaskState.RUNNING);
  }

  @Test
  void takesTheLastOfSeveralFieldsOfOneName() {
    MesosState state =
        read(
            withTasks(task("t", ",'name':'second','resources':{'ports':'[1-2]','ports':'[3-4]'}")));

    assertThat(onlyTask(state).name()).isEqualTo("second");
    assertThat(onlyTask(state).resourcePorts()).containsExactly(new PortRange(3, 4));
  }

  @Test
  void keepsStatesThatItDoesNotKnowAsUnknown() {
    MesosState state =
        read(
            withTasks(
                "{'id':'t','slave_id':'S1','state':'TASK_DREAMING','container':{'type':'VM'}}"));

    assertThat(onlyTask(state).state()).isEqualTo(TaskState.UNKNOWN);
    assertThat(requireNonNull(onlyTask(state).container()).type())
        .isEqualTo(Container.Type.UNKNOWN);
    assertThat(state.rejections()).isEmpty();
  }

  @Test
  void ignoresWhatIsOver() {
    MesosState state =
        read(
            "{'leader':'master@192.0.2.5:5050','completed_frameworks':[{'id':'F0','tasks':["
                + task("old", "")
                + "]}],'frameworks':[{'id':'F1','completed_tasks':["
                + task("done", "")
                + "],'unreachable_tasks':["
                + task("gone", "")
                + "]}]}");

    assertThat(state.cluster().tasks()).isEmpty();
    assertThat(state.cluster().frameworks()).hasSize(1);
  }

  @Test
  void tellsWhichAgentsANewMasterStillWaitsFor() {
    MesosState state =
        read("{'leader':'master@192.0.2.5:5050','recovered_slaves':[{'id':'S7'},{'id':'S8'}]}");

    assertThat(state.recoveredAgents()).containsExactlyInAnyOrder("S7", "S8");
  }

  @Test
  void keepsABoundedListOfRejectionsAndCountsAll() {
    String[] tasks = new String[50];
    java.util.Arrays.fill(tasks, "{'id':'x'}");
    MesosState state = MesosStateReader.create().withMaxRejections(10).read(json(withTasks(tasks)));

    assertThat(state.rejections()).hasSize(10);
    assertThat(state.rejectionCounts()).containsEntry("TASK_NO_AGENT", 50L);
  }

  @Test
  void makesForeignTextFitForALog() {
    MesosState state = read(withTasks("{'id':'a\\u0000\\u001b[31m" + "x".repeat(1000) + "'}"));

    assertThat(state.rejections().get(0).subject())
        .startsWith("a\uFFFD\uFFFD[31mx")
        .hasSizeLessThan(250);
  }

  @ParameterizedTest
  @CsvSource({"syn-small.json, 25", "syn-medium.json, 80", "syn-wide.json, 400"})
  void readsGeneratedStatesWithAwkwardNamesWhole(String name, int tasks) {
    MesosState state = MesosStateReader.create().read(States.resource(name));

    assertThat(state.rejectionCounts().keySet()).isSubsetOf("ADDRESS_BAD");
    assertThat(state.cluster().tasks()).hasSize(tasks);
  }
}
