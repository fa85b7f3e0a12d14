// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.lb;

import static java.util.Objects.requireNonNull;

import io.dcosnet.api.event.Subscription;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Tells whoever wants to know that something is different, and leaves it to them to look what.
 *
 * <p><b>Thread-safe.</b>
 */
final class ChangeBell {

  private static final Logger LOGGER = LoggerFactory.getLogger(ChangeBell.class);

  private record Ear(Executor executor, Runnable listener) {}

  private final List<Ear> ears = new CopyOnWriteArrayList<>();

  Subscription listen(Executor executor, Runnable listener) {
    Ear ear = new Ear(requireNonNull(executor, "executor"), requireNonNull(listener, "listener"));
    ears.add(ear);
    return () -> ears.remove(ear);
  }

  void ring() {
    for (Ear ear : ears) {
      try {
        ear.executor.execute(ear.listener);
      } catch (RejectedExecutionException e) {
        LOGGER.debug("a listener of VIPs could not be told", e);
      } catch (RuntimeException e) { // one that runs here must not end what is being done here
        LOGGER.error("a listener of VIPs failed; it hears of the next change all the same", e);
      }
    }
  }
}
