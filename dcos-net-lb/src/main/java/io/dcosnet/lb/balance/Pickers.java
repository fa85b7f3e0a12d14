// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.lb.balance;

import io.dcosnet.lb.vip.VipTable.Service;
import io.dcosnet.lb.vip.VipTable.Target;
import java.util.List;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/** Makes the picker that a service asks for. */
public final class Pickers {

  private Pickers() {}

  /** The first picker of a service, as {@link #next} makes it from nothing. */
  public static Picker of(Service service, List<BackendLoad> loads, RandomGenerator random) {
    return next(null, service, loads, random);
  }

  /**
   * A picker over the targets of a service, in their order.
   *
   * @param before the one that it takes the place of, for the same front end: clients keep their
   *     back ends, and what still holds is not worked out again; null for the first one
   * @param loads of the targets, in the same order
   * @param random where turns begin, so that nodes do not all start with the same one
   */
  public static Picker next(
      @Nullable Picker before, Service service, List<BackendLoad> loads, RandomGenerator random) {
    List<Target> targets = service.targets();
    if (loads.size() != targets.size()) {
      throw new IllegalArgumentException(
          "loads: " + loads.size() + " (expected: " + targets.size() + ", one for each target)");
    }
    Affinity sticky = before instanceof Affinity affinity ? affinity : null;
    Picker plain = plain(sticky == null ? before : sticky.beneath(), service, loads, random);
    if (service.options().affinity().isZero()) {
      return plain;
    }
    ClientTable clients =
        sticky == null
            ? new ClientTable(ClientTable.MAX_CLIENTS, random.nextLong())
            : sticky.clients();
    return new Affinity(plain, clients, service.options().affinity().toNanos(), targets);
  }

  private static Picker plain(
      @Nullable Picker before, Service service, List<BackendLoad> loads, RandomGenerator random) {
    List<Target> targets = service.targets();
    int[] weights = targets.stream().mapToInt(Target::weight).toArray();
    BackendLoad[] byPlace = loads.toArray(new BackendLoad[0]);
    return switch (service.options().policy()) {
      case P2C_EWMA -> new P2c(P2c.By.EWMA, weights, byPlace);
      case P2C_LEAST -> new P2c(P2c.By.CONNECTIONS, weights, byPlace);
      case ROUND_ROBIN -> RoundRobin.of(weights, random.nextInt(Math.max(1, weights.length)));
      case LEAST_CONNECTIONS -> new LeastConnections(weights, byPlace);
      case RANDOM -> new WeightedRandom(weights);
      case MAGLEV ->
          Maglev.of(
              targets,
              MaglevTable.USER_SPACE_SIZE,
              before instanceof Maglev maglev ? maglev : null);
    };
  }
}
