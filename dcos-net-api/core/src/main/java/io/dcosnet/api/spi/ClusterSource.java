// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.api.spi;

import io.dcosnet.api.event.Subscription;
import io.dcosnet.api.model.ClusterState;
import io.dcosnet.api.model.Rejection;
import java.util.List;
import java.util.concurrent.Executor;

/**
 * Where a {@link ClusterState} comes from: a Mesos master, a file, or an embedding scheduler.
 *
 * <p>A failed or partial read changes nothing: the last good state stays.
 *
 * <p><b>Thread-safe.</b>
 */
public interface ClusterSource {

  /** The newest state; {@link ClusterState#EMPTY} before the first. */
  ClusterState cluster();

  /** False until a first complete state is known; then names may be denied. */
  boolean ready();

  /** What was refused in the newest input, up to a bound of the source. */
  List<Rejection> rejections();

  /**
   * Delivers one update from the empty state to the present one (if it is {@link #ready}), then
   * every change.
   */
  Subscription subscribe(Executor executor, ClusterListener listener);
}
