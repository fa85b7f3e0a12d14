// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.gossip.sim;

import io.dcosnet.gossip.replica.StoreMessage;

/** Counts what a body carries of the store, by its octets alone. */
final class DeltaCount {

  private static final int HEADER_OCTETS = 3;

  private DeltaCount() {}

  /** How many deltas stand in a body. */
  static int of(byte[] body, int offset, int length) {
    int deltas = 0;
    int end = offset + length;
    int at = offset;
    while (at + HEADER_OCTETS <= end) {
      if ((body[at] & 0xff) == StoreMessage.DELTA) {
        deltas++;
      }
      at += HEADER_OCTETS + (((body[at + 1] & 0xff) << 8) | (body[at + 2] & 0xff));
    }
    return deltas;
  }
}
