// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.gossip.protocol;

import io.dcosnet.api.net.HostPort;
import io.dcosnet.api.net.NodeId;
import io.dcosnet.gossip.wire.Message;
import java.util.function.Consumer;

/**
 * Asks one member after the other for a sign of life, directly, through helpers and over TCP
 * (SWIM).
 */
final class Probing {

  private final Node node;

  Probing(Node node) {
    this.node = node;
  }

  /** Begins to probe. */
  void start() {
    throw new UnsupportedOperationException();
  }

  /** Handles one of the messages of probing that came by datagram. */
  void received(HostPort from, long sender, Message message) {
    throw new UnsupportedOperationException();
  }

  /** Pings an address once, out of turn; tells whether that node answered in time. */
  void ask(HostPort address, NodeId target, Consumer<Boolean> answer) {
    throw new UnsupportedOperationException();
  }
}
