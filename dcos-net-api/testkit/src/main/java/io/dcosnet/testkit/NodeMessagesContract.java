// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.dcosnet.api.Bytes;
import io.dcosnet.api.DcosNetException;
import io.dcosnet.api.event.Subscription;
import io.dcosnet.api.net.NodeId;
import io.dcosnet.api.spi.NodeMessages;
import io.dcosnet.api.spi.NodeMessages.Receiver;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.junit.jupiter.api.Test;

/** What every {@link NodeMessages} does. Extend it, and give two nodes that reach each other. */
public abstract class NodeMessagesContract {

  private final List<String> received = Collections.synchronizedList(new ArrayList<>());
  private final Receiver receiver = (from, message) -> received.add(from + " " + message.toUtf8());

  /** For implementations. */
  protected NodeMessagesContract() {}

  /** The messages of the first or second node. */
  protected abstract NodeMessages messages(int node);

  /** The identity of the first or second node. */
  protected abstract NodeId id(int node);

  /** Cuts the second node off. */
  protected abstract void cutOffSecond();

  /** Lets everything arrive that can, and the time of the rest run out. */
  protected abstract void settle();

  private CompletableFuture<Void> send(int from, NodeId to, String topic, String text) {
    CompletionStage<Void> sent = messages(from).send(to, topic, Bytes.utf8(text));
    settle();
    return sent.toCompletableFuture();
  }

  private static void assertFailed(CompletableFuture<Void> sent) {
    assertThat(sent)
        .failsWithin(Duration.ZERO)
        .withThrowableThat()
        .withCauseInstanceOf(DcosNetException.class);
  }

  @Test
  void handsAMessageToTheReceiverOfItsTopic() {
    messages(1).receive("drain", Runnable::run, receiver);
    messages(1).receive("other", Runnable::run, (from, message) -> received.add("wrong topic"));

    assertThat(send(0, id(1), "drain", "hello")).isCompleted();

    assertThat(received).containsExactly(id(0) + " hello");
  }

  @Test
  void sendsToItself() {
    messages(0).receive("drain", Runnable::run, receiver);

    assertThat(send(0, id(0), "drain", "hello")).isCompleted();

    assertThat(received).containsExactly(id(0) + " hello");
  }

  @Test
  void failsWhereNobodyListens() {
    assertFailed(send(0, id(1), "drain", "hello"));
  }

  @Test
  void failsWhereThereIsNoNode() {
    assertFailed(send(0, new NodeId(new UUID(7, 7)), "drain", "hello"));
  }

  @Test
  void failsWhereTheNodeCannotBeReached() {
    messages(1).receive("drain", Runnable::run, receiver);
    cutOffSecond();

    assertFailed(send(0, id(1), "drain", "hello"));
    assertFailed(send(1, id(0), "drain", "hello"));
    assertThat(received).isEmpty();
  }

  @Test
  void givesATopicOneReceiver() {
    Subscription first = messages(0).receive("drain", Runnable::run, receiver);

    assertThatThrownBy(() -> messages(0).receive("drain", Runnable::run, receiver))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("drain");
    first.close();
    first.close();
    assertFailed(send(1, id(0), "drain", "nobody"));
    messages(0).receive("drain", Runnable::run, receiver);
    assertThat(send(1, id(0), "drain", "hello")).isCompleted();
  }

  @Test
  void takesTheLargestMessageAndRefusesMore() {
    messages(1)
        .receive("drain", Runnable::run, (from, message) -> received.add("" + message.size()));
    Bytes largest = Bytes.copyOf(new byte[NodeMessages.MAX_BYTES]);
    Bytes tooLarge = Bytes.copyOf(new byte[NodeMessages.MAX_BYTES + 1]);

    CompletionStage<Void> sent = messages(0).send(id(1), "drain", largest);
    settle();

    assertThat(sent.toCompletableFuture()).isCompleted();
    assertThat(received).containsExactly("" + NodeMessages.MAX_BYTES);
    assertThatThrownBy(() -> messages(0).send(id(1), "drain", tooLarge))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("65537");
  }

  @Test
  void handsEachMessageOverOnce() {
    messages(1).receive("drain", Runnable::run, receiver);
    List<CompletionStage<Void>> sent = new ArrayList<>();
    List<String> expected = new ArrayList<>();
    for (int i = 0; i < 200; i++) {
      sent.add(messages(0).send(id(1), "drain", Bytes.utf8("message " + i)));
      expected.add(id(0) + " message " + i);
    }
    settle();

    assertThat(sent).allSatisfy(stage -> assertThat(stage.toCompletableFuture()).isCompleted());
    assertThat(received).containsExactlyInAnyOrderElementsOf(expected);
  }

  @Test
  void failsTheSenderWhenTheReceiverThrowsAndGoesOn() {
    messages(1)
        .receive(
            "drain",
            Runnable::run,
            (from, message) -> {
              if (message.toUtf8().equals("bad")) {
                throw new IllegalStateException("thrown on purpose by NodeMessagesContract");
              }
              receiver.received(from, message);
            });

    assertFailed(send(0, id(1), "drain", "bad"));
    assertThat(send(0, id(1), "drain", "good")).isCompleted();
    assertThat(received).containsExactly(id(0) + " good");
  }

  @Test
  void letsAReceiverAnswer() {
    messages(0).receive("answer", Runnable::run, receiver);
    messages(1)
        .receive(
            "drain", Runnable::run, (from, message) -> messages(1).send(from, "answer", message));

    assertThat(send(0, id(1), "drain", "hello")).isCompleted();
    settle();

    assertThat(received).containsExactly(id(1) + " hello");
  }
}
