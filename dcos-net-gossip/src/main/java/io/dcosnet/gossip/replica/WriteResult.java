// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.gossip.replica;

import io.dcosnet.gossip.store.Stamp;

/** How a write ended. */
public interface WriteResult {

  /** It is as safe as the policy asks, and on its way to the others. */
  void done(Stamp write);

  /** It was refused, or is not safe: the disk failed, and nobody can say whether it is there. */
  void failed(RuntimeException why);
}
