// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.gossip.replica;

/**
 * One side of the stream of an exchange. What is said may hold writes of this node that its log has
 * not confirmed yet; it is sent when the log has, in the order in which it was said.
 */
final class Outlet {

  private final Replica replica;
  private final int link;
  private boolean closed;
  private long octets;

  Outlet(Replica replica, int link) {
    this.replica = replica;
    this.link = link;
  }

  /** Octets said so far, and what was {@link #heard}. */
  long octets() {
    return octets;
  }

  /** The other side said something. */
  void heard(int size) {
    octets += size;
  }

  void say(StoreMessage message) {
    octets += message.body().size();
    replica.ledger.whenSafe(
        () -> {
          if (!closed) {
            replica.host.write(link, message);
          }
        });
  }

  /** Closes the stream when all is sent. */
  void close() {
    replica.ledger.whenSafe(this::closeNow);
  }

  /** Closes the stream; what is not sent is left out. */
  void closeNow() {
    if (!closed) {
      closed = true;
      replica.host.close(link);
    }
  }

  /** The stream is no more. */
  void gone() {
    closed = true;
  }
}
