// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.testkit;

import io.dcosnet.api.event.Subscription;
import io.dcosnet.api.spi.LeaderElection;
import io.dcosnet.api.spi.Leadership;
import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Executor;
import java.util.function.Consumer;

/**
 * What one candidate believes of an election; the test decides when it hears of what.
 *
 * <p><b>Confined to</b> one thread; listeners run on their executors.
 */
public final class FakeElection implements LeaderElection {

  private record Listener(Executor executor, Consumer<Leadership> told) {}

  private final URI self;
  private final List<Listener> listeners = new ArrayList<>();
  private Leadership known = Leadership.NONE;

  /** Of one that leads nothing yet. */
  public FakeElection(URI self) {
    this.self = self;
  }

  /** It leads from now on; nothing new for one that does. */
  public void elected() {
    if (!known.leads()) {
      hear(known.elected(self));
    }
  }

  /** It leads no longer; nothing new for one that does not. */
  public void lost() {
    if (known.leads()) {
      hear(known.follows(null));
    }
  }

  private void hear(Leadership now) {
    known = now;
    for (Listener listener : List.copyOf(listeners)) {
      listener.executor().execute(() -> listener.told().accept(now));
    }
  }

  @Override
  public Leadership leadership() {
    return known;
  }

  @Override
  public Subscription subscribe(Executor executor, Consumer<Leadership> told) {
    Listener listener = new Listener(executor, told);
    listeners.add(listener);
    Leadership now = known;
    executor.execute(() -> told.accept(now));
    return () -> listeners.remove(listener);
  }
}
