// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.gossip.protocol;

import io.dcosnet.api.net.HostPort;
import io.dcosnet.gossip.settings.GossipSettings;
import io.dcosnet.testkit.VirtualTime;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.BiPredicate;
import java.util.function.BooleanSupplier;
import java.util.function.IntPredicate;
import org.jspecify.annotations.Nullable;

/**
 * Some cores in virtual time with a network between them that carries datagrams and streams, each
 * step taking one millisecond.
 */
final class StreamNetwork {

  static final Duration STEP = Duration.ofMillis(1);

  final VirtualTime time = new VirtualTime();
  final GossipSettings settings;
  final Map<HostPort, StreamNode> nodes = new LinkedHashMap<>();

  /** Whether something from the first gets to the second. */
  BiPredicate<HostPort, HostPort> passes = (from, to) -> true;

  /** Whether datagrams get through at all. */
  boolean datagrams = true;

  /** Told the number of each frame of all links; cuts the link instead of bringing it when true. */
  IntPredicate breaksAt = frame -> false;

  /** Whether nodes that start from now on have a replica of the store, which begins empty. */
  boolean stores;

  /** Whom no datagram reaches; null for nobody. */
  @Nullable StreamNode deaf;

  int frames;
  int opens;
  private int addresses;

  StreamNetwork(GossipSettings settings) {
    this.settings = settings;
  }

  /** Without what disturbs the test of one part: no probes in sight, no periodic exchanges. */
  static GossipSettings quiet() {
    return GossipSettings.lan().toBuilder()
        .probeInterval(Duration.ofHours(1))
        .syncInterval(Duration.ofHours(1))
        .build();
  }

  /** A node that has not begun. */
  StreamNode node(HostPort... seeds) {
    HostPort address =
        HostPort.parse("198.51.%d.%d:7950".formatted(100 + addresses / 250, 1 + addresses % 250));
    addresses++;
    StreamNode node = new StreamNode(this, address, addresses, List.of(seeds));
    nodes.put(address, node);
    return node;
  }

  /** So many nodes that have joined and know each other. */
  List<StreamNode> cluster(int count) {
    List<StreamNode> cluster = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      StreamNode node = i == 0 ? node() : node(cluster.get(0).address);
      node.start();
      cluster.add(node);
    }
    if (!within(
        Duration.ofSeconds(60), () -> cluster.stream().allMatch(node -> node.alive() == count))) {
      throw new AssertionError("the cluster did not form");
    }
    time.advance(Duration.ofSeconds(5));
    return cluster;
  }

  /**
   * Lets time pass until something holds, looking every ten milliseconds; false when it does not.
   */
  boolean within(Duration limit, BooleanSupplier condition) {
    long end = time.nanos() + limit.toNanos();
    while (!condition.getAsBoolean()) {
      if (time.nanos() >= end) {
        return false;
      }
      time.advance(Duration.ofMillis(10));
    }
    return true;
  }

  void after(Duration delay, Runnable work) {
    var unused = time.schedule(delay, work);
  }
}
