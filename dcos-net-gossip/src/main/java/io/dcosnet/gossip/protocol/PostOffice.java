// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.gossip.protocol;

import io.dcosnet.api.Bytes;
import io.dcosnet.api.net.HostPort;
import io.dcosnet.api.net.NodeId;
import io.dcosnet.gossip.wire.Message;
import io.dcosnet.gossip.wire.Message.Mail;
import java.util.function.Consumer;

/** Mail between two nodes with an answer each: by datagram when small, else by stream. */
final class PostOffice {

  private final Node node;

  PostOffice(Node node) {
    this.node = node;
  }

  /** Sends; tells what went wrong, or empty, once. */
  void send(NodeId to, String topic, Bytes payload, Consumer<String> result) {
    throw new UnsupportedOperationException();
  }

  /** Mail or an answer came by datagram. */
  void received(HostPort from, Message message) {
    throw new UnsupportedOperationException();
  }

  /** Takes over a link that another node opens for mail. */
  void begun(int link, Mail mail) {
    throw new UnsupportedOperationException();
  }

  /** Who gets mail for this node. */
  void receiver(MailReceiver receiver) {
    throw new UnsupportedOperationException();
  }
}
