// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.gossip.sim;

import io.dcosnet.gossip.settings.StoreSettings.Sync;
import io.dcosnet.gossip.sim.Fault.Kind;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.SplittableRandom;

/**
 * A cluster whose nodes write to their stores, and what befalls it. <b>Immutable.</b>
 *
 * @param seed of the simulation and of the writes
 * @param nodes how many there are in the end
 * @param founders how many of them are there from the beginning; the others come later
 * @param writes how many are made
 * @param hasty whether replicas tell so often what they have that deletions are soon forgotten
 */
record StoreSchedule(
    long seed, int nodes, int founders, int writes, Sync sync, boolean hasty, List<Fault> faults) {

  static final int FROM_MILLIS = 3_000;
  static final int UNTIL_MILLIS = 23_000;

  /** Who is away for longer must not bring back what it had. */
  static final int OFFLINE_MILLIS = 60_000;

  // No clones: until one of them has noticed, both write under one name.
  private static final List<Kind> KINDS =
      List.of(
          Kind.KILL,
          Kind.KILL,
          Kind.POWER_OFF,
          Kind.POWER_OFF,
          Kind.BLINK,
          Kind.RESTART,
          Kind.REBUILD,
          Kind.MOVE,
          Kind.LEAVE,
          Kind.LOSS,
          Kind.DUPLICATES,
          Kind.TAIL,
          Kind.SKEW,
          Kind.PAUSE,
          Kind.PARTITION,
          Kind.PARTITION,
          Kind.CUT,
          Kind.NODE_LOSS);

  StoreSchedule {
    faults = List.copyOf(faults);
  }

  /** A schedule made of nothing but its seed. */
  static StoreSchedule random(long seed) {
    SplittableRandom random = new SplittableRandom(seed ^ 0x570e5eedL);
    int nodes = random.nextInt(3, 9);
    int founders = Math.max(2, nodes - (random.nextBoolean() ? random.nextInt(3) : 0));
    List<Fault> faults = new ArrayList<>();
    for (int i = random.nextInt(6); i > 0; i--) {
      faults.add(fault(random, nodes));
    }
    faults.sort(Comparator.comparingLong(Fault::atMillis));
    boolean hasty = random.nextInt(3) == 0;
    Sync sync = random.nextInt(3) == 0 ? Sync.EACH : Sync.INTERVAL;
    return new StoreSchedule(seed, nodes, founders, random.nextInt(5, 80), sync, hasty, faults);
  }

  private static Fault fault(SplittableRandom random, int nodes) {
    Kind kind = KINDS.get(random.nextInt(KINDS.size()));
    long at = random.nextLong(FROM_MILLIS, UNTIL_MILLIS);
    long length = random.nextLong(50, 15_000);
    int count = random.nextInt(1, 1 + Math.max(1, nodes / 2));
    double amount = 0;
    switch (kind) {
      case KILL -> {
        count = random.nextInt(6) == 0 ? nodes : count;
        length = random.nextInt(8) == 0 ? OFFLINE_MILLIS + 15_000 : length;
        if (length > OFFLINE_MILLIS) {
          count = 1;
        }
      }
      case POWER_OFF -> count = random.nextInt(6) == 0 ? nodes : count;
      case LEAVE -> {
        count = 1;
        length = random.nextInt(3) == 0 ? 0 : length;
      }
      case BLINK -> length = random.nextLong(1, 400);
      case RESTART -> {
        length = random.nextLong(1, 5_000);
        count = random.nextInt(3) == 0 ? nodes : count;
      }
      case REBUILD -> count = 1;
      case LOSS -> amount = random.nextDouble(0.2);
      case DUPLICATES, TAIL -> amount = random.nextDouble(0.3);
      case SKEW -> amount = random.nextInt(-20, 21);
      case NODE_LOSS -> amount = random.nextDouble(0.2, 0.9);
      case CUT -> count = nodes;
      default -> amount = 0;
    }
    return new Fault(kind, at, length, some(random, nodes, count), amount);
  }

  private static List<Integer> some(SplittableRandom random, int nodes, int count) {
    List<Integer> all = new ArrayList<>();
    for (int i = 0; i < nodes; i++) {
      all.add(random.nextInt(all.size() + 1), i);
    }
    return all.subList(0, count);
  }

  /** This one without a fault. */
  StoreSchedule without(int fault) {
    List<Fault> rest = new ArrayList<>(faults);
    rest.remove(fault);
    return new StoreSchedule(seed, nodes, founders, writes, sync, hasty, rest);
  }

  long endMillis() {
    return Math.max(UNTIL_MILLIS, faults.stream().mapToLong(Fault::endMillis).max().orElse(0));
  }

  @Override
  public String toString() {
    StringBuilder text =
        new StringBuilder(
            "seed %d, %d of %d nodes at first, %d writes, sync %s%s"
                .formatted(seed, founders, nodes, writes, sync, hasty ? ", hasty" : ""));
    faults.forEach(fault -> text.append("\n  ").append(fault));
    return text.toString();
  }
}
