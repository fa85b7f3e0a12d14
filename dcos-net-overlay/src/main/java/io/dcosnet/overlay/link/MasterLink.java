// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.overlay.link;

import java.util.concurrent.CompletionStage;

/**
 * How an agent reaches the master that allocates. The network in between may lose, delay and repeat
 * what is said; every request may be sent again.
 *
 * <p><b>Thread-safe.</b> Stages fail with {@link io.dcosnet.api.DcosNetException} when nobody
 * answered; they complete on any thread.
 */
public interface MasterLink {

  /** An agent wants its addresses, or says that it is still there. */
  CompletionStage<RegisterAnswer> register(RegisterRequest request);

  /** An agent tells what became of what it was given. Known to the master in memory only. */
  CompletionStage<Void> applied(AppliedReport report);
}
