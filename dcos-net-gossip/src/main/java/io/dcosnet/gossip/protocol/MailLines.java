// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.gossip.protocol;

import io.dcosnet.api.net.NodeId;
import io.dcosnet.gossip.wire.Message;
import io.dcosnet.gossip.wire.Message.Mail;
import io.dcosnet.gossip.wire.Message.MailAnswer;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Consumer;

/**
 * Streams for mail that is too large for a datagram: one to each receiver, however much is under
 * way, and only while something is.
 */
final class MailLines {

  private final Node node;
  private final Consumer<MailAnswer> answers;
  private final Map<NodeId, Line> lines = new LinkedHashMap<>();

  MailLines(Node node, Consumer<MailAnswer> answers) {
    this.node = node;
    this.answers = answers;
  }

  /** Sends mail, unless it is under way to this member already. */
  void send(MemberRecord to, Mail mail) {
    Line line = lines.get(to.id());
    if (line == null) {
      line = new Line(to);
      lines.put(to.id(), line);
      line.link = node.links.open(to.address(), line);
    }
    if (line.mails.putIfAbsent(mail.id(), mail) == null && line.open) {
      node.links.write(line.link, mail);
    }
  }

  /** Nothing more is expected of this mail. */
  void done(Mail mail) {
    Line line = lines.get(mail.to());
    if (line != null && line.mails.remove(mail.id()) != null && line.mails.isEmpty()) {
      lines.remove(mail.to());
      node.links.close(line.link);
    }
  }

  /** A stream to a receiver, and what it has not answered yet. */
  private final class Line implements LinkUser {
    private final MemberRecord to;
    private final Map<Long, Mail> mails = new LinkedHashMap<>();
    private int link;
    private boolean open;

    Line(MemberRecord to) {
      this.to = to;
    }

    @Override
    public void opened(int opened, LinkPeer peer) {
      if (peer.shortId() != to.key().shortId()) {
        // Another node has the address now. The mail goes to the new one as soon as we know it.
        drop();
        node.links.close(link);
        return;
      }
      open = true;
      node.links.write(link, mails.values().toArray(new Message[0]));
    }

    @Override
    public void received(int from, Message message) {
      if (message instanceof MailAnswer answer) {
        answers.accept(answer);
      }
    }

    @Override
    public void closed(int closed, LinkEnd end) {
      drop();
    }

    /** What it carried is sent on another line when its next try is due. */
    private void drop() {
      lines.remove(to.id(), this);
    }
  }
}
