// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.gossip.protocol;

import io.dcosnet.api.Bytes;
import io.dcosnet.api.net.HostPort;
import io.dcosnet.api.net.NodeId;
import io.dcosnet.gossip.wire.Message;
import io.dcosnet.gossip.wire.Message.Mail;
import io.dcosnet.gossip.wire.Message.MailAnswer;
import java.util.function.Consumer;

/** Mail between two nodes with an answer each: by datagram when small, else by stream. */
final class PostOffice {

  private final Node node;
  private final Inbox inbox;
  private final Outbox outbox;

  PostOffice(Node node) {
    this.node = node;
    this.inbox = new Inbox(node);
    this.outbox = new Outbox(node, inbox);
  }

  /** Sends; tells what went wrong, or empty, once; perhaps before this returns. */
  void send(NodeId to, String topic, Bytes payload, Consumer<String> result) {
    outbox.send(to, topic, payload, result);
  }

  /** Mail or an answer came by datagram. */
  void received(HostPort from, Message message) {
    if (message instanceof Mail mail) {
      inbox.received(mail, answer -> node.courier.send(from, answer));
    } else if (message instanceof MailAnswer answer) {
      outbox.answered(answer);
    }
  }

  /** Takes over a link that another node opens for mail. */
  void begun(int link, Mail mail) {
    inbox.received(mail, answer -> node.links.write(link, answer));
  }

  /** Who gets mail for this node. */
  void receiver(MailReceiver receiver) {
    inbox.receiver(receiver);
  }
}
