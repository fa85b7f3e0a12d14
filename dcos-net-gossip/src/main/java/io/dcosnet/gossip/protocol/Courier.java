// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.gossip.protocol;

import io.dcosnet.api.net.HostPort;
import io.dcosnet.gossip.wire.Message;

/** Sends datagrams, and lets rumours ride on them. */
final class Courier {

  private final Node node;

  Courier(Node node) {
    this.node = node;
  }

  /**
   * Sends these messages, as far as they fit, and rumours behind them; false when the system
   * refused.
   */
  boolean send(HostPort to, Message... messages) {
    throw new UnsupportedOperationException();
  }
}
