// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.lb.exchange;

import static java.util.Objects.requireNonNull;

import io.dcosnet.api.DecodeException;
import io.dcosnet.api.event.Change;
import io.dcosnet.api.event.Subscription;
import io.dcosnet.api.net.HostPort;
import io.dcosnet.api.net.NodeId;
import io.dcosnet.api.spi.Membership;
import io.dcosnet.api.spi.Scheduler;
import io.dcosnet.api.store.ReplicatedStore;
import io.dcosnet.api.store.ReplicatedStore.Entry;
import io.dcosnet.api.store.ReplicatedStore.OwnerState;
import io.dcosnet.api.vip.Backend;
import io.dcosnet.api.vip.VipKey;
import io.dcosnet.lb.internal.LbMetrics;
import io.dcosnet.lb.vip.Candidate;
import io.dcosnet.lb.vip.VipBackend.Place;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.BiPredicate;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Everybody's back ends as the store has them, with the state of the nodes that they are on. An
 * entry that cannot be read is skipped and counted, and hides no other.
 *
 * <p>Several writers may name one back end; then the entry of a living writer counts, and of those
 * the one with the smallest node id, so that all nodes choose the same.
 *
 * <p><b>Confined to</b> the scheduler, on which the listener is called too.
 */
public final class BackendView {

  private static final Comparator<Stored> LIVING_WRITER_FIRST =
      Comparator.<Stored, Boolean>comparing(stored -> !stored.state.lives())
          .thenComparing(stored -> stored.writer);

  private record Stored(BackendEntry entry, NodeId writer, OwnerState state) {

    /** Whose it is; what does not say so stands for itself. */
    Set<String> tasks(Place place) {
      return entry.tasks().isEmpty() ? Set.of(BackendKey.text(place)) : entry.tasks();
    }
  }

  /** Hears why a VIP may be another one now. */
  @FunctionalInterface
  public interface News {

    /**
     * Called before the listener.
     *
     * @param sourceMillis when the writer of an entry learnt of it; 0 when not known
     */
    void noted(VipKey key, String why, long sourceMillis);
  }

  private final ReplicatedStore store;
  private final KeyReader<BackendKey> keys;
  private final @Nullable Membership membership;
  private final Reachability reachability;
  private final Scheduler scheduler;
  private final BiPredicate<Place, Set<String>> drained;
  private final News news;
  private final Consumer<Set<VipKey>> listener;

  private final Map<VipKey, SortedMap<HostPort, Map<NodeId, Stored>>> byVip = new HashMap<>();
  private final Map<String, Map<Place, Integer>> byTask = new HashMap<>();
  private final List<Subscription> subscriptions = new ArrayList<>();

  /**
   * A view that follows nothing yet.
   *
   * @param membership null where there is none
   * @param listener gets the keys whose candidates may have changed
   */
  public BackendView(
      ReplicatedStore store,
      @Nullable Membership membership,
      Scheduler scheduler,
      LbMetrics metrics,
      Consumer<Set<VipKey>> listener) {
    this(
        store, membership, scheduler, metrics, (p, tasks) -> false, (key, why, at) -> {}, listener);
  }

  /**
   * A view that follows nothing yet.
   *
   * @param membership null where there is none
   * @param drained whether back ends of these tasks at this place get nothing new
   * @param listener gets the keys whose candidates may have changed
   */
  public BackendView(
      ReplicatedStore store,
      @Nullable Membership membership,
      Scheduler scheduler,
      LbMetrics metrics,
      BiPredicate<Place, Set<String>> drained,
      News news,
      Consumer<Set<VipKey>> listener) {
    this.news = requireNonNull(news, "news");
    this.drained = requireNonNull(drained, "drained");
    this.store = requireNonNull(store, "store");
    this.membership = membership;
    this.scheduler = requireNonNull(scheduler, "scheduler");
    keys = new KeyReader<>(BackendKey::parse, metrics);
    this.listener = requireNonNull(listener, "listener");
    reachability = new Reachability(membership);
  }

  /** Begins to follow the store. */
  public void open() {
    subscriptions.add(store.watch(BackendKey.PREFIX, scheduler, new StoreListener()));
    if (membership != null) {
      subscriptions.add(membership.subscribe(scheduler, members -> membersChanged()));
    }
  }

  private void membersChanged() {
    Set<VipKey> all = Set.copyOf(byVip.keySet());
    all.forEach(key -> news.noted(key, "other nodes live", 0));
    listener.accept(all);
  }

  /** Follows the store no more. */
  public void close() {
    subscriptions.forEach(Subscription::close);
    subscriptions.clear();
  }

  /** The back ends of a VIP now, sorted by endpoint; none for one that has none. */
  public Collection<Candidate> candidates(VipKey key) {
    SortedMap<HostPort, Map<NodeId, Stored>> endpoints = byVip.get(key);
    if (endpoints == null) {
      return List.of();
    }
    List<Candidate> candidates = new ArrayList<>(endpoints.size());
    for (Map.Entry<HostPort, Map<NodeId, Stored>> endpoint : endpoints.entrySet()) {
      Stored chosen = chosen(endpoint.getValue());
      candidates.add(
          new Candidate(
              backend(new Place(key, endpoint.getKey()), chosen),
              reachability.reaches(chosen.entry, chosen.state),
              chosen.entry.sinceMillis(),
              chosen.entry.zone(),
              chosen.entry.attributes()));
    }
    return candidates;
  }

