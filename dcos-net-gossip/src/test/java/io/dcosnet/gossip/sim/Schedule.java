// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.gossip.sim;

import io.dcosnet.gossip.sim.Fault.Kind;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.SplittableRandom;
import java.util.function.Predicate;

/**
 * A cluster and what befalls it. <b>Immutable.</b>
 *
 * @param seed of the simulation
 */
record Schedule(long seed, int nodes, List<Fault> faults) {

  /** When the first fault may begin. */
  private static final int FROM_MILLIS = 5_000;

  private static final int UNTIL_MILLIS = 35_000;

  Schedule {
    faults = List.copyOf(faults);
  }

  /** A schedule made of nothing but its seed. */
  static Schedule random(long seed) {
    SplittableRandom random = new SplittableRandom(seed ^ 0x5ced01e5L);
    int dice = random.nextInt(100);
    int nodes;
    if (dice < 60) {
      nodes = random.nextInt(2, 11);
    } else if (dice < 90) {
      nodes = random.nextInt(11, 31);
    } else {
      nodes = random.nextInt(31, 101);
    }
    // Half of the schedules are gentle, so that false verdicts are looked for in many of them.
    boolean isGentle = random.nextBoolean();
    List<Fault> faults = new ArrayList<>();
    for (int i = random.nextInt(1, 7); i > 0; i--) {
      faults.add(fault(random, nodes, isGentle));
    }
    // One at most: who was found cloned changes its identity once in a minute.
    if (random.nextInt(8) == 0) {
      long at = random.nextLong(FROM_MILLIS, UNTIL_MILLIS);
      faults.add(new Fault(Kind.CLONE, at, 0, some(random, nodes, 2), 0));
    }
    faults.sort(Comparator.comparingLong(Fault::atMillis));
    return new Schedule(seed, nodes, faults);
  }

  private static Fault fault(SplittableRandom random, int nodes, boolean isGentle) {
    Kind[] kinds = Kind.values();
    // All but the last one, of which there is one at most.
    Kind kind = kinds[random.nextInt(kinds.length - 1)];
    while (isGentle && !kind.isGentle) {
      kind = kinds[random.nextInt(kinds.length - 1)];
    }
    long at = random.nextLong(FROM_MILLIS, UNTIL_MILLIS);
    long length = random.nextLong(100, 20_000);
    int most =
        switch (kind) {
          case PAUSE, SLOW, NODE_LOSS -> Math.max(1, nodes / 20);
          default -> random.nextInt(4) == 0 ? nodes : Math.max(1, nodes / 3);
        };
    List<Integer> some = some(random, nodes, random.nextInt(1, most + 1));
    double amount = 0;
    switch (kind) {
      case KILL, POWER_OFF, LEAVE -> {
        boolean isForGood = random.nextInt(3) == 0;
        if (isForGood) {
          length = 0;
          some = some.stream().filter(mayStayAway(nodes)).toList();
        }
        boolean isTotal = random.nextInt(10) == 0;
        some = isTotal && !isForGood ? some(random, nodes, nodes) : some;
      }
      case BLINK -> length = random.nextLong(1, 400);
      case RESTART -> {
        length = random.nextLong(1, 5_000);
        some = random.nextInt(3) == 0 ? some(random, nodes, nodes) : some;
      }
      case LOSS -> amount = random.nextDouble(0.1);
      case DUPLICATES, TAIL -> amount = random.nextDouble(0.3);
      case SKEW -> amount = random.nextInt(-3_600, 3_601);
      case SLOW -> amount = random.nextDouble(0.1, 20);
      case NODE_LOSS -> amount = random.nextDouble(0.2, 0.9);
      default -> amount = 0;
    }
    return new Fault(kind, at, length, some, amount);
  }

  // The first node is the seed that whoever lost its disk has to go by, and who is left must be
  // able to ask all that are gone in the time that there is.
  private static Predicate<Integer> mayStayAway(int nodes) {
    return node -> node > nodes / 2;
  }

  private static List<Integer> some(SplittableRandom random, int nodes, int count) {
    List<Integer> all = new ArrayList<>();
    for (int i = 0; i < nodes; i++) {
      all.add(random.nextInt(all.size() + 1), i);
    }
    return all.subList(0, count);
  }

  /** Whether nothing in it excuses a wrong verdict. */
  boolean isGentle() {
    return faults.stream().allMatch(fault -> fault.kind().isGentle);
  }

  long endMillis() {
    return faults.stream().mapToLong(Fault::endMillis).max().orElse(FROM_MILLIS);
  }

  /** This one without a fault. */
  Schedule without(int fault) {
    List<Fault> rest = new ArrayList<>(faults);
    rest.remove(fault);
    return new Schedule(seed, nodes, rest);
  }

  @Override
  public String toString() {
    StringBuilder text = new StringBuilder("seed " + seed + ", " + nodes + " nodes");
    for (Fault fault : faults) {
      text.append("\n  ").append(fault);
    }
    return text.toString();
  }
}
