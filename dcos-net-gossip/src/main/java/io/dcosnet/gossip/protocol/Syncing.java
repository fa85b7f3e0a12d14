// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.gossip.protocol;

import io.dcosnet.api.net.HostPort;
import io.dcosnet.gossip.wire.Message.SyncStart;
import java.util.function.Consumer;

/** Exchanges what two nodes know: the digest first, then only what differs. */
final class Syncing {

  private final Node node;

  Syncing(Node node) {
    this.node = node;
  }

  /** Begins the periodic exchanges. */
  void start() {
    throw new UnsupportedOperationException();
  }

  /** An exchange with this address; tells how it ended. */
  void with(HostPort to, boolean join, Consumer<SyncResult> result) {
    throw new UnsupportedOperationException();
  }

  /** A member has another digest than we: an exchange follows soon. */
  void digestDiffers(MemberRecord member) {
    throw new UnsupportedOperationException();
  }

  /** Takes over an exchange that another node begins. */
  void begun(int link, SyncStart start) {
    throw new UnsupportedOperationException();
  }
}
