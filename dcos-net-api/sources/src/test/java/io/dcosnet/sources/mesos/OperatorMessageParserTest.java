// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.sources.mesos;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.dcosnet.api.model.Agent;
import io.dcosnet.api.model.Container;
import io.dcosnet.api.model.Discovery;
import io.dcosnet.api.model.Framework;
import io.dcosnet.api.model.Labels;
import io.dcosnet.api.model.NetworkInfo;
import io.dcosnet.api.model.PortMapping;
import io.dcosnet.api.model.PortRange;
import io.dcosnet.api.model.Rejection;
import io.dcosnet.api.model.Task;
import io.dcosnet.api.model.TaskState;
import io.dcosnet.sources.mesos.StateRefusedException.Reason;
import io.dcosnet.sources.mesos.stream.OperatorEvent;
import io.dcosnet.sources.mesos.stream.OperatorEvent.AgentAdded;
import io.dcosnet.sources.mesos.stream.OperatorEvent.AgentRemoved;
import io.dcosnet.sources.mesos.stream.OperatorEvent.FrameworkPut;
import io.dcosnet.sources.mesos.stream.OperatorEvent.FrameworkRemoved;
import io.dcosnet.sources.mesos.stream.OperatorEvent.Subscribed;
import io.dcosnet.sources.mesos.stream.OperatorEvent.TaskAdded;
import io.dcosnet.sources.mesos.stream.OperatorEvent.TaskUpdated;
import io.dcosnet.sources.mesos.stream.Snapshot;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import org.junit.jupiter.api.Test;

class OperatorMessageParserTest {

  private static OperatorMessage read(String text) {
    return OperatorMessageParser.read(States.json(text));
  }

  private static <E extends OperatorEvent> E event(Class<E> type, String text) {
    OperatorMessage message = read(text);
    assertThat(message.rejections().list()).isEmpty();
    return type.cast(message.event());
  }

  private static String taskAdded(String moreFields) {
    return "{'type':'TASK_ADDED','task_added':{'task':{'name':'web','task_id':{'value':'web.1'},"
        + "'framework_id':{'value':'F1'},'agent_id':{'value':'S1'},'state':'TASK_RUNNING'"
        + moreFields
        + "}}}";
  }

  private static Task task(String moreFields) {
    return event(TaskAdded.class, taskAdded(moreFields)).task();
  }

  private static List<String> codes(OperatorMessage message) {
    return message.rejections().list().stream().map(Rejection::code).toList();
  }

  @Test
  void readsWhoATaskIsAndWhereItRuns() {
    Task task = task("");

    assertThat(task.id()).isEqualTo("web.1");
    assertThat(task.name()).isEqualTo("web");
    assertThat(task.frameworkId()).isEqualTo("F1");
    assertThat(task.agentId()).isEqualTo("S1");
    assertThat(task.state()).isEqualTo(TaskState.RUNNING);
    assertThat(task.healthChecked()).isFalse();
  }

  @Test
  void readsThePortsOfAllRoles() {
    Task task =
        task(
            ",'resources':[{'name':'cpus','type':'SCALAR','scalar':{'value':0.1}},"
                + "{'name':'ports','type':'RANGES','ranges':{'range':[{'begin':31000,'end':31001},"
                + "{'begin':5,'end':5}]},'allocation_info':{'role':'a'}},"
                + "{'name':'ports','ranges':{'range':[{'begin':80.0,'end':80}]}},"
                + "{'name':'ports','type':'SCALAR','scalar':{'value':32000}},"
                + "{'name':'ports','type':'SCALAR','scalar':{'value':0.5}},"
                + "{'name':'ports','type':'SCALAR','scalar':{'value':65536}},"
                + "{'name':'gpus','ranges':{'range':[{'begin':1,'end':999999}]}}]");

    assertThat(task.resourcePorts())
        .containsExactly(
            new PortRange(31000, 31001),
            new PortRange(5, 5),
            new PortRange(80, 80),
            new PortRange(32000, 32000));
  }

