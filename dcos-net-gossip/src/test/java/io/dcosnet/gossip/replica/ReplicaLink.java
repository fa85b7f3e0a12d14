// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.gossip.replica;

import java.time.Duration;

/** A stream between two nodes of a {@link ReplicaNet}: of the rings, or of an exchange. */
final class ReplicaLink {

  private final ReplicaNet net;
  private final boolean ofRings;
  private final End opener;
  private final End acceptor;
  private boolean over;

  ReplicaLink(ReplicaNet net, ReplicaNode a, ReplicaNode b, int atA, int atB, boolean ofRings) {
    this.net = net;
    this.ofRings = ofRings;
    this.opener = new End(a, atA);
    this.acceptor = new End(b, atB);
  }

  /** Opens it: one of the rings at once, one of an exchange after a while. */
  void open() {
    opener.node.links.put(opener.number, this);
    if (ofRings) {
      acceptor.node.links.put(acceptor.number, this);
      opener.node.up(opener.number, acceptor.node);
      acceptor.node.up(acceptor.number, opener.node);
      return;
    }
    Duration there = net.travel();
    var unused =
        net.time.schedule(
            there.plus(net.travel()),
            () -> {
              if (over) {
                return;
              }
              if (!isWhole()) {
                breaks();
                return;
              }
              acceptor.node.links.put(acceptor.number, this);
              opener.node.replica().opened(opener.number);
            });
  }

  boolean isOfRings() {
    return ofRings;
  }

  ReplicaNode other(ReplicaNode node) {
    return node == opener.node ? acceptor.node : opener.node;
  }

  int number(ReplicaNode node) {
    return end(node).number;
  }

  /** Sends; gives the octets that are under way in this direction. */
  long write(ReplicaNode from, StoreMessage message) {
    End end = end(from);
    if (over || end.closed) {
      return 0;
    }
    net.count(message);
    int octets = message.body().size();
    end.underWay += octets;
    net.mostUnderWay = Math.max(net.mostUnderWay, end.underWay);
    later(end, () -> arrive(end, message, octets));
    return end.underWay;
  }

  /** Closes it in order. */
  void close(ReplicaNode by) {
    End end = end(by);
    if (!over && !end.closed) {
      end.closed = true;
      by.links.remove(end.number);
      later(end, () -> end(other(by)).hearsOfEnd());
    }
  }

  /** Cuts it; what is under way is lost. */
  void breaks() {
    if (!over) {
      over = true;
      var unused = net.time.schedule(net.travel(), opener::hearsOfEnd);
      var unusedToo = net.time.schedule(net.travel(), acceptor::hearsOfEnd);
    }
  }

  private void arrive(End from, StoreMessage message, int octets) {
    from.underWay -= octets;
    End to = end(other(from.node));
    if (over || to.closed) {
      return;
    }
    if (!isWhole() || (!ofRings && net.breaksAt.test(++net.exchanged))) {
      breaks();
      return;
    }
    Replica replica = to.node.replica();
    if (ofRings) {
      replica.received(new ReplicaHost.Neighbour(to.number, from.node.id), message);
    } else if (to == acceptor && !to.begun) {
      to.begun = true;
      replica.begun(to.number, from.node.id, message);
    } else {
      replica.received(to.number, message);
      if (from.underWay == 0 && !from.closed && !over) {
        from.node.replica().writable(from.number);
      }
    }
  }

  /** In the order of the calls for each direction. */
  private void later(End from, Runnable work) {
    long due = net.time.nanos() + net.travel().toNanos();
    from.last = Math.max(from.last, due);
    var unused = net.time.schedule(Duration.ofNanos(from.last - net.time.nanos()), work);
  }

  private boolean isWhole() {
    return opener.node.isUp(opener.life)
        && acceptor.node.isUp(acceptor.life)
        && net.passes.test(opener.node, acceptor.node)
        && net.passes.test(acceptor.node, opener.node);
  }

  private End end(ReplicaNode node) {
    return node == opener.node ? opener : acceptor;
  }

  private final class End {
    final ReplicaNode node;
    final int number;
    final int life;
    boolean closed;
    boolean begun;
    long underWay;
    long last;

    End(ReplicaNode node, int number) {
      this.node = node;
      this.number = number;
      this.life = node.life;
    }

    void hearsOfEnd() {
      boolean known = node.links.remove(number, ReplicaLink.this);
      if (closed || !known || !node.isUp(life)) {
        return;
      }
      closed = true;
      if (ofRings) {
        node.down(number, other(node));
      } else if (this == opener || begun) {
        node.replica().closed(number);
      }
    }
  }
}
