// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.linux.bpf;

/** What the kernel does for a program that calls it. */
public enum KernelFunction {
  /** Map and key; the address of the value, or 0. */
  MAP_LOOKUP(1),

  /** Map, key, value and flags; 0 when it was done. */
  MAP_UPDATE(2),

  /** A number of 32 bits at random. */
  RANDOM(7),

  /** Context; a number that no other socket of this host has, ever. */
  SOCKET_COOKIE(46),

  /**
   * Map, socket, first value or 0 for zeros, and 1 to make one that is not there; the address of
   * the socket's own value, or 0.
   */
  SOCKET_STORAGE(107),

  /** A number of the kernel below 0, which the system call then fails with; since Linux 5.18. */
  SET_RESULT(187);

  private final int number;

  KernelFunction(int number) {
    this.number = number;
  }

  int number() {
    return number;
  }
}
