// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.gossip;

import io.dcosnet.api.Bytes;
import io.dcosnet.api.event.Subscription;
import io.dcosnet.api.net.NodeId;
import java.util.concurrent.Executor;

/**
 * Small news for all nodes: each gets it once, most within a second, in no order; who is cut off
 * misses it.
 *
 * <p><b>Thread-safe.</b>
 */
public interface Broadcast {

  /** Gets the news of one topic, one call at a time. */
  @FunctionalInterface
  interface Listener {
    void heard(NodeId from, Bytes payload);
  }

  /**
   * Spreads news to all other nodes.
   *
   * @throws IllegalArgumentException for a topic over 64 octets or a payload over 1024
   */
  void send(String topic, Bytes payload);

  /** Listens to a topic. */
  Subscription listen(String topic, Executor executor, Listener listener);
}
