// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.standalone.simulation;

import io.dcosnet.api.event.Subscription;
import io.dcosnet.api.spi.LeaderElection;
import io.dcosnet.api.spi.Leadership;
import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Executor;
import java.util.function.Consumer;

/** What one candidate believes of an election; the test decides when it hears of what. */
final class GivenElection implements LeaderElection {

  private record Listener(Executor executor, Consumer<Leadership> told) {}

  private final URI self;
  private final List<Listener> listeners = new ArrayList<>();
  private Leadership known = Leadership.NONE;

  GivenElection(URI self) {
    this.self = self;
  }

  void elected() {
    hear(known.elected(self));
  }

  void lost() {
    hear(known.follows(null));
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
