// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.gossip.wire;

import io.dcosnet.api.net.NodeId;
import io.dcosnet.api.spi.Member.State;
import io.dcosnet.gossip.member.Grade;
import io.dcosnet.gossip.member.Profile;

/**
 * A claim about a member. Of two claims the one with the later epoch wins, then the greater
 * incarnation, then the later of the states ALIVE, SUSPECT, DEAD, LEFT. <b>Immutable.</b>
 */
public sealed interface Fact extends Message {

  /** Whom it is about. */
  NodeId node();

  /** Its start: 48 bits, milliseconds by its own clock, growing with every start. */
  long epoch();

  /** Raised by the member itself only; 63 bits. */
  long incarnation();

  State state();

  /** It lives and says this of itself. */
  record Alive(NodeId node, long epoch, long incarnation, Profile profile) implements Fact {
    @Override
    public State state() {
      return State.ALIVE;
    }
  }

  /** Somebody believes that it is gone, and waits whether it objects. */
  record Suspect(NodeId node, long epoch, long incarnation, NodeId accuser, Grade grade)
      implements Fact {
    @Override
    public State state() {
      return State.SUSPECT;
    }
  }

  /** It did not object in time. */
  record Dead(NodeId node, long epoch, long incarnation, NodeId accuser, Grade grade)
      implements Fact {
    @Override
    public State state() {
      return State.DEAD;
    }
  }

  /** It said good-bye. */
  record Left(NodeId node, long epoch, long incarnation) implements Fact {
    @Override
    public State state() {
      return State.LEFT;
    }
  }

  /** Whether this claim wins over one of the given order. */
  default boolean beats(long otherEpoch, long otherIncarnation, State otherState) {
    return compare(epoch(), incarnation(), state(), otherEpoch, otherIncarnation, otherState) > 0;
  }

  /** The order of claims about one member. */
  static int compare(
      long epoch, long incarnation, State state, long epoch2, long incarnation2, State state2) {
    int byEpoch = Long.compare(epoch, epoch2);
    if (byEpoch != 0) {
      return byEpoch;
    }
    int byIncarnation = Long.compare(incarnation, incarnation2);
    return byIncarnation != 0 ? byIncarnation : state.compareTo(state2);
  }
}
