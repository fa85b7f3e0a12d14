// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.api.cluster;

import io.dcosnet.api.event.Latest;
import io.dcosnet.api.event.Subscription;
import io.dcosnet.api.model.Masters;
import io.dcosnet.api.spi.MasterDetector;
import java.util.concurrent.Executor;
import java.util.function.Consumer;

/**
 * The detector of a host that knows its masters by an own way: it says who they are, we tell
 * everybody. Other detectors are built on it.
 *
 * <p><b>Thread-safe</b>; {@link #put} is called by one thread at a time. No lock is held while an
 * executor or a listener runs.
 */
public final class MasterPublisher implements MasterDetector {

  private final Latest<Masters> masters = new Latest<>("masters", Masters.NONE);

  private MasterPublisher() {}

  /** A publisher that knows of no master yet. */
  public static MasterPublisher create() {
    return new MasterPublisher();
  }

  /** Puts these in place of the present ones; equal ones tell nobody. */
  public void put(Masters next) {
    masters.put(next);
  }

  @Override
  public Masters masters() {
    return masters.get();
  }

  @Override
  public Subscription subscribe(Executor executor, Consumer<Masters> listener) {
    return masters.subscribe(executor, listener);
  }
}
