// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.gossip.replica;

import io.dcosnet.api.net.NodeId;
import io.dcosnet.api.spi.Member.State;
import java.util.Collection;
import java.util.List;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * All that a {@link Replica} can see of the world and do to it; called on the replica's thread
 * only. An implementation never calls back into the replica from within these methods.
 */
public interface ReplicaHost {

  /** Ends a timer. */
  @FunctionalInterface
  interface Timer {
    /** After this the work does not begin any more; idempotent. */
    void cancel();
  }

  /** Monotonic nanoseconds from an arbitrary origin. */
  long nanos();

  /** Milliseconds since the Unix epoch; may jump. */
  long wallMillis();

  RandomGenerator random();

  /** Runs {@code work} once on the replica's thread. */
  Timer schedule(long delayNanos, Runnable work);

  /** The member that this replica belongs to. */
  NodeId self();

  /** All living members but this one, alive or suspected; a copy. */
  List<NodeId> living();

  /** How many living members there are, this one included; cheaper than {@link #living}. */
  int size();

  /** What is believed of a member; null for one that is not known (any more). */
  @Nullable State state(NodeId node);

  /** A random member that is alive; null when there is none. */
  @Nullable NodeId anybody();

  /** The open streams to neighbours on the rings, by the number of their link. */
  Collection<Neighbour> neighbours();

  /**
   * Sends on a link, be it of the rings or of an exchange; nothing happens when it is closed.
   *
   * @return octets that wait on this link to be sent, this message included
   */
  long write(int link, StoreMessage message);

  /** Sends a datagram to a member; false when it is too long, or nobody is known by this id. */
  boolean send(NodeId to, StoreMessage message);

  /**
   * Lets a message ride on datagrams to random members, for nodes without rings; those pass it on
   * by {@link Replica#received} in turn.
   *
   * @return false when it is too long for a datagram
   */
  boolean rumour(StoreMessage message);

  /**
   * Opens a stream of its own to a member, for an exchange. {@link Replica#opened} or {@link
   * Replica#closed} follows, later.
   *
   * @return number of the link; negative when nobody is known by this id
   */
  int open(NodeId to);

  /** Closes a stream in order, after what was written; {@link Replica#closed} does not follow. */
  void close(int link);

  /** A neighbour on the rings. */
  record Neighbour(int link, NodeId node) {}
}