  @Test
  void readsWhatTheLoadBalancerAndNamesNeed() {
    Task task =
        task(
            ",'labels':{'labels':[{'key':'VIP_PORT0','value':'tcp://x:1'}]},"
                + "'health_check':{'type':'HTTP'},"
                + "'discovery':{'visibility':'FRAMEWORK','name':'web.x','ports':{'ports':["
                + "{'number':8080,'name':'http','protocol':'tcp','labels':{'labels':["
                + "{'key':'VIP_0','value':'/web:80'},{'key':'network-scope','value':'container'}]}}"
                + "]}},'container':{'type':'DOCKER','docker':{'network':'BRIDGE','port_mappings':["
                + "{'host_port':31000,'container_port':8080,'protocol':'udp'}]},"
                + "'network_infos':[{'name':'dcos'}]},"
                + "'statuses':[{'state':'TASK_STARTING','timestamp':1.5},{'state':'TASK_RUNNING',"
                + "'timestamp':2.5,'healthy':true,'container_status':{'network_infos':[{'name':"
                + "'dcos','ip_addresses':[{'protocol':'IPv4','ip_address':'198.51.100.2'}],"
                + "'port_mappings':[{'host_port':1,'container_port':2}]}]}}]");

    Discovery discovery = task.discovery();
    assertThat(task.labels().first("VIP_PORT0")).contains("tcp://x:1");
    assertThat(task.healthChecked()).isTrue();
    assertThat(discovery).isNotNull();
    assertThat(discovery.name()).isEqualTo("web.x");
    assertThat(discovery.ports().get(0).labels().first("VIP_0")).contains("/web:80");
    assertThat(task.container())
        .isEqualTo(
            new Container(
                Container.Type.DOCKER,
                List.of(new NetworkInfo("dcos", List.of(), List.of(), Labels.NONE)),
                List.of(new PortMapping(31000, 8080, "udp"))));
    assertThat(task.newestStatus().orElseThrow().healthy()).isTrue();
    assertThat(task.newestStatus().orElseThrow().networks().get(0).portMappings())
        .containsExactly(new PortMapping(1, 2, "tcp"));
  }

  @Test
  void readsAnUpdateWithTheIdsInTheStatusOrBesideIt() {
    TaskUpdated inside =
        event(
            TaskUpdated.class,
            "{'type':'TASK_UPDATED','task_updated':{'framework_id':{'value':'F1'},'status':{"
                + "'task_id':{'value':'t'},'agent_id':{'value':'S1'},'state':'TASK_STARTING',"
                + "'timestamp':3.0},'state':'TASK_RUNNING'}}");
    TaskUpdated beside =
        event(
            TaskUpdated.class,
            "{'task_updated':{'task_id':{'value':'t'},'framework_id':{'value':'F1'},"
                + "'agent_id':{'value':'S1'},'state':'TASK_RUNNING'},'type':'TASK_UPDATED'}");

    assertThat(inside.taskId()).isEqualTo("t");
    assertThat(inside.agentId()).isEqualTo("S1");
    assertThat(inside.state()).isEqualTo(TaskState.RUNNING);
    assertThat(inside.status()).isNotNull();
    assertThat(inside.status().state()).isEqualTo(TaskState.STARTING);
    assertThat(beside.taskId()).isEqualTo("t");
    assertThat(beside.agentId()).isEqualTo("S1");
    assertThat(beside.status()).isNull();
  }

  @Test
  void readsAgentsWithWhatTheStateDocumentTellsOfThem() {
    AgentAdded event =
        event(
            AgentAdded.class,
            "{'type':'AGENT_ADDED','agent_added':{'agent':{'agent_info':{'hostname':"
                + "'node.example.org','port':5051,'id':{'value':'S1'},'attributes':["
                + "{'name':'rack','type':'TEXT','text':{'value':'r1'}},"
                + "{'name':'n','type':'SCALAR','scalar':{'value':1.5}},"
                + "{'name':'p','type':'RANGES','ranges':{'range':[{'begin':1,'end':2},"
                + "{'begin':5,'end':6}]}},"
                + "{'name':'s','type':'SET','set':{'item':['a','b']}}],"
                + "'domain':{'fault_domain':{'region':{'name':'eu'},'zone':{'name':'eu-1'}}}},"
                + "'active':false,'pid':'slave(1)@192.0.2.1:5055'}}}");

    Agent agent = event.agent();
    assertThat(agent.addresses()).hasToString("[192.0.2.1]");
    assertThat(agent.port()).isEqualTo(5055);
    assertThat(agent.active()).isFalse();
    assertThat(agent.attributes())
        .containsEntry("rack", "r1")
        .containsEntry("n", "1.5")
        .containsEntry("p", "[1-2, 5-6]")
        .containsEntry("s", "{a, b}");
    assertThat(agent.region()).isEqualTo("eu");
    assertThat(agent.zone()).isEqualTo("eu-1");
    assertThat(event.host()).isNull();
  }

