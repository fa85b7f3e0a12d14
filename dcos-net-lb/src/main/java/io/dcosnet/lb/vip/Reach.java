// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.lb.vip;

/** What is believed of the node that a back end is on. */
public enum Reach {
  /** It lives, or nobody knows it: not every agent need run this software. */
  REACHED,
  /** It may be dead; used only where nothing else is left. */
  DOUBTED,
  /** It said that it goes: nothing new, and what is connected has the time of a drain. */
  LEFT,
  /** It is dead: nothing new, and what is connected is cut after a moment. */
  DEAD,
  /**
   * It is dead, or this node is cut off, as it would say the same of so many: nothing new, and
   * nothing is cut.
   */
  UNCERTAIN;

  /** True for one that gets something new by itself, or where nothing better is left. */
  public boolean isUsable() {
    return this == REACHED || this == DOUBTED;
  }
}