  private static Stored chosen(Map<NodeId, Stored> writers) {
    return writers.values().stream().min(LIVING_WRITER_FIRST).orElseThrow();
  }

  private Backend backend(Place place, Stored stored) {
    Backend backend = stored.entry.backend();
    if (backend.state() != Backend.State.UP || !drained.test(place, stored.tasks(place))) {
      return backend;
    }
    return new Backend(
        backend.endpoint(), backend.node(), backend.weight(), Backend.State.DRAINING);
  }

  /** Whose the back end at this place is, as {@link io.dcosnet.lb.vip.TaskMark}s; may be empty. */
  public Set<String> tasks(Place place) {
    Map<NodeId, Stored> writers =
        byVip.getOrDefault(place.key(), Collections.emptySortedMap()).get(place.endpoint());
    return writers == null ? Set.of() : chosen(writers).tasks(place);
  }

  /** Where a task has back ends. */
  public Set<Place> places(String task) {
    return Set.copyOf(byTask.getOrDefault(task, Map.of()).keySet());
  }

  /** Tells that drains of these tasks changed. */
  public void drainsChanged(Set<String> tasks) {
    Set<VipKey> touched = new HashSet<>();
    for (String task : tasks) {
      byTask.getOrDefault(task, Map.of()).keySet().forEach(place -> touched.add(place.key()));
    }
    touched.forEach(key -> news.noted(key, "drained, or no more", 0));
    listener.accept(touched);
  }

  private void count(Place place, @Nullable Stored stored, int by) {
    if (stored == null) {
      return;
    }
    for (String task : stored.tasks(place)) {
      Map<Place, Integer> places = byTask.computeIfAbsent(task, t -> new HashMap<>());
      places.merge(place, by, (a, b) -> a + b == 0 ? null : a + b);
      if (places.isEmpty()) {
        byTask.remove(task);
      }
    }
  }

  private final class StoreListener implements ReplicatedStore.Listener {

    @Override
    public void snapshot(NavigableMap<String, Entry> entries) {
      Set<VipKey> touched = new HashSet<>(byVip.keySet());
      byVip.clear();
      byTask.clear();
      entries.values().forEach(entry -> put(entry, touched));
      listener.accept(touched);
    }

    @Override
    public void changed(List<Change<Entry>> changes) {
      Set<VipKey> touched = new HashSet<>();
      for (Change<Entry> change : changes) {
        Entry after = change.after();
        if (after == null) {
          remove(change.latest().key(), touched);
        } else {
          put(after, touched);
        }
        note(change);
      }
      listener.accept(touched);
    }

    private void note(Change<Entry> change) {
      Entry before = change.before();
      Entry after = change.after();
      BackendKey key = keys.read(change.latest().key());
      if (key == null) {
        return;
      }
      VipKey vip = key.place().key();
      if (after == null) {
        news.noted(vip, "back end taken back by " + key.writer(), 0);
      } else if (before != null && before.version().equals(after.version())) {
        news.noted(vip, "node " + key.writer() + " is " + after.ownerState(), 0);
      } else {
        Stored now = stored(key);
        news.noted(
            vip,
            "back end written by " + key.writer(),
            now == null ? 0 : now.entry.changedMillis());
      }
    }

    private @Nullable Stored stored(BackendKey key) {
      Map<HostPort, Map<NodeId, Stored>> endpoints = byVip.get(key.place().key());
      Map<NodeId, Stored> writers =
          endpoints == null ? null : endpoints.get(key.place().endpoint());
      return writers == null ? null : writers.get(key.writer());
    }

    private void put(Entry entry, Set<VipKey> touched) {
      BackendKey key = keys.read(entry.key());
      if (key == null) {
        return;
      }
      try {
        BackendEntry decoded = BackendEntry.decode(entry.value());
        if (!decoded.backend().endpoint().equals(key.place().endpoint())) {
          throw new DecodeException("endpoint: not that of the key", 0);
        }
        Stored stored = new Stored(decoded, key.writer(), entry.ownerState());
        Stored before =
            byVip
                .computeIfAbsent(key.place().key(), vip -> new TreeMap<>())
                .computeIfAbsent(key.place().endpoint(), endpoint -> new HashMap<>())
                .put(key.writer(), stored);
        count(key.place(), before, -1);
        count(key.place(), stored, 1);
        touched.add(key.place().key());
      } catch (DecodeException e) {
        keys.skip(entry.key(), e);
        remove(entry.key(), touched); // what it said before does not hold any more
      }
    }

    private void remove(String text, Set<VipKey> touched) {
      BackendKey key = keys.read(text);
      if (key == null) {
        return;
      }
      SortedMap<HostPort, Map<NodeId, Stored>> endpoints = byVip.get(key.place().key());
      if (endpoints == null) {
        return;
      }
      HostPort endpoint = key.place().endpoint();
      Map<NodeId, Stored> writers = endpoints.get(endpoint);
      Stored gone = writers == null ? null : writers.remove(key.writer());
      if (writers == null || gone == null) {
        return;
      }
      count(key.place(), gone, -1);
      touched.add(key.place().key());
      if (writers.isEmpty()) {
        endpoints.remove(endpoint);
      }
      if (endpoints.isEmpty()) {
        byVip.remove(key.place().key());
      }
    }
  }
}
