// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.lb.check;

/**
 * Makes a verdict out of tries: it changes only after some of the other kind in a row. One starts
 * as good.
 *
 * <p><b>Confined to</b> one thread.
 */
final class Streak {

  private final int rise;
  private final int fall;
  private boolean good = true;
  private int against;

  Streak(int rise, int fall) {
    this.rise = rise;
    this.fall = fall;
  }

  boolean isGood() {
    return good;
  }

  /** Takes how a try went; true when the verdict is another one now. */
  boolean add(boolean worked) {
    against = worked == good ? 0 : against + 1;
    if (against < (good ? fall : rise)) {
      return false;
    }
    good = worked;
    against = 0;
    return true;
  }
}
