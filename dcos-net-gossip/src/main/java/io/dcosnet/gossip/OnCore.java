// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.gossip;

import io.dcosnet.gossip.protocol.GossipCore;
import java.util.function.Consumer;

/** A way to the core, from any thread. */
interface OnCore {

  /**
   * Runs work with the core on its thread, soon.
   *
   * @param otherwise runs in its place, on any thread, with the reason, when the node does not run
   */
  void call(Consumer<GossipCore> work, Consumer<String> otherwise);
}
