// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.gossip.sim;

import static org.assertj.core.api.Assertions.assertThat;

import io.dcosnet.gossip.settings.GossipSettings;
import io.dcosnet.gossip.settings.StoreSettings;
import java.time.Duration;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * How soon values of 200 octets are everywhere, and how often they travel. Times are virtual, so
 * that every machine finds the same ones; nothing is left out of them, neither the first writes nor
 * those while all nodes still enter the register.
 */
class StoreFiguresTest {

  private static final int KEYS = 20;
  private static final double MOST_SECONDS = 0.15;
  private static final double MOST_COPIES = 1.2;

  /** Before that, nodes of a new cluster find out that none of them has anything. */
  private static final Duration FIRST_WRITE = Duration.ofSeconds(1);

  /** All have entered the register. */
  private static final Duration AT_REST = Duration.ofSeconds(10);

  @Test
  void aWriteIsSoonWithAHundredNodesAndTravelsOnce() {
    for (long seed = 1; seed <= 2; seed++) {
      holds(seed, 100, AT_REST);
    }
  }

  @Test
  void aWriteIsSoonWithTwoHundredNodesAndTravelsOnce() {
    holds(1, 200, AT_REST);
  }

  @Test
  void writesThatCrossDoNotCutTheWayOfOthers() {
    // All enter the register within half a second: 400 writes a second cross each other.
    Run run = new Run(1, 200, FIRST_WRITE, withRegisterWithinHalfASecond());

    run.isSoon();
    assertThat(run.figures.sum("dcosnet.gossip.kv.grafts")).isZero();
  }

  @Test
  @Tag("long")
  void aWriteIsSoonWithAThousandNodesAndTravelsOnce() {
    for (long seed = 1; seed <= 5; seed++) {
      holds(seed, 1_000, AT_REST);
    }
  }

  @Test
  @Tag("long")
  void aWriteIsSoonJustAfterAThousandNodesHaveStarted() {
    for (long seed = 1; seed <= 5; seed++) {
      new Run(seed, 1_000, FIRST_WRITE).isSoon();
    }
  }

  private static StoreSettings withRegisterWithinHalfASecond() {
    StoreSettings lan = StoreSettings.lan();
    return new StoreSettings(
        lan.flushInterval(),
        lan.ihaveTimeout(),
        lan.syncInterval(),
        lan.auditInterval(),
        Duration.ofSeconds(6),
        lan.maxClockDrift(),
        lan.maxOffline(),
        lan.ghostMaxAge(),
        lan.collectAfter(),
        lan.sync());
  }

  private static void holds(long seed, int nodes, Duration start) {
    Run run = new Run(seed, nodes, start);
    run.isSoon();
    assertThat(run.writes().copies()).as("copies, seed %s", seed).isBetween(1.0, MOST_COPIES);
  }

  private static final class Run {
    private final long seed;
    private final RecordedFigures figures = new RecordedFigures();
    private final StoreWrites writes;

    Run(long seed, int nodes, Duration start) {
      this(seed, nodes, start, StoreSettings.lan());
    }

    Run(long seed, int nodes, Duration start, StoreSettings settings) {
      this.seed = seed;
      Simulation simulation =
          Simulation.withStores(seed, GossipSettings.lan(), settings, NetworkModel.lan(), figures);
      simulation.world.keepsMembers = false;
      simulation.addAll(nodes, node -> {});
      simulation.startComplete();
      Invariants invariants = new Invariants(simulation);
      simulation.advance(start);
      this.writes = new StoreWrites(simulation, KEYS, invariants);
      writes.run();
      assertThat(invariants.violations()).isEmpty();
    }

    StoreWrites writes() {
      return writes;
    }

    void isSoon() {
      assertThat(writes.spread().p99())
          .as("99 of 100 nodes, seed %s", seed)
          .isLessThanOrEqualTo(MOST_SECONDS);
    }
  }
}
