// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.gossip.key;

import io.dcosnet.api.Bytes;

/** The key ring as the core sees it: something to be merged and passed on. */
public interface KeyState {

  /** All keys and what became of them; empty without encryption. Only ever sent sealed. */
  Bytes state();

  /**
   * Takes what is newer there. What cannot be read changes nothing.
   *
   * @return whether something was newer
   * @throws io.dcosnet.api.DecodeException when it is no state of a key ring
   */
  boolean merge(Bytes other);

  /** No keys: nothing is sealed. */
  static KeyState none() {
    return NoKeys.INSTANCE;
  }
}
