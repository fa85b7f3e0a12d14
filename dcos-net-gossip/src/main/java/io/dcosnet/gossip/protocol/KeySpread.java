// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.gossip.protocol;

import io.dcosnet.api.Bytes;

/** Spreads changes of the key ring and takes those of others. */
final class KeySpread {

  private final Node node;

  KeySpread(Node node) {
    this.node = node;
  }

  /** Our key ring has changed. */
  void changed() {
    throw new UnsupportedOperationException();
  }

  /** A key ring of another node. */
  void received(Bytes state) {
    throw new UnsupportedOperationException();
  }
}
