// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.gossip.seed;

import io.dcosnet.api.net.HostPort;
import java.util.List;
import java.util.concurrent.CompletionStage;

/**
 * Says at which addresses members may be found; asked anew before each try.
 *
 * <p>Called on the thread of the node, so it must not block; a stage that fails counts as no seeds
 * this time.
 */
@FunctionalInterface
public interface SeedProvider {

  /** The seeds of the present moment. */
  CompletionStage<List<HostPort>> seeds();
}
