// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.gossip.protocol;

import io.dcosnet.api.net.HostPort;
import io.dcosnet.api.net.NodeId;
import io.dcosnet.api.spi.Member.State;
import io.dcosnet.gossip.member.GossipEvent;
import io.dcosnet.gossip.protocol.SyncResult.Outcome;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Tries dead members and seeds that are no members, so that parted clusters find each other again.
 * All nodes together try each dead member about once in an interval, whatever their number.
 */
final class Reconnecting {

  /** After the first contact with the other side we exchange with more of it, in about a second. */
  private static final List<Duration> BURST =
      List.of(Duration.ofMillis(300), Duration.ofMillis(600), Duration.ofMillis(1000));

  private static final Duration LEAST_GAP_OF_BURSTS = Duration.ofSeconds(2);
  private static final int SEEDS_AT_A_TIME = 3;

  private static final int MOST_FOUND = 64;

  private final Node node;
  // Only looked up in.
  private final Map<HostPort, NodeId> found = new HashMap<>();
  private boolean contacted;
  private long contactedAt;

  Reconnecting(Node node) {
    this.node = node;
  }

  /** Begins. */
  void start() {
    scheduleMembers(node.somewhereIn(node.settings.reconnectInterval()));
    scheduleSeeds(node.somewhereIn(node.settings.seedRecheckInterval()));
  }

  /** Somebody whom we believed dead was met: the other side of a partition can be reached. */
  void contacted() {
    long now = node.host.nanos();
    if (contacted && now - contactedAt < LEAST_GAP_OF_BURSTS.toNanos()) {
      return;
    }
    contacted = true;
    contactedAt = now;
    for (Duration delay : BURST) {
      var unused = node.host.schedule(delay.toNanos(), this::tryDead);
    }
  }

  private void scheduleMembers(long delayNanos) {
    var unused =
        node.host.schedule(
            delayNanos,
            () -> {
              if (!node.leaving.isLeaving()) {
                members();
                scheduleMembers(node.varied(node.settings.reconnectInterval()));
              }
            });
  }

  private void members() {
    // Those that left are in the count and, when picked, not tried: so it is dead / living.
    int gone = node.table.size() - node.table.living();
    if (gone > 0 && node.host.random().nextInt(node.table.living()) < gone) {
      for (MemberRecord member : node.table.pick(1, member -> !member.isLiving())) {
        if (member.state() == State.DEAD) {
          reconnect(member);
        }
      }
    }
  }

  private void tryDead() {
    if (!node.leaving.isLeaving()) {
      node.table.pick(1, member -> member.state() == State.DEAD).forEach(this::exchange);
    }
  }

  private void exchange(MemberRecord member) {
    node.syncing.with(
        member.address(), SyncKind.HEAL, result -> node.metrics.reconnected(result.outcome()));
  }

  private void reconnect(MemberRecord member) {
    node.syncing.with(
        member.address(),
        SyncKind.HEAL,
        result -> {
          node.metrics.reconnected(result.outcome());
          if (result.isDone() && member.id().equals(result.with())) {
            contacted();
          }
        });
  }

  private void scheduleSeeds(long delayNanos) {
    var unused =
        node.host.schedule(
            delayNanos,
            () -> {
              if (!node.leaving.isLeaving()) {
                if (!node.joining.isLooking()) {
                  node.host.seeds(this::seeds);
                }
                scheduleSeeds(node.varied(node.settings.seedRecheckInterval()));
              }
            });
  }

  private void seeds(List<HostPort> seeds) {
    List<HostPort> strange = new ArrayList<>();
    for (HostPort seed : seeds) {
      if (!node.joining.isOwn(seed) && !strange.contains(seed) && !isWhereItWas(seed)) {
        strange.add(seed);
      }
    }
    // No set of all addresses: mostly there is one seed, and it is found on the way.
    for (int i = 0; i < node.table.size() && !strange.isEmpty(); i++) {
      MemberRecord member = node.table.at(i);
      if (member.isLiving()) {
        for (HostPort address : member.profile().addresses()) {
          if (strange.remove(address) && found.size() < MOST_FOUND) {
            found.put(address, member.id());
          }
        }
      }
    }
    strange.stream().limit(SEEDS_AT_A_TIME).forEach(this::trySeed);
  }

  /** Whether the member that had this address when it was looked for last has it still. */
  private boolean isWhereItWas(HostPort seed) {
    NodeId holder = found.get(seed);
    MemberRecord member = holder == null ? null : node.table.find(holder);
    if (member != null && member.isLiving() && member.profile().addresses().contains(seed)) {
      return true;
    }
    found.remove(seed);
    return false;
  }

  private void trySeed(HostPort seed) {
    int known = node.table.living();
    node.syncing.with(
        seed,
        SyncKind.HEAL,
        result -> {
          node.metrics.reconnected(result.outcome());
          if (result.isDone() && result.with() != null) {
            if (result.outcome() == Outcome.DIFFERENT && known > 1) {
              contacted();
            }
          } else if (result.outcome() == Outcome.OURSELVES) {
            node.joining.metOurselves(seed);
          } else if (result.outcome() == Outcome.REFUSED && result.fault() != null) {
            node.host.tell(new GossipEvent.Refused(seed.toString(), result.fault()));
          }
        });
  }
}
