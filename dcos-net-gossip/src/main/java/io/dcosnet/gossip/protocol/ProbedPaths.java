// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.gossip.protocol;

import io.dcosnet.api.net.NodeId;
import io.dcosnet.gossip.member.GossipEvent.LinkImpaired;
import io.dcosnet.gossip.member.GossipEvent.UdpImpaired;
import java.time.Duration;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;

/** Members whom our own datagrams do not reach although they live. */
final class ProbedPaths {

  /** Members of whom something is remembered; the oldest go first. */
  static final int MAX_MEMBERS = 4096;

  private static final int ROUNDS = 3;
  private static final long AGAIN_NANOS = Duration.ofSeconds(60).toNanos();

  private final Node node;
  private final Map<NodeId, Integer> throughHelpers = new LinkedHashMap<>();
  private final Map<NodeId, Long> toldOfUdp = new LinkedHashMap<>();

  ProbedPaths(Node node) {
    this.node = node;
  }

  /** It answered us. */
  void direct(NodeId id) {
    if (throughHelpers.isEmpty()) {
      return;
    }
    Integer rounds = throughHelpers.remove(id);
    if (rounds != null && rounds >= ROUNDS) {
      node.host.tell(new LinkImpaired(id, false));
    }
  }

  /** Nobody but helpers got an answer. */
  void onlyThroughHelpers(NodeId id) {
    int rounds = throughHelpers.getOrDefault(id, 0) + 1;
    throughHelpers.put(id, Math.min(rounds, ROUNDS));
    if (rounds == ROUNDS) {
      node.host.tell(new LinkImpaired(id, true));
    }
    shorten(throughHelpers);
  }

  /** It answered us, but over TCP only. */
  void onlyOverTcp(NodeId id) {
    node.probeMetrics.udpBroken.increment();
    direct(id);
    long now = node.host.nanos();
    Long last = toldOfUdp.get(id);
    if (last == null || now - last >= AGAIN_NANOS) {
      toldOfUdp.remove(id);
      toldOfUdp.put(id, now);
      node.host.tell(new UdpImpaired(id));
    }
    shorten(toldOfUdp);
  }

  /** It is dead or forgotten. */
  void forget(NodeId id) {
    throughHelpers.remove(id);
    toldOfUdp.remove(id);
  }

  /** Of how many members something is remembered. */
  int size() {
    return throughHelpers.size() + toldOfUdp.size();
  }

  private static void shorten(Map<NodeId, ?> map) {
    if (map.size() > MAX_MEMBERS) {
      Iterator<NodeId> eldest = map.keySet().iterator();
      eldest.next();
      eldest.remove();
    }
  }
}
