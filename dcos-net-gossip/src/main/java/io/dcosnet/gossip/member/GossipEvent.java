// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.gossip.member;

import io.dcosnet.api.net.NodeId;
import io.dcosnet.api.spi.Member.State;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Something that a node noticed, in the order in which it did. <b>Immutable.</b> */
public sealed interface GossipEvent {

  /**
   * The view of a member has changed: its state, what it says of itself, or who accuses it.
   *
   * @param before null when it was not known
   * @param after null when it is forgotten
   * @param accusations who says that it is gone, best evidence first; empty unless it is suspect or
   *     dead
   */
  record MemberChanged(
      NodeId id,
      Profile profile,
      @Nullable State before,
      @Nullable State after,
      List<Accusation> accusations)
      implements GossipEvent {

    public MemberChanged {
      accusations = List.copyOf(accusations);
    }
  }

  /** A joined cluster, or one found again: the exchange with this member was complete. */
  record Joined(NodeId with, int members) implements GossipEvent {}

  /**
   * The member is what it was, but is shown by another name, or traffic may go to it now that it
   * has answered us.
   */
  record ViewChanged(NodeId id) implements GossipEvent {}

  /** Two living members use one name; {@code refused} is shown with its short id. */
  record NameConflict(String name, NodeId owner, NodeId refused) implements GossipEvent {}

  /** Another process uses our identity with a later start: a copied data directory. */
  record IdentityCloned(NodeId id, long theirEpoch) implements GossipEvent {}

  /** A member answers over TCP only. At most once in 60 s for each. */
  record UdpImpaired(NodeId id) implements GossipEvent {}

  /** We reach a member only through others, or directly again. */
  record LinkImpaired(NodeId id, boolean impaired) implements GossipEvent {}

  /** So many members went suspect at once that rather we are cut off. */
  record PartitionSuspected(int suspects, int members) implements GossipEvent {}

  /** The start of a member lies more than a day ahead of our clock; what it says is not taken. */
  record EpochInFuture(NodeId id, long epoch) implements GossipEvent {}

  /**
   * This listener was too slow, and so many events were lost to it: what it knows is to be read
   * anew. Comes in their place.
   */
  record Resync(int lost) implements GossipEvent {}

  /** An exchange was refused, such as for a wrong version; {@code reason} is for people. */
  record Refused(String peer, String reason) implements GossipEvent {}
}
