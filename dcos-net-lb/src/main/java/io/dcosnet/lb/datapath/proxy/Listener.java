// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.lb.datapath.proxy;

import io.dcosnet.api.net.HostPort;
import io.dcosnet.lb.vip.VipTable.Frontend;
import java.util.concurrent.CompletableFuture;

/**
 * Serves one front end at one place, and keeps what came in there.
 *
 * <p><b>Thread-safe.</b> The data path calls from its scheduler, traffic runs on event loops.
 */
interface Listener {

  Frontend frontend();

  /** Where it listens. */
  HostPort address();

  /** Where what comes in now may go. */
  Route route();

  /** Begins to listen; fails with what the kernel said. */
  CompletableFuture<Void> bind();

  /**
   * Sends what is new by another route, and cuts what goes to targets that this one lacks.
   *
   * @return fails when it cannot listen any more
   */
  CompletableFuture<Void> route(Route newRoute);

  /** Cuts what goes to targets whose drain is over. */
  void cutDrained(long nowNanos);

  /** Cuts what was silent for too long. */
  void cutIdle(long nowNanos);

  void cutAll();

  /** Listens no more; what came in before goes on. */
  CompletableFuture<Void> close();

  /** Connections or sessions that are open now. */
  int active();
}
