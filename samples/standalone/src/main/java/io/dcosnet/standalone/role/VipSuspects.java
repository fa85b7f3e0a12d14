// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.standalone.role;

import io.dcosnet.lb.Suspicion;
import io.dcosnet.lb.vip.VipBackend.Place;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;

/**
 * Back ends that many nodes have ejected although their tasks are said to be healthy, for whoever
 * asks for the status: nobody here can restart a task.
 *
 * <p><b>Thread-safe.</b> Remembers the first {@value #MOST} that hold.
 */
final class VipSuspects implements Consumer<Suspicion> {

  /** Most that are remembered; the log and a figure tell of the others. */
  static final int MOST = 1_000;

  private final Map<Place, Suspicion> holding = new LinkedHashMap<>(); // guarded by this

  @Override
  public synchronized void accept(Suspicion said) {
    if (!said.holds()) {
      holding.remove(said.place());
    } else if (holding.size() < MOST || holding.containsKey(said.place())) {
      holding.put(said.place(), said);
    }
  }

  /** Those that hold, the oldest first. */
  synchronized List<Suspicion> holding() {
    return List.copyOf(holding.values());
  }
}
