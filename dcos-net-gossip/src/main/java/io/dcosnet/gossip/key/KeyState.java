// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.gossip.key;

import io.dcosnet.api.Bytes;

/** The key ring as the core sees it: something to be merged and passed on. */
public interface KeyState {

  /** All keys and what became of them; empty without encryption. Only ever sent sealed. */
  Bytes state();

  /**
   * Takes what is newer there.
   *
   * @return whether something was
   */
  boolean merge(Bytes other);

  /** No keys: nothing is sealed. */
  static KeyState none() {
    return NoKeys.INSTANCE;
  }
}
