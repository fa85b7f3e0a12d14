// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.gossip.protocol;

import io.dcosnet.api.net.NodeId;
import io.dcosnet.gossip.member.Grade;
import io.dcosnet.gossip.member.Profile;
import io.dcosnet.gossip.wire.Fact;

/**
 * Decides on each fact: takes the greater one, objects to what is false of ourselves, passes on
 * what is new, and tells the listeners.
 */
final class Beliefs {

  private final Node node;

  Beliefs(Node node) {
    this.node = node;
  }

  /** A fact that somebody told us. */
  void learn(Fact fact, Hearsay how) {
    throw new UnsupportedOperationException();
  }

  /** We have evidence ourselves that a member is gone. */
  void accuse(MemberRecord member, Grade grade) {
    throw new UnsupportedOperationException();
  }

  /** A suspicion was not refuted in time. */
  void declareDead(NodeId id) {
    throw new UnsupportedOperationException();
  }

  /** The fact to tell others of a member: ALIVE with its profile, or who accused it, or LEFT. */
  Fact factOf(MemberRecord member) {
    throw new UnsupportedOperationException();
  }

  /** Raises our incarnation, with this profile, and spreads it. */
  void announce(Profile profile) {
    throw new UnsupportedOperationException();
  }

  /** Begins the sweep of members that were dead or gone for long. */
  void start() {
    throw new UnsupportedOperationException();
  }
}
