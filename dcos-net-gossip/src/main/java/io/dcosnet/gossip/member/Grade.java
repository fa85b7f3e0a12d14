// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.gossip.member;

import io.dcosnet.api.DecodeException;

/** How good the evidence is that a member is gone, from weak to strong. */
public enum Grade {
  /** A round of probes, direct and through helpers, got no answer. */
  PROBE(1),

  /** Its link was closed, or a connection to it was refused, but not both. */
  LINK(2),

  /** Its link was closed, and its address refuses connections or belongs to another process now. */
  CRASH(3);

  private final int number;

  Grade(int number) {
    this.number = number;
  }

  /** As it stands in messages. */
  public int number() {
    return number;
  }

  /**
   * The grade with this number.
   *
   * @throws DecodeException when there is none
   */
  public static Grade of(int number) {
    for (Grade grade : values()) {
      if (grade.number == number) {
        return grade;
      }
    }
    throw new DecodeException("grade: " + number + " (expected: 1 to 3)", 0);
  }
}
