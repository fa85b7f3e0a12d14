// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.gossip.replica;

import io.dcosnet.gossip.store.Dot;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Writes that neighbours have and this node has not: each is waited for, then asked for at one
 * neighbour after the other. <b>Not thread-safe.</b>
 */
final class Wants {

  private static final int MOST = 10_000;

  private static final class Want {
    private final Deque<Integer> links = new ArrayDeque<>(2);
    private final List<Integer> asked = new ArrayList<>(2);
    private long dueNanos;
  }

  private final Replica replica;
  private final Map<Dot, Want> wants = new LinkedHashMap<>();
  private boolean watching;

  Wants(Replica replica) {
    this.replica = replica;
  }

  int size() {
    return wants.size();
  }

  /**
   * A neighbour has this write. One that an exchange brought is waited for as well, for as long as
   * the tree may take.
   */
  void announced(Dot dot, int link) {
    boolean isThere = isThere(dot);
    if (isThere && replica.spread.mayHaveBrought(dot)) {
      return;
    }
    Want want = wants.get(dot);
    if (want == null) {
      if (wants.size() >= MOST) {
        if (isThere) {
          return;
        }
        replica.exchanges.soon(); // so much is missing that one exchange is cheaper
        return;
      }
      want = new Want();
      want.dueNanos = replica.host.nanos() + patience();
      wants.put(dot, want);
    }
    if (!want.links.contains(link) && !want.asked.contains(link)) {
      want.links.add(link);
    }
    watch(patience());
  }

  /** The neighbours that said they have this write, which is there now. */
  List<Integer> came(Dot dot) {
    Want want = wants.remove(dot);
    if (want == null) {
      return List.of();
    }
    List<Integer> holders = new ArrayList<>(want.asked);
    holders.addAll(want.links);
    return holders;
  }

  private boolean isThere(Dot dot) {
    return replica.state.clock().has(dot) || replica.intake.waiting.has(dot);
  }

  private long patience() {
    return replica.setup.settings().ihaveTimeout().toNanos();
  }

  private void watch(long nanos) {
    if (!watching && !wants.isEmpty()) {
      watching = true;
      replica.host.schedule(nanos, this::look);
    }
  }

  private void look() {
    watching = false;
    long now = replica.host.nanos();
    long next = patience();
    Map<Integer, List<Dot>> grafts = new LinkedHashMap<>();
    boolean nobodyLeft = false;
    for (Iterator<Map.Entry<Dot, Want>> all = wants.entrySet().iterator(); all.hasNext(); ) {
      Map.Entry<Dot, Want> entry = all.next();
      Want want = entry.getValue();
      boolean due = want.dueNanos - now <= 0;
      if (isThere(entry.getKey())) {
        all.remove();
        Integer link = due ? nextOpen(want) : null;
        if (link != null) {
          // An exchange brought it: the tree did not, and would not bring the next one either.
          grafts.computeIfAbsent(link, key -> new ArrayList<>());
        }
      } else if (!due) {
        next = Math.min(next, want.dueNanos - now);
      } else {
        Integer link = nextOpen(want);
        if (link == null) {
          nobodyLeft = true;
          all.remove();
        } else {
          want.asked.add(link);
          want.dueNanos = now + patience() / 2;
          next = Math.min(next, patience() / 2);
          grafts.computeIfAbsent(link, key -> new ArrayList<>()).add(entry.getKey());
        }
      }
    }
    grafts.forEach(replica.spread::graft);
    if (nobodyLeft) {
      replica.exchanges.soon();
    }
    watch(next);
  }

  private @Nullable Integer nextOpen(Want want) {
    Integer link = want.links.poll();
    while (link != null && !replica.spread.isOpen(link)) {
      link = want.links.poll();
    }
    return link;
  }
}