  @Test
  void findsAnAgentWithoutPidByItsHostName() {
    AgentAdded event =
        event(
            AgentAdded.class,
            "{'type':'AGENT_ADDED','agent_added':{'agent':{'agent_info':{'hostname':"
                + "'node.example.org','port':5051,'id':{'value':'S1'}}}}}");

    assertThat(event.host()).isEqualTo("node.example.org");
    assertThat(event.agent().addresses()).isEmpty();
    assertThat(event.agent().port()).isEqualTo(5051);
  }

  @Test
  void readsFrameworks() {
    for (String kind : List.of("added", "updated")) {
      FrameworkPut event =
          event(
              FrameworkPut.class,
              "{'type':'FRAMEWORK_X','framework_x':{'framework':{'framework_info':{'name':'m',"
                      .replace("x", kind)
                      .replace("X", kind.toUpperCase(Locale.ROOT))
                  + "'id':{'value':'F1'},'hostname':'192.0.2.4'},'active':true,"
                  + "'connected':false,'recovered':true}}}");

      assertThat(event.framework().name()).isEqualTo("m");
      assertThat(event.framework().addresses()).hasToString("[192.0.2.4]");
      assertThat(event.framework().port()).isEqualTo(Framework.NO_PORT);
      assertThat(event.framework().connected()).isFalse();
      assertThat(event.host()).isNull();
    }
  }

  @Test
  void readsRemovals() {
    assertThat(
            event(
                AgentRemoved.class,
                "{'type':'AGENT_REMOVED','agent_removed':{'agent_id':{'value':'S1'}}}"))
        .isEqualTo(new AgentRemoved("S1"));
    assertThat(
            event(
                FrameworkRemoved.class,
                "{'type':'FRAMEWORK_REMOVED','framework_removed':{'framework_info':{'name':'x',"
                    + "'id':{'value':'F1'}}}}"))
        .isEqualTo(new FrameworkRemoved("F1"));
  }

  @Test
  void readsTheIntervalOfHeartbeatsWithinReason() {
    assertThat(heartbeat("2.5")).isEqualTo(Duration.ofMillis(2500));
    assertThat(heartbeat("0")).isEqualTo(Subscribed.DEFAULT_HEARTBEAT);
    assertThat(heartbeat("-1")).isEqualTo(Subscribed.DEFAULT_HEARTBEAT);
    assertThat(heartbeat("1e12")).isEqualTo(Duration.ofHours(1));
    assertThat(heartbeat("null")).isEqualTo(Subscribed.DEFAULT_HEARTBEAT);
  }

  private static Duration heartbeat(String seconds) {
    return event(
            Subscribed.class,
            "{'type':'SUBSCRIBED','subscribed':{'get_state':{},'heartbeat_interval_seconds':"
                + seconds
                + "}}")
        .heartbeat();
  }

  @Test
  void readsTheAnswerOfAnAgent() {
    OperatorMessage message =
        read(
            "{'type':'GET_STATE','get_state':{'get_tasks':{'queued_tasks':[{}],'launched_tasks':["
                + "{'name':'a','task_id':{'value':'a.1'},'framework_id':{'value':'F1'},"
                + "'agent_id':{'value':'S1'},'state':'TASK_RUNNING'}]},'get_executors':{"
                + "'executors':[{'executor_info':{},'tasks':[{'name':'a','task_id':{'value':"
                + "'a.1'},'framework_id':{'value':'F1'},'agent_id':{'value':'S1'},'state':"
                + "'TASK_KILLING'},{'name':'b','task_id':{'value':'b.1'},'framework_id':{'value':"
                + "'F1'},'agent_id':{'value':'S1'},'state':'TASK_RUNNING'}]}]}}}");

    Snapshot state = message.state();
    assertThat(message.rejections().list()).isEmpty();
    assertThat(state).isNotNull();
    assertThat(state.tasks()).extracting(Task::id).containsExactly("a.1", "b.1");
    assertThat(state.tasks().get(0).state()).isEqualTo(TaskState.RUNNING);
  }

