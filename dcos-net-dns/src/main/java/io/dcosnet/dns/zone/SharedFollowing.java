// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.dns.zone;

import io.dcosnet.api.event.Subscription;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * One subscription for several followers of a zone: begun for the first, ended with the last.
 * <b>Thread-safe.</b>
 */
public final class SharedFollowing {

  private int followers;
  private @Nullable Subscription shared;

  /** Nobody follows yet. */
  public SharedFollowing() {}

  /** Joins, or begins with {@code begin} when nobody is there yet. */
  public synchronized Subscription join(Supplier<Subscription> begin) {
    if (followers == 0) {
      shared = begin.get();
    }
    followers++;
    AtomicBoolean left = new AtomicBoolean();
    return () -> {
      if (!left.getAndSet(true)) {
        leave();
      }
    };
  }

  private synchronized void leave() {
    followers--;
    if (followers == 0 && shared != null) {
      shared.close();
      shared = null;
    }
  }
}
