// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.gossip.member;

/**
 * Which minor versions of the protocol a node speaks. <b>Immutable.</b>
 *
 * @param lowest oldest version that it understands
 * @param highest newest version that it understands
 * @param current the one that it speaks at present
 */
public record ProtocolRange(int lowest, int highest, int current) {

  /** What this code speaks. */
  public static final ProtocolRange OURS = new ProtocolRange(1, 1, 1);

  public ProtocolRange {
    if (lowest < 1 || lowest > current || current > highest || highest > 255) {
      throw new IllegalArgumentException(
          "protocol: lowest %d, highest %d, current %d (expected: 1 <= lowest <= current <= highest <= 255)"
              .formatted(lowest, highest, current));
    }
  }

  /** Whether both understand some version. */
  public boolean meets(ProtocolRange other) {
    return lowest <= other.highest && other.lowest <= highest;
  }
}
