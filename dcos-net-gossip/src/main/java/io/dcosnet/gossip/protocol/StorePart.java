// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.gossip.protocol;

import io.dcosnet.api.net.NodeId;
import io.dcosnet.api.spi.Member.State;
import io.dcosnet.gossip.replica.Replica;
import io.dcosnet.gossip.replica.ReplicaHost;
import io.dcosnet.gossip.replica.ReplicaSetup;
import io.dcosnet.gossip.replica.StoreMessage;
import io.dcosnet.gossip.wire.Message;
import java.util.Collection;
import java.util.List;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * Gives the replica of this node the members, links and datagrams of the protocol, and tells it
 * what comes in.
 */
final class StorePart implements ReplicaHost {

  private final Node node;
  final Replica replica;

  StorePart(Node node, ReplicaSetup setup) {
    this.node = node;
    this.replica = new Replica(setup, this);
  }

  /** A message of the store came by datagram from the node with this short id. */
  void received(long sender, Message.Store message) {
    throw new UnsupportedOperationException();
  }

  /** A stream of the rings is there. */
  void linkUp(RingLink link) {
    throw new UnsupportedOperationException();
  }

  /** It is no more. */
  void linkDown(RingLink link) {
    throw new UnsupportedOperationException();
  }

  /** A message of the store came on a stream of the rings. */
  void received(RingLink link, Message.Store message) {
    throw new UnsupportedOperationException();
  }

  /** Takes over a link that another node opens for an exchange. */
  void begun(int link, Message.Store first) {
    throw new UnsupportedOperationException();
  }

  @Override
  public long nanos() {
    return node.host.nanos();
  }

  @Override
  public long wallMillis() {
    return node.host.wallMillis();
  }

  @Override
  public RandomGenerator random() {
    return node.host.random();
  }

  @Override
  public Timer schedule(long delayNanos, Runnable work) {
    return node.host.schedule(delayNanos, work)::cancel;
  }

  @Override
  public NodeId self() {
    return node.table.self().id();
  }

  @Override
  public List<NodeId> living() {
    throw new UnsupportedOperationException();
  }

  @Override
  public int size() {
    return node.table.living();
  }

  @Override
  public @Nullable State state(NodeId of) {
    throw new UnsupportedOperationException();
  }

  @Override
  public @Nullable NodeId anybody() {
    throw new UnsupportedOperationException();
  }

  @Override
  public Collection<Neighbour> neighbours() {
    throw new UnsupportedOperationException();
  }

  @Override
  public long write(int link, StoreMessage message) {
    throw new UnsupportedOperationException();
  }

  @Override
  public boolean send(NodeId to, StoreMessage message) {
    throw new UnsupportedOperationException();
  }

  @Override
  public boolean rumour(StoreMessage message) {
    throw new UnsupportedOperationException();
  }

  @Override
  public int open(NodeId to) {
    throw new UnsupportedOperationException();
  }

  @Override
  public void close(int link) {
    node.links.close(link);
  }
}
