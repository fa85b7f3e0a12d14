// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.gossip.sim;

import io.dcosnet.api.net.NodeId;
import io.dcosnet.gossip.protocol.KeptMember;
import java.util.List;

/**
 * What a node finds again when it starts: its identity, its last epoch, the members, and its
 * replica of the store.
 */
final class Disk {

  private NodeId id;
  private long epoch;
  private List<KeptMember> members = List.of();
  private List<KeptMember> safeMembers = List.of();
  private StoreDisk store = new StoreDisk();

  /** A disk that knows only who its node is. */
  Disk(NodeId id) {
    this.id = id;
  }

  NodeId id() {
    return id;
  }

  /** The node took another identity. */
  void id(NodeId next) {
    id = next;
  }

  /** The epoch of a start: later than all before, also where the clock was set back. */
  long nextEpoch(long wallMillis) {
    epoch = Math.max(wallMillis, epoch + 1);
    return epoch;
  }

  /** Keeps members, in no hurry: what was kept last is lost when the host goes at once. */
  void keep(List<KeptMember> next) {
    safeMembers = members;
    members = List.copyOf(next);
  }

  List<KeptMember> members() {
    return members;
  }

  /** Power went before the last write was through. */
  void loseLastWrite() {
    members = safeMembers;
  }

  /** The part of the replica; nothing in it unless nodes have stores. */
  StoreDisk store() {
    return store;
  }

  /** A second disk with the same content. */
  Disk copy() {
    Disk copy = new Disk(id);
    copy.epoch = epoch;
    copy.members = members;
    copy.safeMembers = safeMembers;
    copy.store = store.copy();
    return copy;
  }
}
