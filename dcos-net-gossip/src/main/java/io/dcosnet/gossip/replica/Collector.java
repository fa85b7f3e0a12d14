// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.gossip.replica;

import io.dcosnet.api.net.NodeId;
import io.dcosnet.api.spi.Member.State;
import io.dcosnet.gossip.settings.StoreSettings;
import io.dcosnet.gossip.store.Cell;
import io.dcosnet.gossip.store.ReplicaId;
import io.dcosnet.gossip.store.Stamp;
import io.dcosnet.gossip.wire.Xxh64;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Removes entries of nodes that are gone for good, and takes their replicas out of the register.
 * One member does it for each such node; the others come in its place one after the other, as long
 * as the node is registered.
 */
final class Collector {

  private static final Logger LOG = LoggerFactory.getLogger(Collector.class);

  private static final int SLICE = 256;
  private static final long SLICE_NANOS = Duration.ofMillis(50).toNanos();

  /** A part of the time until entries are removed: how much later the next member does it. */
  private static final int RANK_SHARE = 60;

  /**
   * A node that is away.
   *
   * @param ranked whether {@code dueNanos} takes into account which member comes first; only found
   *     out when the time comes, as half of the members may go away at once
   */
  private record Away(long dueNanos, boolean left, boolean ranked) {}

  private record Rest(String key, NodeId owner) {}

  private final Replica replica;
  private final Register register;
  private final Map<NodeId, Away> away = new TreeMap<>();
  private final Deque<Rest> rest = new ArrayDeque<>();
  private ReplicaHost.Timer next = () -> {};
  private boolean planned;
  private long plannedNanos;

  Collector(Replica replica, Register register) {
    this.replica = replica;
    this.register = register;
  }

  /** Looks at all replicas of the register. */
  void start() {
    register.all().keySet().stream().map(ReplicaId::node).distinct().forEach(this::look);
  }

  /** A replica of this node has been entered, or taken out. */
  void registered(NodeId node) {
    if (!away.containsKey(node)) {
      look(node);
    }
  }

  /** See {@link Replica#membersChanged}. */
  void membersChanged(NodeId member) {
    look(member);
  }

  private boolean isAway(NodeId node) {
    State state = replica.host.state(node);
    return state != State.ALIVE && state != State.SUSPECT && !node.equals(replica.host.self());
  }

  private void look(NodeId node) {
    if (!isAway(node) || register.of(node).isEmpty()) {
      away.remove(node);
      return;
    }
    Away before = away.get(node);
    boolean left = replica.host.state(node) == State.LEFT;
    if (before == null || (left && !before.left)) {
      waitFor(node, left);
    }
  }

  private void waitFor(NodeId node, boolean left) {
    StoreSettings settings = replica.setup.settings();
    Duration patience = left ? settings.collectAfter() : settings.maxOffline();
    planFor(node, new Away(replica.host.nanos() + patience.toNanos(), left, false));
  }

  private void planFor(NodeId node, Away since) {
    away.put(node, since);
    if (!planned || since.dueNanos - plannedNanos < 0) {
      plan(since.dueNanos);
    }
  }

  private void plan(long dueNanos) {
    next.cancel();
    planned = true;
    plannedNanos = dueNanos;
    next = replica.host.schedule(Math.max(0, dueNanos - replica.host.nanos()), this::collect);
  }

  /** How many living members come before this one. */
  private long rank(NodeId owner) {
    long own = rankHash(owner, replica.host.self());
    return replica.host.living().stream()
        .filter(member -> Long.compareUnsigned(rankHash(owner, member), own) < 0)
        .count();
  }

  private static long rankHash(NodeId owner, NodeId member) {
    ByteBuffer ids = ByteBuffer.allocate(4 * Long.BYTES);
    for (NodeId id : List.of(owner, member)) {
      ids.putLong(id.uuid().getMostSignificantBits());
      ids.putLong(id.uuid().getLeastSignificantBits());
    }
    return Xxh64.hash(ids.array(), 0);
  }

  private void collect() {
    planned = false;
    long now = replica.host.nanos();
    long step = replica.setup.settings().collectAfter().toNanos() / RANK_SHARE;
    Map<NodeId, Away> due = new LinkedHashMap<>();
    for (NodeId owner : List.copyOf(away.keySet())) {
      look(owner);
      Away since = away.get(owner);
      if (since != null && since.dueNanos - now <= 0) {
        long later = since.ranked ? 0 : rank(owner) * step;
        if (later == 0) {
          due.put(owner, since);
        } else {
          away.put(owner, new Away(now + later, since.left, true));
        }
      }
    }
    if (!due.isEmpty()) {
      boolean idle = rest.isEmpty();
      find(due.keySet());
      // What comes back of them is looked at after another such time.
      due.forEach((owner, since) -> waitFor(owner, since.left));
      if (idle) {
        removeSome();
      }
    }
    planNext();
  }

  private void planNext() {
    long now = replica.host.nanos();
    long soonest = Long.MAX_VALUE;
    for (Away since : away.values()) {
      soonest = Math.min(soonest, since.dueNanos - now);
    }
    if (soonest != Long.MAX_VALUE) {
      plan(now + soonest);
    }
  }

  private void find(Set<NodeId> due) {
    List<Rest> found = new ArrayList<>();
    for (Map.Entry<String, Cell> entry : replica.state.cells().entrySet()) {
      NodeId owner = owner(entry.getValue());
      if (owner != null && due.contains(owner) && !entry.getKey().startsWith(Register.PREFIX)) {
        found.add(new Rest(entry.getKey(), owner));
      }
    }
    found.sort(Comparator.comparing(Rest::key));
    for (NodeId owner : due) {
      LOG.info("store: {} is gone for good, its entries are removed", owner);
      // Last, so that another member begins again when this one does not come to its end.
      register.of(owner).forEach(id -> found.add(new Rest(Register.key(id), owner)));
    }
    rest.addAll(found);
  }

  private static @Nullable NodeId owner(Cell cell) {
    var winner = cell.winner();
    return winner == null ? null : winner.getKey().replica().node();
  }

  private void removeSome() {
    for (int i = 0; i < SLICE && !rest.isEmpty(); i++) {
      Rest one = rest.remove();
      boolean isRegister = one.key.startsWith(Register.PREFIX);
      boolean isStillIts = one.owner.equals(owner(replica.state.cell(one.key)));
      if (isAway(one.owner) && (isRegister || isStillIts)) {
        replica.writes.deleteOwn(one.key, new Removal(replica, isRegister));
      }
    }
    if (!rest.isEmpty()) {
      replica.host.schedule(SLICE_NANOS, this::removeSome);
    }
  }

  private record Removal(Replica replica, boolean ofRegister) implements WriteResult {
    @Override
    public void done(Stamp write) {
      if (!ofRegister) {
        replica.metrics.collected.increment();
      }
    }

    @Override
    public void failed(RuntimeException why) {
      LOG.warn("store: cannot remove an entry of a node that is gone: {}", why.getMessage());
    }
  }
}
