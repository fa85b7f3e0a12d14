// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.gossip.key;

import java.util.List;

/**
 * How far the keys of this node have come in the cluster. <b>Immutable.</b>
 *
 * @param members living members, this node included
 * @param keys those of this node, ascending
 */
public record KeyRingStatus(int members, List<Spread> keys) {

  public KeyRingStatus {
    keys = List.copyOf(keys);
  }

  /**
   * One key.
   *
   * @param primary whether this node seals with it
   * @param has living members that have it, this node included
   * @param use living members that seal with it, this node included
   */
  public record Spread(int id, boolean primary, int has, int use) {}
}
