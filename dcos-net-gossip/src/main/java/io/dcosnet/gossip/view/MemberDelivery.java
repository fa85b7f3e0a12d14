// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.gossip.view;

import static java.util.Objects.requireNonNull;

import io.dcosnet.api.event.Change;
import io.dcosnet.api.net.NodeId;
import io.dcosnet.api.spi.Member;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.Executor;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Changes on their way to one listener. Those of one member that it has not heard yet are merged,
 * so no more wait than there are members.
 *
 * <p><b>Thread-safe.</b>
 */
final class MemberDelivery {

  private static final Logger LOGGER = LoggerFactory.getLogger(MemberDelivery.class);

  private final Executor executor;
  private final Consumer<List<Change<Member>>> listener;

  private Map<NodeId, Waiting> waiting = new LinkedHashMap<>();
  private boolean scheduled;
  private boolean closed;

  /** What the listener believes, and what is true. */
  private record Waiting(@Nullable Member told, @Nullable Member now) {}

  MemberDelivery(Executor executor, Consumer<List<Change<Member>>> listener) {
    this.executor = requireNonNull(executor, "executor");
    this.listener = requireNonNull(listener, "listener");
  }

  /** Takes the next change; {@link #schedule} brings it on its way. */
  synchronized void offer(NodeId id, @Nullable Member before, @Nullable Member after) {
    if (closed) {
      return;
    }
    Waiting earlier = waiting.get(id);
    Member told = earlier == null ? before : earlier.told();
    if (Objects.equals(told, after)) {
      waiting.remove(id);
    } else {
      waiting.put(id, new Waiting(told, after));
    }
  }

  /** Hands work to the executor if there is any and none is there yet; holds no lock meanwhile. */
  void schedule() {
    synchronized (this) {
      if (scheduled || closed || waiting.isEmpty()) {
        return;
      }
      scheduled = true;
    }
    try {
      executor.execute(this::deliver);
    } catch (RuntimeException e) {
      synchronized (this) {
        scheduled = false; // the next change tries again
      }
      LOGGER.error("an executor refused to tell a membership listener of a change", e);
    }
  }

  synchronized void close() {
    closed = true;
    waiting = Map.of();
  }

  private void deliver() {
    try {
      List<Change<Member>> changes = next();
      if (!changes.isEmpty()) {
        listener.accept(changes);
      }
    } catch (RuntimeException | AssertionError e) {
      LOGGER.error("a membership listener failed; it gets the next changes all the same", e);
    } finally {
      synchronized (this) {
        scheduled = false;
      }
      schedule();
    }
  }

  private synchronized List<Change<Member>> next() {
    List<Change<Member>> changes = new ArrayList<>(waiting.size());
    for (Waiting change : waiting.values()) {
      changes.add(new Change<>(change.told(), change.now()));
    }
    if (!closed) {
      waiting = new LinkedHashMap<>();
    }
    return List.copyOf(changes);
  }
}
