// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.dns.answer;

import io.dcosnet.dns.response.Rotation;
import java.util.random.RandomGenerator;

/** Puts the records of a set in order for one response. <b>Confined to</b> one thread. */
final class RecordOrder {

  private final Rotation rotation;
  private final RandomGenerator random;
  private int[] order = new int[64];
  private int turn;

  RecordOrder(Rotation rotation, RandomGenerator random) {
    this.rotation = rotation;
    this.random = random;
  }

  /** Chooses an order anew for this many records. */
  void choose(int count) {
    if (order.length < count) {
      order = new int[Math.max(count, order.length * 2)];
    }
    switch (rotation) {
      case RANDOM -> shuffle(count);
      case ROUND_ROBIN -> rotate(count, turn++);
      case NONE -> rotate(count, 0);
    }
  }

  private void shuffle(int count) {
    for (int i = 0; i < count; i++) {
      int other = i == 0 ? 0 : random.nextInt(i + 1);
      order[i] = order[other];
      order[other] = i;
    }
  }

  private void rotate(int count, int by) {
    int index = Integer.remainderUnsigned(by, count);
    for (int i = 0; i < count; i++) {
      order[i] = index;
      index = index + 1 == count ? 0 : index + 1;
    }
  }

  /** Which record stands at this place. */
  int at(int place) {
    return order[place];
  }
}
