// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.gossip.protocol;

import io.dcosnet.api.net.NodeId;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Round trips to members, smoothed as TCP does (RFC 6298). */
final class RoundTrips {

  /** Of so many members at most; others get the longest wait. */
  static final int MAX_MEMBERS = 16_384;

  private static final long SHORTEST_NANOS = 50_000_000;
  private static final int ENOUGH_SAMPLES = 3;

  private final Map<NodeId, Smoothed> members = new HashMap<>();
  private final long longestNanos;

  RoundTrips(Node node) {
    this.longestNanos = node.settings.probeTimeoutMax().toNanos();
  }

  /** A direct answer came after this time. */
  void sample(NodeId id, long nanos) {
    Smoothed smoothed = members.get(id);
    if (smoothed != null) {
      smoothed.add(nanos);
    } else if (members.size() < MAX_MEMBERS) {
      members.put(id, new Smoothed(nanos));
    }
  }

  /** How long to wait for a direct answer of a member, in nanoseconds. */
  long timeoutNanos(NodeId id) {
    @Nullable Smoothed smoothed = members.get(id);
    return smoothed == null || smoothed.samples < ENOUGH_SAMPLES
        ? longestNanos
        : Math.min(longestNanos, Math.max(SHORTEST_NANOS, smoothed.mean + 4 * smoothed.deviation));
  }

  /** Forgets a member. */
  void remove(NodeId id) {
    members.remove(id);
  }

  /** Of how many members something is known. */
  int size() {
    return members.size();
  }

  private static final class Smoothed {
    private long mean;
    private long deviation;
    private int samples;

    Smoothed(long first) {
      this.mean = first;
      this.deviation = first / 2;
      this.samples = 1;
    }

    void add(long sample) {
      deviation += (Math.abs(mean - sample) - deviation) / 4;
      mean += (sample - mean) / 8;
      samples = Math.min(samples + 1, ENOUGH_SAMPLES);
    }
  }
}
