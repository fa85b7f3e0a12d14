// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.gossip.store;

import static java.util.Objects.requireNonNull;

/** A key with its whole cell, as exchanges carry it. <b>Immutable.</b> */
public record KeyState(String key, Cell cell) {
  public KeyState {
    requireNonNull(key, "key");
    requireNonNull(cell, "cell");
  }
}
