// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.sources.mesos;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import io.dcosnet.api.model.ClusterState;
import io.dcosnet.sources.mesos.stream.EventState;
import io.dcosnet.sources.mesos.stream.FramingException;
import io.dcosnet.sources.mesos.stream.OperatorEvent.Subscribed;
import io.dcosnet.sources.mesos.stream.RecordFraming;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.List;

/** Every sequence of bytes is read up to its first fault, which has a reason. */
class OperatorStreamFuzzTest {

  private final EventState state = new EventState(Duration.ofMinutes(10), host -> List.of());
  private ClusterState cluster = ClusterState.EMPTY;

  @FuzzTest
  void everyStreamIsReadOrRefused(byte[] input) {
    try {
      new RecordFraming(1 << 16).feed(ByteBuffer.wrap(input), this::record);
    } catch (FramingException e) {
      assertThat(e.offset()).isBetween(0L, (long) input.length);
    } catch (StateRefusedException e) {
      assertThat(e).hasMessageStartingWith("event: ");
    }
    assertThat(cluster.tasks()).allSatisfy(task -> assertThat(task.agentId()).isNotEmpty());
  }

  private void record(byte[] record) {
    OperatorMessage message = OperatorMessageParser.read(record);
    cluster =
        message.event() instanceof Subscribed first
            ? state.snapshot(first.snapshot(), cluster, 0)
            : cluster.apply(state.apply(message.event(), cluster, 0));
  }
}
