// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.linux.bpf;

/** How a map keeps its entries. */
public enum MapKind {
  /** Any keys; memory is taken as entries come. */
  HASH(1, 1),

  /** Any keys; forgets what was not used for longest when it is full. */
  RECENT_HASH(9, 0),

  /** One value for each socket that a program gave one; it goes with the socket. */
  SOCKET_STORAGE(24, 1);

  private final int number;
  private final int flags;

  MapKind(int number, int flags) {
    this.number = number;
    this.flags = flags;
  }

  int number() {
    return number;
  }

  int flags() {
    return flags;
  }
}
