// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.linux.bpf;

/**
 * What a program computes with. {@link #R0} holds what a helper returns, {@link #R1} to {@link #R5}
 * its arguments, which it spoils; {@link #R6} to {@link #R9} keep what they hold; {@link #FRAME}
 * points behind 512 octets of memory and cannot be changed. A program begins with its context in
 * {@link #R1} and ends with its verdict in {@link #R0}.
 */
public enum Register {
  R0(0),
  R1(1),
  R2(2),
  R3(3),
  R4(4),
  R5(5),
  R6(6),
  R7(7),
  R8(8),
  R9(9),
  FRAME(10);

  private final int number;

  Register(int number) {
    this.number = number;
  }

  int number() {
    return number;
  }
}
