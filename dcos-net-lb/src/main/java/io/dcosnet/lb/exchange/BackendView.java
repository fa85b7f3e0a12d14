// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.lb.exchange;

import static java.util.Objects.requireNonNull;

import io.dcosnet.api.DecodeException;
import io.dcosnet.api.event.Change;
import io.dcosnet.api.event.Subscription;
import io.dcosnet.api.net.HostPort;
import io.dcosnet.api.spi.Member;
import io.dcosnet.api.spi.Membership;
import io.dcosnet.api.spi.Scheduler;
import io.dcosnet.api.store.ReplicatedStore;
import io.dcosnet.api.store.ReplicatedStore.Entry;
import io.dcosnet.api.vip.Backend;
import io.dcosnet.api.vip.VipKey;
import io.dcosnet.lb.exchange.BackendIndex.Stored;
import io.dcosnet.lb.internal.LbMetrics;
import io.dcosnet.lb.vip.Candidate;
import io.dcosnet.lb.vip.Reach;
import io.dcosnet.lb.vip.ReachPolicy;
import io.dcosnet.lb.vip.VipBackend.Place;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Objects;
import java.util.Set;
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

  /** What other sources than the writers of entries know of back ends. */
  @FunctionalInterface
  public interface Limit {

    /**
     * The best state that it may have.
     *
     * @param tasks whose the back end is
     */
    Backend.State best(Place place, Set<String> tasks);

    /**
     * Whether checks find that it does not work. It drains for that, unless too little of its VIP
     * would be left.
     */
    default boolean fails(Place place) {
      return false;
    }

    /** With less of the weight of a VIP passing its checks, in percent, they are not heeded. */
    default int leastPassing() {
      return 0;
    }
  }

  /** Who has just joined is told of all members at once; this allows for one lost exchange. */
  private static final Duration SETTLING = Duration.ofSeconds(10);

  private final ReplicatedStore store;
  private final KeyReader<BackendKey> keys;
  private final @Nullable Membership membership;
  private final Reachability reachability;
  private final Scheduler scheduler;
  private final Limit limit;
  private final News news;
  private final Consumer<Set<VipKey>> listener;

  private final BackendIndex index = new BackendIndex();
  private final Map<VipKey, Set<HostPort>> ended = new HashMap<>();
  private final Set<VipKey> unheeded = new HashSet<>();
  private final List<Subscription> subscriptions = new ArrayList<>();
  private Scheduler.@Nullable Timer settling;

  /**
   * A view that follows nothing yet.
   *
   * @param membership null where there is none
   * @param listener gets the keys whose candidates may have changed
   */
  public BackendView(
      ReplicatedStore store,
      @Nullable Membership membership,
      ReachPolicy policy,
      Scheduler scheduler,
      LbMetrics metrics,
      Consumer<Set<VipKey>> listener) {
    this(
        store,
        membership,
        policy,
        scheduler,
        metrics,
        (place, tasks) -> Backend.State.UP,
        (key, why, at) -> {},
        listener);
  }

  /**
   * A view that follows nothing yet.
   *
   * @param membership null where there is none
   * @param limit what else is known of back ends
   * @param listener gets the keys whose candidates may have changed
   */
  public BackendView(
      ReplicatedStore store,
      @Nullable Membership membership,
      ReachPolicy policy,
      Scheduler scheduler,
      LbMetrics metrics,
      Limit limit,
      News news,
      Consumer<Set<VipKey>> listener) {
    this.news = requireNonNull(news, "news");
    this.limit = requireNonNull(limit, "limit");
    this.store = requireNonNull(store, "store");
    this.membership = membership;
    this.scheduler = requireNonNull(scheduler, "scheduler");
    keys = new KeyReader<>(BackendKey::parse, metrics);
    this.listener = requireNonNull(listener, "listener");
    reachability = new Reachability(policy, address -> !index.at(address).isEmpty());
  }

  /** Begins to follow the store. */
  public void open() {
    subscriptions.add(store.watch(BackendKey.PREFIX, scheduler, new StoreListener()));
    if (membership != null) {
      reachability.listen();
      reachability.begin(membership.members()); // before the first table
      settleSoon(membership.members());
      subscriptions.add(membership.subscribe(scheduler, this::membersChanged));
    }
  }

  /** As long as there is nobody else, this node may be the one that does not get through. */
  private void settleSoon(Collection<Member> known) {
    if (settling == null
        && membership != null
        && known.stream()
            .anyMatch(each -> each.state().lives() && !each.id().equals(membership.local().id()))) {
      settling = scheduler.schedule(SETTLING, this::settle);
    }
  }

  private void settle() {
    if (reachability.settle()) {
      Set<VipKey> touched = index.keys();
      touched.forEach(key -> news.noted(key, "all members are known by now", 0));
      listener.accept(touched);
    }
  }

  private void membersChanged(List<Change<Member>> changes) {
    settleSoon(changes.stream().map(Change::after).filter(Objects::nonNull).toList());
    Reachability.Touched where = reachability.update(changes);
    Set<VipKey> touched = new HashSet<>();
    if (where.everywhere()) {
      touched.addAll(index.keys());
    }
    where.addresses().forEach(address -> touched.addAll(index.at(address)));
    where.nodes().forEach(node -> touched.addAll(index.ofOwner(node)));
    if (!touched.isEmpty() || where.everywhere()) {
      String why = where.everywhere() ? "most nodes are dead, or no more" : "other nodes live";
      touched.forEach(key -> news.noted(key, why, 0));
      listener.accept(touched);
    }
  }

  /** Whether so many nodes look dead that no more are taken out for it. */
  public boolean isGuarding() {
    return reachability.isGuarding();
  }

  /** Follows the store no more. */
  public void close() {
    subscriptions.forEach(Subscription::close);
    subscriptions.clear();
    if (settling != null) {
      settling.cancel();
    }
  }

  /** The back ends of a VIP now, sorted by endpoint; none for one that has none. */
  public Collection<Candidate> candidates(VipKey key) {
    Map<HostPort, Stored> there = index.of(key);
    boolean heedsChecks = heedsChecks(key, there);
    List<Candidate> candidates = new ArrayList<>();
    there.forEach(
        (endpoint, stored) ->
            candidates.add(
                new Candidate(
                    backend(new Place(key, endpoint), stored, heedsChecks),
                    reach(stored),
                    stored.entry().sinceMillis(),
                    stored.entry().zone(),
                    stored.entry().attributes())));
    return candidates;
  }

  private Reach reach(Stored stored) {
    return reachability.of(stored.entry(), stored.writer(), stored.state());
  }

  /** VIPs of which so much fails its checks that they are not heeded, a live view. */
  public Set<VipKey> unheeded() {
    return Collections.unmodifiableSet(unheeded);
  }

  private boolean heedsChecks(VipKey key, Map<HostPort, Stored> there) {
    long all = 0;
    long passing = 0;
    for (Map.Entry<HostPort, Stored> one : there.entrySet()) {
      Place place = new Place(key, one.getKey());
      Stored stored = one.getValue();
      Backend told = stored.entry().backend();
      boolean counts =
          told.takesNew()
              && reach(stored).isUsable()
              && limit.best(place, stored.tasks(place)) == Backend.State.UP;
      all += counts ? told.weight() : 0;
      passing += counts && !limit.fails(place) ? told.weight() : 0;
    }
    boolean heeds = passing == all || passing * 100 >= all * limit.leastPassing();
    if (heeds ? unheeded.remove(key) : unheeded.add(key)) {
      news.noted(key, heeds ? "checks are heeded again" : "too few pass their checks", 0);
    }
    return heeds;
  }

  /**
   * Which back ends of a VIP have gone, since this was asked last, as their tasks ended: a living
   * node took them back. What goes for another reason is told as draining for a while before.
   */
  public Set<HostPort> takeEnded(VipKey key) {
    Set<HostPort> taken = ended.remove(key);
    return taken == null ? Set.of() : taken;
  }

  private Backend backend(Place place, Stored stored, boolean heedsChecks) {
    Backend told = stored.entry().backend();
    Backend.State best = limit.best(place, stored.tasks(place));
    if (heedsChecks && limit.fails(place) && best == Backend.State.UP) {
      best = Backend.State.DRAINING;
    }
    return told.state().compareTo(best) >= 0
        ? told
        : new Backend(told.endpoint(), told.node(), told.weight(), best);
  }

  /** All that is told of the back ends of a VIP, sorted by endpoint, then by writer. */
  public List<ToldBackend> told(VipKey key) {
    List<ToldBackend> all = new ArrayList<>();
    index.each(
        key,
        (place, stored) ->
            all.add(
                new ToldBackend(
                    stored.entry(),
                    stored.writer(),
                    stored.state(),
                    stored.equals(index.at(place)),
                    reach(stored),
                    limit.best(place, stored.tasks(place)),
                    limit.fails(place))));
    return all;
  }

  /** Whose the back end at this place is, as {@link io.dcosnet.lb.vip.TaskMark}s; may be empty. */
  public Set<String> tasks(Place place) {
    Stored stored = index.at(place);
    return stored == null ? Set.of() : stored.tasks(place);
  }

  /** Where a task has back ends. */
  public Set<Place> places(String task) {
    return Set.copyOf(index.places(task));
  }

  /** Tells that drains of these tasks changed. */
  public void drainsChanged(Set<String> tasks) {
    Set<VipKey> touched = new HashSet<>();
    for (String task : tasks) {
      index.places(task).forEach(place -> touched.add(place.key()));
    }
    touched.forEach(key -> news.noted(key, "drained, or no more", 0));
    listener.accept(touched);
  }

  /** Tells that these back ends work now, or do so no more. */
  public void checksChanged(Set<Place> places) {
    Set<VipKey> touched = new HashSet<>();
    places.forEach(place -> touched.add(place.key()));
    touched.forEach(key -> news.noted(key, "checks found another state", 0));
    listener.accept(touched);
  }

  private final class StoreListener implements ReplicatedStore.Listener {

    @Override
    public void snapshot(NavigableMap<String, Entry> entries) {
      Set<VipKey> touched = index.keys();
      Map<VipKey, Map<HostPort, Stored>> before = new HashMap<>();
      touched.forEach(key -> before.put(key, index.of(key)));
      index.clear();
      for (Entry entry : entries.values()) {
        BackendKey key = keys.read(entry.key());
        if (key != null) {
          put(key, entry, touched);
        }
      }
      before.forEach(
          (key, places) ->
              places.forEach((endpoint, stored) -> gone(new Place(key, endpoint), stored)));
      listener.accept(touched);
    }

    @Override
    public void changed(List<Change<Entry>> changes) {
      Set<VipKey> touched = new HashSet<>();
      for (Change<Entry> change : changes) {
        Entry after = change.after();
        BackendKey key = keys.read(change.latest().key());
        if (key == null) {
          continue;
        }
        if (after == null) {
          Stored gone = remove(key, touched);
          if (gone != null) {
            gone(key.place(), gone);
          }
        } else {
          put(key, after, touched);
        }
        note(key, change);
      }
      listener.accept(touched);
    }

    /** Only who lives can tell that a task has ended; what the store collects may run on. */
    private void gone(Place place, Stored last) {
      if (last.state().lives() && index.at(place) == null) {
        ended.computeIfAbsent(place.key(), key -> new HashSet<>()).add(place.endpoint());
      }
    }

    private void note(BackendKey key, Change<Entry> change) {
      Entry before = change.before();
      Entry after = change.after();
      VipKey vip = key.place().key();
      if (after == null) {
        news.noted(vip, "back end taken back by " + key.writer(), 0);
      } else if (before != null && before.version().equals(after.version())) {
        news.noted(vip, "node " + key.writer() + " is " + after.ownerState(), 0);
      } else {
        Stored now = index.by(key.writer(), key.place());
        news.noted(
            vip,
            "back end written by " + key.writer(),
            now == null ? 0 : now.entry().changedMillis());
      }
    }

    private void put(BackendKey key, Entry entry, Set<VipKey> touched) {
      try {
        BackendEntry decoded = BackendEntry.decode(entry.value());
        if (!decoded.backend().endpoint().equals(key.place().endpoint())) {
          throw new DecodeException("endpoint: not that of the key", 0);
        }
        index.put(key.place(), new Stored(decoded, key.writer(), entry.ownerState()));
        touched.add(key.place().key());
      } catch (DecodeException e) {
        keys.skip(entry.key(), e);
        remove(key, touched); // what it said before does not hold any more
      }
    }

    private @Nullable Stored remove(BackendKey key, Set<VipKey> touched) {
      Stored gone = index.remove(key.place(), key.writer());
      if (gone != null) {
        touched.add(key.place().key());
      }
      return gone;
    }
  }
}
