// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.sources.facts;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.dcosnet.api.Bytes;
import io.dcosnet.api.DecodeException;
import io.dcosnet.api.model.ClusterState;
import io.dcosnet.api.model.Container;
import io.dcosnet.api.model.Labels;
import io.dcosnet.api.model.NetworkInfo;
import io.dcosnet.api.model.PortMapping;
import io.dcosnet.api.model.Task;
import io.dcosnet.api.model.TaskState;
import io.dcosnet.api.model.TaskStatus;
import io.dcosnet.api.net.IpAddress;
import io.dcosnet.sources.mesos.MesosStateReader;
import io.dcosnet.testkit.Fixtures;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HexFormat;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class FactCodecTest {

  private static final String FRAMEWORK = "3fa85f64-5717-4562-b3fc-2c963f66afa6-0001";
  private static final String AGENT = "3fa85f64-5717-4562-b3fc-2c963f66afa6-S12";
  private static final String TASK = "web.instance-0b1c2d3e-4f50-4162-8384-95a6b7c8d9e0._app.1";

  private static Task task() {
    NetworkInfo network =
        new NetworkInfo(
            "dcos",
            List.of(IpAddress.parse("198.51.100.7")),
            List.of(new PortMapping(31000, 80, "tcp")),
            Labels.NONE);
    return Task.named("web")
        .id(TASK)
        .framework(FRAMEWORK)
        .runningOn(AGENT)
        .status(new TaskStatus(TaskState.STARTING, 1e9, null, List.of(network), Labels.NONE))
        .status(new TaskStatus(TaskState.RUNNING, 1e9 + 1, true, List.of(network), Labels.NONE))
        .container(new Container(Container.Type.MESOS, List.of(network), List.of()))
        .ports(31000, 31000)
        .healthChecked(true)
        .build();
  }

  @Test
  void aTypicalTaskIsShort() {
    Bytes bytes = FactCodec.encode(DecisiveStatuses.of(task()));

    assertThat(bytes.size()).isBetween(120, 200);
  }

  @Test
  void theBytesOfVersionOneStayReadable() {
    Bytes bytes = Bytes.copyOf(HexFormat.of().parseHex("017412025431220377656230015a0498f20103"));
    assertThat(FactCodec.decodeTask(bytes))
        .isEqualTo(Task.named("web").id("T1").ports(31000, 31003).build());
  }

  @Test
  void refusesAnotherVersionAndAnotherKind() {
    byte[] bytes = FactCodec.encode(task()).toArray();

    assertThatThrownBy(() -> FactCodec.decodeAgent(Bytes.copyOf(bytes)))
        .isInstanceOf(DecodeException.class)
        .hasMessageContaining("expected: kind a");
    bytes[0] = 2;
    assertThatThrownBy(() -> FactCodec.decodeTask(Bytes.copyOf(bytes)))
        .isInstanceOf(DecodeException.class)
        .hasMessageContaining("expected: version 1");
  }

  @Test
  void everyRecordedStateIsReadAsItWasWritten() throws IOException {
    Path folder = Fixtures.find().resolve("mesos/state");
    try (Stream<Path> files = Files.list(folder)) {
      // One of them is that of an agent, which is no state of a master.
      for (Path file : files.filter(one -> !one.endsWith("ucr-bridge-mode.json")).toList()) {
        ClusterState state = MesosStateReader.create().read(Files.readAllBytes(file)).cluster();

        Bytes bytes = FactCodec.encode(state);

        assertThat(ClusterState.EMPTY.apply(FactCodec.decodeChange(bytes))).isEqualTo(state);
      }
    }
  }

  @Test
  void tasksOfARecordedStateTakeSomeHundredAndFiftyBytes() throws IOException {
    Path file = Fixtures.find().resolve("mesos/state/syn-wide.json");
    ClusterState state = MesosStateReader.create().read(Files.readAllBytes(file)).cluster();

    double each =
        state.tasks().stream()
            .mapToInt(task -> FactCodec.encode(DecisiveStatuses.of(task)).size())
            .average()
            .orElse(0);

    assertThat(each).isBetween(100.0, 180.0);
  }
}
