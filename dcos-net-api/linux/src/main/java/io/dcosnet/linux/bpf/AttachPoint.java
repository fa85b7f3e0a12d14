// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.linux.bpf;

/** When a program is asked that is attached to a control group. */
public enum AttachPoint {
  /** A socket connects over IPv4; for UDP too. */
  CONNECT4(10),

  /** A socket of family IPv6 connects, maybe to an IPv4-mapped address. */
  CONNECT6(11),

  /** A UDP socket sends to an IPv4 address that it names. */
  SEND4(14),

  /** A UDP socket sends to an IPv6 address that it names. */
  SEND6(15),

  /** A UDP socket of family IPv4 has received and asks from whom. */
  RECEIVE4(19),

  /** A UDP socket of family IPv6 has received and asks from whom. */
  RECEIVE6(20),

  /** A socket of family IPv4 asks to whom it is connected. */
  PEER4(29),

  /** A socket of family IPv6 asks to whom it is connected. */
  PEER6(30);

  private final int number;

  AttachPoint(int number) {
    this.number = number;
  }

  int number() {
    return number;
  }
}
