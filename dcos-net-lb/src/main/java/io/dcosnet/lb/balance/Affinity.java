// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.lb.balance;

import io.dcosnet.api.net.HostPort;
import io.dcosnet.api.vip.Backend;
import io.dcosnet.lb.vip.VipTable.Target;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.IntPredicate;
import java.util.random.RandomGenerator;

/**
 * Gives a client that was here lately the back end that it had; others, and those whose back end
 * cannot be used, get one from the picker beneath.
 *
 * <p>One that drains, or has weight 0 by its label, keeps its clients until its drain ends and gets
 * no further ones. One that somebody asked to drain loses them at once: whoever asked was told that
 * nothing new goes there, and may end it. So does one that was ejected, is not preferred for where
 * it is, or cannot be reached.
 *
 * <p>What it remembers outlives a change of the targets. <b>Thread-safe.</b> Picks allocate nothing
 * but take a lock, see {@link ClientTable}.
 */
final class Affinity implements Picker {

  private final Picker beneath;
  private final ClientTable clients;
  private final long idleNanos;
  private final Target[] targets;
  private final Map<HostPort, Integer> places;

  Affinity(Picker beneath, ClientTable clients, long idleNanos, List<Target> targets) {
    this.beneath = beneath;
    this.clients = clients;
    this.idleNanos = idleNanos;
    this.targets = targets.toArray(new Target[0]);
    places = new HashMap<>(2 * targets.size());
    for (int i = 0; i < this.targets.length; i++) {
      places.put(this.targets[i].endpoint(), i);
    }
  }

  Picker beneath() {
    return beneath;
  }

  ClientTable clients() {
    return clients;
  }

  @Override
  public int pick(long flow, long nowNanos, RandomGenerator random, IntPredicate out) {
    HostPort backend = clients.find(flow, nowNanos, idleNanos);
    Integer place = backend == null ? null : places.get(backend);
    if (place != null && keepsClients(targets[place], nowNanos) && !out.test(place)) {
      return place;
    }
    int picked = beneath.pick(flow, nowNanos, random, out);
    if (picked != NONE) {
      clients.put(flow, targets[picked].endpoint(), nowNanos, idleNanos);
    }
    return picked;
  }

  private static boolean keepsClients(Target target, long nowNanos) {
    if (target.takesNew()) {
      return true;
    }
    boolean drains = target.state() != Backend.State.DOWN && target.share() == 0;
    long deadline = target.drainDeadlineNanos();
    return drains && (deadline == Target.NEVER || deadline - nowNanos > 0);
  }
}
