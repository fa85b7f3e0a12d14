// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.sources.mesos;

import static org.assertj.core.api.Assertions.assertThat;

import io.dcosnet.api.model.ClusterState;
import io.dcosnet.api.model.Task;
import io.dcosnet.api.model.TaskState;
import io.dcosnet.sources.mesos.stream.EventState;
import io.dcosnet.sources.mesos.stream.OperatorEvent.Subscribed;
import io.dcosnet.sources.mesos.stream.RecordFraming;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** From bytes to states, in whatever pieces the bytes come. */
class RecordedStreamTest {

  private static final Recorded STREAM = Recorded.stream();
  private static final byte[] WIRE = STREAM.wire();

  /** All states that the pieces lead to, one after the other. */
  private static final class Reading {
    final RecordFraming framing = new RecordFraming(1 << 20);
    final EventState state = new EventState(Duration.ofMinutes(10), host -> List.of());
    final List<ClusterState> states = new ArrayList<>();
    ClusterState cluster = ClusterState.EMPTY;

    void feed(int from, int to) {
      framing.feed(ByteBuffer.wrap(WIRE, from, to - from), this::record);
    }

    private void record(byte[] record) {
      OperatorMessage message = OperatorMessageParser.read(record);
      assertThat(message.rejections().counts()).isEmpty();
      cluster =
          message.event() instanceof Subscribed first
              ? state.snapshot(first.snapshot(), cluster, 0)
              : cluster.apply(state.apply(message.event(), cluster, 0));
      states.add(cluster);
    }
  }

  private static List<ClusterState> whole() {
    Reading reading = new Reading();
    reading.feed(0, WIRE.length);
    return reading.states;
  }

  @Test
  void leadsToTheTasksThatServeAfterEachEvent() {
    List<ClusterState> states = whole();

    assertThat(states.stream().map(RecordedStreamTest::serving).toList())
        .isEqualTo(STREAM.servingAfter());
  }

  private static List<String> serving(ClusterState cluster) {
    return cluster.tasks().stream()
        .filter(task -> task.state() == TaskState.RUNNING)
        .filter(
            task ->
                task.newestStatus().stream()
                    .noneMatch(status -> Boolean.FALSE.equals(status.healthy())))
        .map(Task::id)
        .toList();
  }

  @Test
  void leadsToTheSameStatesWhenCutInTwoAtAnyByte() {
    List<ClusterState> expected = whole();

    for (int cut = 0; cut <= WIRE.length; cut++) {
      Reading reading = new Reading();
      reading.feed(0, cut);
      reading.feed(cut, WIRE.length);

      assertThat(reading.states).as("cut at byte %s", cut).isEqualTo(expected);
    }
  }

  @Test
  void leadsToTheSameStatesByteByByte() {
    Reading reading = new Reading();

    for (int at = 0; at < WIRE.length; at++) {
      reading.feed(at, at + 1);
    }

    assertThat(reading.states).isEqualTo(whole());
    reading.framing.end();
  }

  @Test
  void keepsTheAddressesThatAHealthUpdateDoesNotRepeat() {
    Task unhealthy =
        whole().get(3).tasks().stream().filter(task -> task.id().equals("web.1")).findFirst().get();

    assertThat(unhealthy.newestStatus().orElseThrow().healthy()).isFalse();
    assertThat(unhealthy.newestStatus().orElseThrow().networks())
        .singleElement()
        .satisfies(network -> assertThat(network.addresses()).hasToString("[9.0.1.1]"));
  }
}
