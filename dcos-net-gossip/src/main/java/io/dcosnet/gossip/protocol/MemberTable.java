// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.gossip.protocol;

import io.dcosnet.api.net.NodeId;
import java.util.List;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** All members that this node knows, itself among them, in the order of probing. */
final class MemberTable {

  private final Node node;

  MemberTable(Node node) {
    this.node = node;
  }

  /** This node. */
  MemberRecord self() {
    throw new UnsupportedOperationException();
  }

  /** Adds a member at a random place of the order, or replaces what is known of it. */
  void put(MemberRecord member) {
    throw new UnsupportedOperationException();
  }

  /** Forgets a member. */
  void remove(NodeId id) {
    throw new UnsupportedOperationException();
  }

  /** What is known of a member. */
  @Nullable MemberRecord find(NodeId id) {
    throw new UnsupportedOperationException();
  }

  /** Members that are alive or suspect, this node included: N of the formulas. */
  int living() {
    throw new UnsupportedOperationException();
  }

  /** All members. */
  int size() {
    throw new UnsupportedOperationException();
  }

  /** The member at a place of the order, 0 to size less one. */
  MemberRecord at(int place) {
    throw new UnsupportedOperationException();
  }

  /** XOR of the digests of all members. */
  long digest() {
    throw new UnsupportedOperationException();
  }

  /**
   * The next member to probe: each once in a random order, then anew; null when nobody else lives.
   */
  @Nullable MemberRecord nextToProbe() {
    throw new UnsupportedOperationException();
  }

  /**
   * Up to this many different members, chosen at random, that satisfy the condition; never this
   * node.
   */
  List<MemberRecord> pick(int count, Predicate<MemberRecord> condition) {
    throw new UnsupportedOperationException();
  }
}
