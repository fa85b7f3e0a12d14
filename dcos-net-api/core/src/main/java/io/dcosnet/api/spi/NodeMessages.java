// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.api.spi;

import io.dcosnet.api.Bytes;
import io.dcosnet.api.event.Subscription;
import io.dcosnet.api.net.NodeId;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;

/**
 * Small messages from one node to another.
 *
 * <p>A message arrives once or, when its stage failed, perhaps; messages between the same two nodes
 * may overtake each other.
 *
 * <p><b>Thread-safe.</b>
 */
public interface NodeMessages {

  /** Largest message in bytes. */
  int MAX_BYTES = 64 * 1024;

  /**
   * Gets the messages of one topic, one call at a time; what it throws fails the sender's stage.
   */
  @FunctionalInterface
  interface Receiver {
    void received(NodeId from, Bytes message);
  }

  /**
   * Sends to one node, or to ourselves.
   *
   * @return completes when the receiver there has returned; fails with {@link
   *     io.dcosnet.api.DcosNetException} when it did not in time, threw, or nobody there listens to
   *     the topic
   * @throws IllegalArgumentException for a message over {@link #MAX_BYTES}
   */
  CompletionStage<Void> send(NodeId to, String topic, Bytes message);

  /**
   * Listens to a topic.
   *
   * @throws IllegalStateException when the topic has a receiver already
   */
  Subscription receive(String topic, Executor executor, Receiver receiver);
}
