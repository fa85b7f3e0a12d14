// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.gossip.protocol;

import io.dcosnet.api.net.NodeId;
import io.dcosnet.gossip.member.Accusation;
import java.util.List;

/** Members under suspicion, who accuses them, and how long they have left to object (Lifeguard). */
final class Suspicions {

  private final Node node;

  Suspicions(Node node) {
    this.node = node;
  }

  /** Begins a suspicion; longer while we do badly when it is our own. */
  void begin(MemberRecord suspect, Accusation first, boolean own) {
    throw new UnsupportedOperationException();
  }

  /** Another accusation of the same life; true when the accuser, or its evidence, is new. */
  boolean confirm(NodeId suspect, Accusation accusation) {
    throw new UnsupportedOperationException();
  }

  /** The suspicion is over, refuted or confirmed. */
  void end(NodeId suspect) {
    throw new UnsupportedOperationException();
  }

  /** Who accuses a member, best evidence first. */
  List<Accusation> accusations(NodeId suspect) {
    throw new UnsupportedOperationException();
  }
}
