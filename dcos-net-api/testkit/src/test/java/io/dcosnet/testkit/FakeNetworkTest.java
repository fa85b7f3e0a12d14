// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import io.dcosnet.api.Bytes;
import io.dcosnet.api.net.NodeId;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

class FakeNetworkTest {

  private static final NodeId A = new NodeId(new UUID(0, 1));
  private static final NodeId B = new NodeId(new UUID(0, 2));
  private static final NodeId C = new NodeId(new UUID(0, 3));

  private final VirtualTime time = new VirtualTime();
  private final FakeNetwork network = new FakeNetwork(time, new SplittableRandom(1));
  private final List<String> received = new ArrayList<>();

  private void listen(NodeId node) {
    network
        .node(node)
        .receive(
            "t",
            Runnable::run,
            (from, message) -> received.add(message.toUtf8() + "@" + time.nanos() / 1_000_000));
  }

  private CompletableFuture<Void> send(NodeId from, NodeId to, String text) {
    return network.node(from).send(to, "t", Bytes.utf8(text)).toCompletableFuture();
  }

  @Test
  void delaysMessagesAndConfirmations() {
    listen(B);
    network.delay(Duration.ofMillis(20), Duration.ofMillis(20));
    CompletableFuture<Void> sent = send(A, B, "m");

    time.advance(Duration.ofMillis(39));
    assertThat(received).containsExactly("m@20");
    assertThat(sent).isNotDone();
    time.advance(Duration.ofMillis(1));
    assertThat(sent).isCompleted();
  }

  @Test
  void losesMessagesAndConfirmationsInProportion() {
    listen(B);
    network.loss(0.2);
    List<CompletableFuture<Void>> sent = new ArrayList<>();
    for (int i = 0; i < 1000; i++) {
      sent.add(send(A, B, "m"));
    }
    time.advance(Duration.ofMinutes(1));

    long confirmed = sent.stream().filter(stage -> !stage.isCompletedExceptionally()).count();
    assertThat(received.size()).isBetween(750, 850); // of which some confirmations are lost
    assertThat(confirmed).isBetween(590L, 690L);
    assertThat(sent).allMatch(CompletableFuture::isDone);
  }

  @Test
  void partitionsAndHeals() {
    listen(A);
    listen(B);
    listen(C);
    network.partition(Set.of(A, B), Set.of(C));

    CompletableFuture<Void> within = send(A, B, "within");
    CompletableFuture<Void> across = send(A, C, "across");
    time.advance(Duration.ofSeconds(10));
    assertThat(within).isCompleted();
    assertThat(across).isCompletedExceptionally();

    network.heal();
    CompletableFuture<Void> healed = send(A, C, "healed");
    time.advance(Duration.ofSeconds(10));
    assertThat(healed).isCompleted();
    assertThat(received)
        .extracting(text -> text.split("@", -1)[0])
        .containsExactly("within", "healed");
  }

  @Test
  void happensTheSameWayFromTheSameSeed() {
    List<List<String>> runs = new ArrayList<>();
    for (int run = 0; run < 2; run++) {
      VirtualTime clock = new VirtualTime();
      FakeNetwork net =
          new FakeNetwork(clock, new SplittableRandom(42))
              .delay(Duration.ofMillis(1), Duration.ofMillis(100))
              .loss(0.3);
      List<String> order = new ArrayList<>();
      net.node(B).receive("t", Runnable::run, (from, message) -> order.add(message.toUtf8()));
      for (int i = 0; i < 100; i++) {
        net.node(A).send(B, "t", Bytes.utf8("" + i));
      }
      clock.advance(Duration.ofMinutes(1));
      runs.add(order);
    }

    assertThat(runs.get(0)).isEqualTo(runs.get(1)).isNotEmpty().doesNotHaveDuplicates();
    assertThat(runs.get(0)).isNotEqualTo(runs.get(0).stream().sorted().toList());
  }
}
