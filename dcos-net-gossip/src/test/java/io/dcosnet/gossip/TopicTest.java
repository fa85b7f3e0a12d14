// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.gossip;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.dcosnet.api.Bytes;
import io.dcosnet.api.net.NodeId;
import io.dcosnet.testkit.RecordingMetrics;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.UUID;
import java.util.concurrent.RejectedExecutionException;
import org.junit.jupiter.api.Test;

class TopicTest {

  private static final NodeId FROM = new NodeId(new UUID(1, 1));

  private final Queue<Runnable> work = new ArrayDeque<>();
  private final List<String> received = new ArrayList<>();
  private final List<String> answers = new ArrayList<>();
  private final Topic topic =
      new Topic(work::add, (from, message) -> received.add(message.toUtf8()));

  private void take(Topic to, String text) {
    to.take(FROM, Bytes.utf8(text), answers::add);
  }

  private void run() {
    while (!work.isEmpty()) {
      work.remove().run();
    }
  }

  @Test
  void oneMessageAtATimeIsHandedOverAndAnsweredAfterwards() {
    take(topic, "a");
    take(topic, "b");
    assertThat(work).hasSize(1);
    assertThat(answers).isEmpty();
    run();

    assertThat(received).containsExactly("a", "b");
    assertThat(answers).containsExactly("", "");
  }

  @Test
  void whatIsTooMuchIsAnsweredAtOnce() {
    for (int i = 0; i < Topic.MAX_WAITING + 1; i++) {
      take(topic, "m" + i);
    }
    assertThat(answers).hasSize(1);
    assertThat(answers.get(0)).contains("too many");
    run();

    assertThat(received).hasSize(Topic.MAX_WAITING);
  }

  @Test
  void anExecutorThatRefusesFailsWhatWaitsAndNothingLater() {
    boolean[] refuse = {true};
    Topic refused =
        new Topic(
            run -> {
              if (refuse[0]) {
                throw new RejectedExecutionException("full, on purpose");
              }
              run.run();
            },
            (from, message) -> received.add(message.toUtf8()));
    take(refused, "a");
    refuse[0] = false;
    take(refused, "b");

    assertThat(answers.get(0)).contains("refuses");
    assertThat(answers.get(1)).isEmpty();
    assertThat(received).containsExactly("b");
  }

  @Test
  void whatWaitsWhenItIsClosedIsToldSo() {
    take(topic, "a");
    topic.close();
    run();

    assertThat(received).isEmpty();
    assertThat(answers.get(0)).contains("nobody listens");
  }

  @Test
  void aSlowListenerLosesTheOldestAndItIsCounted() {
    RecordingMetrics metrics = new RecordingMetrics();
    List<Integer> heard = new ArrayList<>();
    SerialDelivery<Integer> delivery =
        new SerialDelivery<>(work::add, heard::add, metrics.counter("lost", ""));
    for (int i = 0; i < SerialDelivery.MAX_WAITING + 3; i++) {
      delivery.offer(i);
    }
    run();

    assertThat(heard).hasSize(SerialDelivery.MAX_WAITING).startsWith(3);
    assertThat(metrics.count("lost")).isEqualTo(3);
  }

  @Test
  void aSlowListenerIsToldHowMuchItLost() {
    RecordingMetrics metrics = new RecordingMetrics();
    List<String> heard = new ArrayList<>();
    SerialDelivery<String> delivery =
        new SerialDelivery<>(
            work::add, heard::add, metrics.counter("lost", ""), lost -> lost + " lost");
    int many = 2 * SerialDelivery.MAX_WAITING;
    for (int i = 0; i < many; i++) {
      delivery.offer("event " + i);
    }
    run();

    assertThat(heard.get(0)).isEqualTo(many - (heard.size() - 1) + " lost");
    assertThat(heard).hasSizeGreaterThan(1).endsWith("event " + (many - 1));
    assertThat(metrics.count("lost")).isEqualTo(many - (heard.size() - 1));

    for (int i = 0; i < SerialDelivery.MAX_WAITING + 1; i++) {
      delivery.offer("later " + i);
    }
    heard.clear();
    run();
    assertThat(heard)
        .containsExactly(
            SerialDelivery.MAX_WAITING + " lost", "later " + SerialDelivery.MAX_WAITING);
  }

  @Test
  void aListenerThatFailsBadlyGetsWhatFollowsToo() {
    List<Integer> heard = new ArrayList<>();
    SerialDelivery<Integer> delivery =
        new SerialDelivery<>(
            work::add,
            number -> {
              if (number == 1) {
                throw new StackOverflowError("thrown on purpose by TopicTest");
              }
              heard.add(number);
            },
            new RecordingMetrics().counter("lost", ""));
    delivery.offer(1);
    assertThatThrownBy(this::run).isInstanceOf(StackOverflowError.class);
    delivery.offer(2);
    run();

    assertThat(heard).containsExactly(2);
  }

  @Test
  void aListenerThatThrowsGetsWhatFollows() {
    List<Integer> heard = new ArrayList<>();
    SerialDelivery<Integer> delivery =
        new SerialDelivery<>(
            work::add,
            number -> {
              if (number == 1) {
                throw new IllegalStateException("thrown on purpose by TopicTest");
              }
              heard.add(number);
            },
            new RecordingMetrics().counter("lost", ""));
    delivery.offer(1);
    delivery.offer(2);
    run();
    delivery.close();
    delivery.offer(3);
    run();

    assertThat(heard).containsExactly(2);
  }
}
