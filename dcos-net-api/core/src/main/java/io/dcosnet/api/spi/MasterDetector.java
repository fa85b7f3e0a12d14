// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.api.spi;

import io.dcosnet.api.event.Subscription;
import io.dcosnet.api.model.Masters;
import java.util.concurrent.Executor;
import java.util.function.Consumer;

/**
 * Tells which Mesos masters there are and which of them leads, as ZooKeeper or an own way of the
 * host knows it.
 *
 * <p>While nobody leads, or the detector itself is cut off, {@link Masters#leader} may be null;
 * what was known of a cluster stays valid all the same.
 *
 * <p><b>Thread-safe.</b>
 */
public interface MasterDetector {

  /** The newest that is known; {@link Masters#NONE} before the first. */
  Masters masters();

  /**
   * Delivers the present masters, then every change, in order, one call at a time; a slow listener
   * gets only the newest. The listener must not block for long.
   */
  Subscription subscribe(Executor executor, Consumer<Masters> listener);
}
