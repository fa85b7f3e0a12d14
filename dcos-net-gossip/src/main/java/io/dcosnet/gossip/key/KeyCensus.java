// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.gossip.key;

import java.util.Map;
import java.util.Optional;

/** Asks for what living members say of their keys. <b>Thread-safe.</b> */
@FunctionalInterface
public interface KeyCensus {

  /**
   * Living members by name, this node left out; empty where a member tells nothing of its keys.
   * Does not block.
   */
  Map<String, Optional<KeyPresence>> living();
}
