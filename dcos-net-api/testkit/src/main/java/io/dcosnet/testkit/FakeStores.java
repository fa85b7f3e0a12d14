// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.testkit;

import static java.util.Objects.requireNonNull;

import io.dcosnet.api.Bytes;
import io.dcosnet.api.DcosNetException;
import io.dcosnet.api.event.Subscription;
import io.dcosnet.api.net.NodeId;
import io.dcosnet.api.spi.MetricsSink;
import io.dcosnet.api.spi.Scheduler;
import io.dcosnet.api.store.LocalStore;
import io.dcosnet.api.store.ReplicatedStore;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * The copies that nodes in one test have of a {@link ReplicatedStore}: writes reach other nodes
 * late and in another order than they were made, nodes are down, come back, or lose all they had.
 * From one seed always the same.
 *
 * <p>Of several writes to a key the last one counts everywhere. A node that comes back exchanges
 * everything with each node that is up.
 *
 * <p><b>Confined to</b> one thread, that of a {@link VirtualTime}.
 */
public final class FakeStores {

  /** A write, or the absence of one: number 0. */
  private record Fact(long number, NodeId writer, @Nullable Bytes value) {}

  private final Scheduler scheduler;
  private final RandomGenerator random;
  private final Map<NodeId, Node> nodes = new LinkedHashMap<>();
  private final Set<NodeId> down = new HashSet<>();
  private final Set<NodeId> full = new HashSet<>();
  private Duration shortest = Duration.ofMillis(1);
  private Duration longest = Duration.ofMillis(1);
  private long writes;

  /** Stores in which everything arrives after a millisecond. */
  public FakeStores(Scheduler scheduler, RandomGenerator random) {
    this.scheduler = requireNonNull(scheduler, "scheduler");
    this.random = requireNonNull(random, "random");
  }

  /** How long a write is under way to each other node; anything between the two. */
  public FakeStores delay(Duration atLeast, Duration atMost) {
    shortest = atLeast;
    longest = atMost;
    return this;
  }

  /** The store as one node has it, which is there from now on. */
  public ReplicatedStore node(NodeId id) {
    Node known = nodes.get(id);
    if (known != null) {
      return known;
    }
    Node added = new Node(id);
    nodes.put(id, added);
    up(id);
    return added;
  }

  /** From now on nothing reaches the node, and nothing it writes reaches others. */
  public void down(NodeId id) {
    down.add(id);
  }

  /** The node is back, with what it had. */
  public void up(NodeId id) {
    down.remove(id);
    Node back = nodes.get(id);
    for (Node other : nodes.values()) {
      if (back != null && other != back && !down.contains(other.id)) {
        later(() -> exchange(back, other));
      }
    }
  }

  /** The node forgets everything; {@link #node} gives its new store, and it is {@link #up}. */
  public void lost(NodeId id) {
    nodes.remove(id);
    var unused = node(id);
  }

  /** Says whether every write of this node fails from now on. */
  public void full(NodeId id, boolean isFull) {
    if (isFull) {
      full.add(id);
    } else {
      full.remove(id);
    }
  }

  private void exchange(Node one, Node other) {
    if (down.contains(one.id) || down.contains(other.id)) {
      return;
    }
    List<String> keys = new ArrayList<>(one.facts.keySet());
    keys.addAll(other.facts.keySet());
    for (String key : keys) {
      send(key, one, other);
      send(key, other, one);
    }
  }

  private void spread(String key, Node from) {
    for (Node other : nodes.values()) {
      if (other != from) {
        later(() -> send(key, from, other));
      }
    }
  }

  /** What arrives is what the sender has by then. */
  private void send(String key, Node from, Node to) {
    Fact fact = from.facts.get(key);
    if (fact != null && !down.contains(from.id) && !down.contains(to.id)) {
      to.take(key, fact);
    }
  }

  private void later(Runnable work) {
    long spare = longest.minus(shortest).toNanos();
    long nanos = shortest.toNanos() + (spare == 0 ? 0 : random.nextLong(spare + 1));
    var unused = scheduler.schedule(Duration.ofNanos(nanos), work);
  }

  /** The copy of one node. */
  private final class Node implements ReplicatedStore {
    private final NodeId id;
    private final LocalStore store;
    private final Map<String, Fact> facts = new HashMap<>();

    Node(NodeId id) {
      this.id = id;
      this.store = LocalStore.of(id, scheduler.time(), MetricsSink.none());
    }

    void take(String key, Fact fact) {
      Fact known = facts.get(key);
      if (known != null && known.number >= fact.number) {
        return;
      }
      facts.put(key, fact);
      Bytes value = fact.value;
      LocalStore writer = store.forNode(fact.writer);
      var unused = value == null ? writer.delete(key) : writer.put(key, value);
    }

    private CompletionStage<Write> write(String key, @Nullable Bytes value) {
      if (full.contains(id)) {
        return CompletableFuture.failedStage(new DcosNetException("write " + key + ": full"));
      }
      CompletionStage<Write> done = value == null ? store.delete(key) : store.put(key, value);
      facts.put(key, new Fact(++writes, id, value));
      if (!down.contains(id)) {
        spread(key, this);
      }
      return done;
    }

    @Override
    public NodeId localNode() {
      return id;
    }

    @Override
    public CompletionStage<Write> put(String key, Bytes value) {
      return write(key, requireNonNull(value, "value"));
    }

    @Override
    public CompletionStage<Write> delete(String key) {
      return write(key, null);
    }

    @Override
    public NavigableMap<String, Entry> view(String prefix) {
      return store.view(prefix);
    }

    @Override
    public Subscription watch(String prefix, Executor executor, Listener listener) {
      return store.watch(prefix, executor, listener);
    }

    /** {@inheritDoc} Looks once, when the time is over. */
    @Override
    public CompletionStage<Set<NodeId>> awaitSeen(Write write, Duration timeout) {
      CompletableFuture<Set<NodeId>> seen = new CompletableFuture<>();
      long wanted = requireNonNull(facts.get(write.key()), "write").number;
      var unused =
          scheduler.schedule(
              timeout,
              () -> {
                Set<NodeId> laggards = new HashSet<>();
                for (Node node : nodes.values()) {
                  Fact fact = node.facts.get(write.key());
                  if (!down.contains(node.id) && (fact == null || fact.number < wanted)) {
                    laggards.add(node.id);
                  }
                }
                seen.complete(laggards);
              });
      return seen.minimalCompletionStage();
    }

    @Override
    public String why(String key) {
      return store.why(key);
    }
  }
}