  @Test
  void prefersTheTasksOfAMasterToTheLaunchedOnesOfAnAgent() {
    OperatorMessage message =
        read(
            "{'type':'GET_STATE','get_state':{'get_tasks':{'launched_tasks':["
                + "{'name':'a','task_id':{'value':'a.1'},'framework_id':{'value':'F1'},"
                + "'agent_id':{'value':'S1'}}],'tasks':[]}}}");

    assertThat(message.state()).isNotNull();
    assertThat(message.state().tasks()).isEmpty();
  }

  @Test
  void ignoresEventsThatAreNewerThanItself() {
    OperatorMessage message = read("{'type':'SOMETHING_NEW','something_new':{'x':[1,{}]}}");

    assertThat(message.event()).isEqualTo(new OperatorEvent.Ignored());
    assertThat(message.type()).isEqualTo("SOMETHING_NEW");
    assertThat(message.rejections().list()).isEmpty();
  }

  @Test
  void leavesOutAnEventWhoseContentCannotBeUsed() {
    OperatorMessage noAgent =
        read(
            "{'type':'TASK_ADDED','task_added':{'task':{'task_id':{'value':'a'},"
                + "'framework_id':{'value':'F1'}}}}");
    OperatorMessage noBody = read("{'type':'AGENT_REMOVED'}");
    OperatorMessage otherBody =
        read("{'type':'TASK_ADDED','agent_removed':{'agent_id':{'value':'S1'}}}");

    assertThat(codes(noAgent)).containsExactly("TASK_NO_AGENT");
    assertThat(noAgent.event()).isEqualTo(new OperatorEvent.Ignored());
    assertThat(codes(noBody)).containsExactly("EVENT_NO_BODY");
    assertThat(codes(otherBody)).containsExactly("EVENT_NO_BODY");
  }

  @Test
  void leavesOutFaultyPartsOfASnapshotOneByOne() {
    OperatorMessage message =
        read(
            "{'type':'SUBSCRIBED','subscribed':{'get_state':{'get_tasks':{'tasks':[{},7,"
                + "{'name':'a','task_id':{'value':'a.1'},'framework_id':{'value':'F1'},"
                + "'agent_id':{'value':'S1'},'state':'TASK_RUNNING'}]},'get_agents':{'agents':["
                + "{'agent_info':{'hostname':'192.0.2.1'}},{'agent_info':{'id':{'value':'S1'},"
                + "'hostname':'192.0.2.1'},'pid':'nonsense'}]},'get_frameworks':{'frameworks':["
                + "{'framework_info':{'name':'x'}}]}}}}");

    assertThat(codes(message))
        .containsExactly(
            "TASK_NO_ID", "WRONG_TYPE", "AGENT_NO_ID", "AGENT_BAD_PID", "FRAMEWORK_NO_ID");
    assertThat(((Subscribed) message.event()).snapshot().tasks()).hasSize(1);
  }

  @Test
  void refusesWhatIsNoEvent() {
    assertThat(refusal("[]").reason()).isEqualTo(Reason.NOT_AN_EVENT);
    assertThat(refusal("{}").reason()).isEqualTo(Reason.NOT_AN_EVENT);
    assertThat(refusal("").reason()).isEqualTo(Reason.NOT_AN_EVENT);
    assertThat(refusal("{'type':'HEARTBEAT'").reason()).isEqualTo(Reason.TRUNCATED);
    assertThat(refusal("{'type':'HEARTBEAT'}{}").reason()).isEqualTo(Reason.NOT_JSON);
    assertThat(refusal("<html>")).hasMessageStartingWith("event: not JSON, line 1 column 1");
  }

  private static StateRefusedException refusal(String text) {
    return catchThrowableOfType(StateRefusedException.class, () -> read(text));
  }
}
