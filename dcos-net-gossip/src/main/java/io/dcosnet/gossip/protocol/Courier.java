// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.gossip.protocol;

import io.dcosnet.api.net.HostPort;
import io.dcosnet.gossip.wire.BodyWriter;
import io.dcosnet.gossip.wire.Message;

/** Sends datagrams, and lets rumours ride on them. */
final class Courier {

  /** Header and tag of a sealed datagram. */
  static final int ENVELOPE_OCTETS = 48;

  private final Node node;
  private final BodyWriter body;

  Courier(Node node) {
    this.node = node;
    this.body = new BodyWriter(node.settings.maxDatagram() - ENVELOPE_OCTETS);
  }

  /**
   * Sends these messages, as far as they fit, and rumours behind them; false when the system
   * refused. Nothing is sent when there is nothing to say.
   */
  boolean send(HostPort to, Message... messages) {
    body.clear();
    for (Message message : messages) {
      body.add(message);
    }
    node.rumours.fill(body);
    if (body.length() == 0 || node.host.send(to, body.octets(), body.length())) {
      return true;
    }
    node.rumours.takeBack();
    return false;
  }

  /** Octets that a message takes; negative when it fits into no datagram. */
  int octets(Message message) {
    body.clear();
    return body.add(message) ? body.length() : -1;
  }
}
