// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.testkit;

import static java.util.Objects.requireNonNull;

import io.dcosnet.api.net.NodeId;
import io.dcosnet.api.spi.NodeMessages;
import io.dcosnet.api.spi.Scheduler;
import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * A network between nodes that live in one test: slow, lossy, cut in pieces, and always the same
 * from the same seed. {@link #node} gives each node its {@link NodeMessages}.
 *
 * <p>A message that gets lost fails its sender's stage after {@link #timeout}; when only the
 * confirmation is lost, the message has arrived all the same.
 *
 * <p><b>Thread-safe.</b> With a {@link VirtualTime} everything runs in the test's thread.
 */
public final class FakeNetwork {

  private final Scheduler scheduler;
  private final RandomGenerator random;

  // Guards the fields below and the receivers of the nodes.
  final Object lock = new Object();
  private final Map<NodeId, FakeNodeMessages> nodes = new HashMap<>();
  private final Map<NodeId, Integer> sides = new HashMap<>();
  private final Set<NodeId> down = new HashSet<>();
  private Duration shortest = Duration.ofMillis(1);
  private Duration longest = Duration.ofMillis(1);
  private double loss;
  private Duration timeout = Duration.ofSeconds(5);

  /** A network that delivers everything after a millisecond. */
  public FakeNetwork(Scheduler scheduler, RandomGenerator random) {
    this.scheduler = requireNonNull(scheduler, "scheduler");
    this.random = requireNonNull(random, "random");
  }

  /** The messages of a node, which is there from now on; the same object each time. */
  public NodeMessages node(NodeId id) {
    synchronized (lock) {
      return nodes.computeIfAbsent(id, added -> new FakeNodeMessages(this, added));
    }
  }

  /** How long a message is under way, each way; anything between the two. */
  public FakeNetwork delay(Duration atLeast, Duration atMost) {
    synchronized (lock) {
      shortest = atLeast;
      longest = atMost;
      return this;
    }
  }

  /**
   * Which part of all messages, and of all confirmations, gets lost.
   *
   * @param probability 0 to 1
   */
  public FakeNetwork loss(double probability) {
    synchronized (lock) {
      loss = probability;
      return this;
    }
  }

  /** How long a sender waits for the confirmation. */
  public FakeNetwork timeout(Duration limit) {
    synchronized (lock) {
      timeout = limit;
      return this;
    }
  }

  /** Cuts the network: each group hears only itself; who is in no group hears the others there. */
  @SafeVarargs
  public final void partition(Set<NodeId>... groups) {
    synchronized (lock) {
      sides.clear();
      int side = 1;
      for (Set<NodeId> group : groups) {
        for (NodeId id : group) {
          sides.put(id, side);
        }
        side++;
      }
    }
  }

  /** Joins all pieces again. */
  public void heal() {
    synchronized (lock) {
      sides.clear();
    }
  }

  /** Takes a node off the network, or back on; it neither hears nor is heard. */
  public void down(NodeId id, boolean isDown) {
    synchronized (lock) {
      if (isDown) {
        down.add(id);
      } else {
        down.remove(id);
      }
    }
  }

  Scheduler scheduler() {
    return scheduler;
  }

  Duration senderTimeout() {
    synchronized (lock) {
      return timeout;
    }
  }

  /** Lets something travel; whether the way is open is decided when it would arrive. */
  void travel(NodeId from, NodeId to, Runnable arrival) {
    Duration delay;
    synchronized (lock) {
      if (!from.equals(to) && random.nextDouble() < loss) {
        return;
      }
      long spread = longest.minus(shortest).toNanos();
      delay = shortest.plusNanos(spread <= 0 ? 0 : random.nextLong(spread + 1));
    }
    var unused =
        scheduler.schedule(
            delay,
            () -> {
              if (isOpen(from, to)) {
                arrival.run();
              }
            });
  }

  private boolean isOpen(NodeId from, NodeId to) {
    synchronized (lock) {
      boolean sameSide = sides.getOrDefault(from, 0).equals(sides.getOrDefault(to, 0));
      return sameSide && !down.contains(from) && !down.contains(to);
    }
  }

  /** The node, or null for one that nobody asked for yet. */
  @Nullable FakeNodeMessages find(NodeId id) {
    synchronized (lock) {
      return nodes.get(id);
    }
  }
}
