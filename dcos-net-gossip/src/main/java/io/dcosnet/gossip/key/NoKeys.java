// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.gossip.key;

import io.dcosnet.api.Bytes;

/** A cluster without encryption. */
final class NoKeys implements KeyState {

  static final NoKeys INSTANCE = new NoKeys();

  private NoKeys() {}

  @Override
  public Bytes state() {
    return Bytes.EMPTY;
  }

  @Override
  public boolean merge(Bytes other) {
    return false;
  }
}
