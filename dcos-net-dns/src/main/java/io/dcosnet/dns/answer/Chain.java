// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.dns.answer;

import io.dcosnet.dns.zone.ZoneNode;
import org.jspecify.annotations.Nullable;

/**
 * The CNAME and DNAME records that led to the name looked up now. <b>Confined to</b> one thread.
 */
final class Chain {

  /** No place in a response. */
  static final int NONE = -1;

  private final @Nullable ZoneNode[] nodes;
  private final int[] owners;
  private final int[] data;
  private int links;
  private int given;

  Chain(int mostLinks) {
    nodes = new @Nullable ZoneNode[mostLinks];
    owners = new int[mostLinks];
    data = new int[mostLinks];
  }

  void clear() {
    links = 0;
    given = 0;
  }

  /** Notes links that others gave, which no node of ours stands for. */
  void addGiven(int count) {
    given += count;
  }

  /**
   * Notes a node that led on.
   *
   * @param owner where the name that it led on from stands in the response
   * @param dataOffset where the data of its record stands there
   */
  void add(ZoneNode node, int owner, int dataOffset) {
    nodes[links] = node;
    owners[links] = owner;
    data[links] = dataOffset;
    links++;
  }

  boolean isEmpty() {
    return links + given == 0;
  }

  boolean isFull() {
    return !hasRoomFor(1);
  }

  boolean hasRoomFor(int more) {
    return links + given + more <= nodes.length;
  }

  boolean has(ZoneNode node) {
    return data(node) != NONE;
  }

  /** True when the name that stands there in the response led on before. */
  boolean hasOwner(byte[] response, int owner) {
    for (int i = 0; i < links; i++) {
      if (WireNames.same(response, owners[i], owner)) {
        return true;
      }
    }
    return false;
  }

  /** Where the data of the node's record stands, {@link #NONE} when it led nowhere yet. */
  @SuppressWarnings("ReferenceEquality") // the same node, found twice in one snapshot
  int data(ZoneNode node) {
    for (int i = 0; i < links; i++) {
      if (nodes[i] == node) {
        return data[i];
      }
    }
    return NONE;
  }
}
