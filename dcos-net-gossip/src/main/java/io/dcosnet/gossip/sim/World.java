// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.gossip.sim;

import io.dcosnet.api.net.HostPort;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import org.jspecify.annotations.Nullable;

/** What all nodes of a simulation share: time, chance, the network, and the memory of it all. */
final class World {

  /** 2026-01-01T00:00:00Z, where the wall clocks begin. */
  static final long WALL_MILLIS = 1_767_225_600_000L;

  final EventQueue queue = new EventQueue();
  final SplittableRandom random;
  final Network network;
  final Streams streams;
  final SharedMembers members = new SharedMembers();
  final Program.Factory programs;
  final List<SimulatedNode> nodes = new ArrayList<>();

  /** Whether nodes write down their members: not needed where nobody starts again. */
  boolean keepsMembers = true;

  // Only ever asked for one key, so that its order reaches nothing.
  private final Map<HostPort, SimulatedNode> byAddress = new HashMap<>();
  private long deltas;
  private long now;
  private long hash = 0x9e3779b97f4a7c15L;
  private long steps;

  World(long seed, NetworkModel model, long streamTimeoutNanos, Program.Factory programs) {
    this.random = new SplittableRandom(seed);
    this.programs = programs;
    this.network = new Network(this, model, random.split());
    this.streams = new Streams(this, streamTimeoutNanos);
  }

  /** Nanoseconds since the simulation began. */
  long now() {
    return now;
  }

  /** Events so far. */
  long steps() {
    return steps;
  }

  /** Deltas of the store that reached a node so far. */
  long deltas() {
    return deltas;
  }

  /** So many more have. */
  void deltasCame(int count) {
    deltas += count;
  }

  /** A fingerprint of all that has happened. */
  long hash() {
    return hash;
  }

  /** Adds something that happened to the fingerprint. */
  void note(int kind, int node, long content) {
    long mixed = hash ^ now * 0xff51afd7ed558ccdL ^ ((long) kind << 56 | node) ^ content;
    mixed *= 0xc4ceb9fe1a85ec53L;
    hash = mixed ^ mixed >>> 32;
  }

  /** Lets the next thing happen, unless that is after {@code until}; false when nothing was. */
  boolean step(long until) {
    if (queue.nextTime() > until) {
      return false;
    }
    Happening next = queue.poll();
    if (next == null) {
      return false;
    }
    now = next.at;
    steps++;
    next.due();
    return true;
  }

  /** Lets all happen up to a time. */
  void runUntil(long until) {
    while (step(until)) {
      // Each step is one event.
    }
    now = Math.max(now, until);
  }

  /** Does something at a time, outside of all nodes. */
  void at(long time, Runnable work) {
    queue.add(
        new Happening() {
          @Override
          void due() {
            work.run();
          }
        },
        time);
  }

  @Nullable SimulatedNode find(HostPort address) {
    return byAddress.get(address);
  }

  void register(HostPort address, SimulatedNode node) {
    SimulatedNode other = byAddress.putIfAbsent(address, node);
    if (other != null && other != node) {
      throw new IllegalArgumentException(address + " belongs to " + other.name());
    }
  }

  void unregister(HostPort address, SimulatedNode node) {
    byAddress.remove(address, node);
  }
}
