// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.sources.mesos;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.dcosnet.api.model.Rejection;
import io.dcosnet.api.model.Task;
import io.dcosnet.api.model.TaskState;
import io.dcosnet.api.net.IpAddress;
import io.dcosnet.sources.mesos.StateRefusedException.Reason;
import io.dcosnet.testkit.Fixtures;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class OperatorEventsTest {

  private static final String SUBSCRIBED =
      "{'type':'SUBSCRIBED','subscribed':{'get_state':{'get_agents':{'agents':[{'agent_info':"
          + "{'id':{'value':'S1'},'hostname':'node.example.org','port':5051}}],"
          + "'recovered_agents':[{'id':{'value':'S9'}}]}}}}\n";
  private static final String ADDED =
      "{'type':'TASK_ADDED','task_added':{'task':{'name':'web','task_id':{'value':'web.1'},"
          + "'framework_id':{'value':'F1'},'agent_id':{'value':'S1'},'state':'TASK_RUNNING'}}}\n";

  @TempDir Path folder;

  private MesosState read(String text) throws IOException {
    Path file = folder.resolve("events");
    Files.write(file, States.json(text));
    return OperatorEvents.read(file);
  }

  @Test
  void readsOneEventALine() throws IOException {
    MesosState state = read(SUBSCRIBED + "\r\n\n" + ADDED + "{'type':'HEARTBEAT'}");

    assertThat(state.rejections()).isEmpty();
    assertThat(state.cluster().tasks()).extracting(Task::id).containsExactly("web.1");
    assertThat(state.cluster().masters().awaited()).isEmpty();
  }

  @Test
  void namesTheHostsWhoseAddressesAreMissing() throws IOException {
    MesosState state = read(SUBSCRIBED);

    assertThat(state.unresolvedHosts()).containsExactly("node.example.org");
    assertThat(
            state
                .withHosts(host -> List.of(IpAddress.parse("192.0.2.1")))
                .agent("S1")
                .orElseThrow()
                .addresses())
        .hasSize(1);
    assertThat(
            read(SUBSCRIBED
                    + "{'type':'AGENT_REMOVED','agent_removed':{'agent_id':{'value':'S1'}}}")
                .unresolvedHosts())
        .isEmpty();
  }

  @Test
  void leavesOutLinesThatAreNoEventsAndSaysWhich() throws IOException {
    MesosState state =
        read(
            SUBSCRIBED
                + "garbage\n"
                + ADDED
                + "{'type':'TASK_UPDATED','task_updated':{'framework_id':{'value':'F1'},'status':"
                + "{'task_id':{'value':'other'},'state':'TASK_RUNNING'},'state':'TASK_RUNNING'}}\n"
                + "{'type':'TASK_ADDED'}\n");

    assertThat(state.cluster().tasks()).hasSize(1);
    assertThat(state.rejections())
        .extracting(Rejection::code)
        .containsExactly("NOT_JSON", "EVENT_UNKNOWN_TASK", "EVENT_NO_BODY");
    assertThat(state.rejections().get(0).subject()).isEqualTo("line 2");
    assertThat(state.rejectionCounts()).containsEntry("NOT_JSON", 1L);
  }

  @Test
  void refusesAFileWithoutAnyEvent() {
    StateRefusedException refusal =
        catchThrowableOfType(StateRefusedException.class, () -> read("{\n 'a': 1\n}\n"));

    assertThat(refusal.reason()).isEqualTo(Reason.NOT_AN_EVENT);
    assertThat(refusal).hasMessageStartingWith("events: no line is an event of a Mesos master: ");
    assertThat(catchThrowableOfType(StateRefusedException.class, () -> read("")).reason())
        .isEqualTo(Reason.NOT_AN_EVENT);
  }

  @Test
  void saysThatAFileCannotBeRead() {
    StateRefusedException refusal =
        catchThrowableOfType(
            StateRefusedException.class, () -> OperatorEvents.read(folder.resolve("none")));

    assertThat(refusal.reason()).isEqualTo(Reason.UNREADABLE);
    assertThat(refusal).hasMessageContaining("none cannot be read");
  }

  @Test
  void readsTheStreamsOfRealMasters() {
    Path streams = Fixtures.find().resolve("mesos/stream");

    MesosState overlay = OperatorEvents.read(streams.resolve("hello-overlay.json"));
    MesosState modes = OperatorEvents.read(streams.resolve("operator-api.json"));

    assertThat(overlay.rejections()).isEmpty();
    assertThat(overlay.cluster().tasks())
        .allSatisfy(task -> assertThat(task.state()).isEqualTo(TaskState.RUNNING))
        .extracting(Task::name)
        .containsExactlyInAnyOrder(
            "hello-world",
            "hello-overlay-0-server",
            "hello-overlay-vip-0-server",
            "hello-host-vip-0-server");
    assertThat(modes.rejections()).isEmpty();
    assertThat(modes.cluster().frameworks()).hasSize(2);
    assertThat(modes.cluster().tasks())
        .filteredOn(task -> task.name().equals("docker-on-bridge"))
        .singleElement()
        .satisfies(
            task ->
                assertThat(task.newestStatus().orElseThrow().networks().get(0).addresses())
                    .hasToString("[172.18.0.2]"));
  }

  @Test
  void readsTheAnswersOfRealAgents() {
    Path streams = Fixtures.find().resolve("mesos/stream");

    MesosState named = OperatorEvents.read(streams.resolve("dns-hostname.json"));
    MesosState unhealthy = OperatorEvents.read(streams.resolve("unhealthy.json"));

    assertThat(named.rejections()).isEmpty();
    assertThat(named.unresolvedHosts()).containsExactly("localhost");
    assertThat(named.cluster().tasks()).extracting(Task::name).containsExactly("test");
    assertThat(unhealthy.cluster().tasks())
        .singleElement()
        .satisfies(task -> assertThat(task.healthChecked()).isTrue());
  }
}
