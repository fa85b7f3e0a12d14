// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.lb.exchange;

import static java.util.Objects.requireNonNull;

import io.dcosnet.api.DecodeException;
import io.dcosnet.api.event.Change;
import io.dcosnet.api.event.Subscription;
import io.dcosnet.api.net.NodeId;
import io.dcosnet.api.spi.Scheduler;
import io.dcosnet.api.store.ReplicatedStore;
import io.dcosnet.api.store.ReplicatedStore.Entry;
import io.dcosnet.lb.internal.LbMetrics;
import io.dcosnet.lb.vip.VipBackend.Place;
import java.time.Duration;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What nodes make of back ends, as they tell each other: entries {@code <kind>/<vip>/<back
 * end>/<writer>}, each with one word, good or not. The word of a node that does not live counts no
 * more.
 *
 * <p>Own words are written only when they change, in at most one round a second.
 *
 * <p><b>Confined to</b> the scheduler, on which the listener is called too.
 */
public final class Verdicts {

  /** That this node ejected a back end, or trusts one that others ejected. */
  public static final String EJECTED = "lb/ejected/";

  /** What a node found that checks a back end. */
  public static final String CHECKED = "lb/checked/";

  /** Most words of one node; what is beyond is not told and counted. */
  public static final int MAX_TOLD = 10_000;

  /** Most words of all nodes that are followed; further ones wait for room and are counted. */
  public static final int MAX_FOLLOWED = 131_072;

  /** Least time between two rounds of writes. */
  public static final Duration INTERVAL = Duration.ofSeconds(1);

  private static final Logger LOGGER = LoggerFactory.getLogger(Verdicts.class);

  private record Key(Place place, NodeId writer) {

    static Key parse(String prefix, String text) {
      int last = text.lastIndexOf('/');
      if (last < prefix.length()) {
        throw new DecodeException(
            "key: \"" + text + "\" (expected: " + prefix + "<vip>/<back end>/<writer>)", 0);
      }
      Place place = BackendKey.place(text.substring(prefix.length(), last));
      return new Key(place, NodeId.parse(text.substring(last + 1)));
    }
  }

  private record Word(boolean good, boolean counts) {}

  private final ReplicatedStore store;
  private final String prefix;
  private final Scheduler scheduler;
  private final LbMetrics metrics;
  private final Consumer<Set<Place>> listener;
  private final KeyReader<Key> keys;
  private final OwnEntries own;
  private final int most;

  private final Map<Place, Map<NodeId, Word>> words = new HashMap<>();
  private int followed;
  private boolean someLeftOut;
  private Scheduler.@Nullable Timer reading;
  private final Map<Place, Boolean> wanted = new HashMap<>();
  private final Map<Place, Boolean> written = new HashMap<>();
  private final Set<Place> dirty = new HashSet<>();
  private @Nullable Subscription subscription;
  private Scheduler.@Nullable Timer timer;
  private long quietUntil;
  private boolean wroteOnce;
  private boolean closed;

  /**
   * Follows nothing yet.
   *
   * @param kind {@link #EJECTED} or {@link #CHECKED}
   * @param listener gets the places of which somebody may say something else now
   */
  public Verdicts(
      String kind,
      ReplicatedStore store,
      Scheduler scheduler,
      LbMetrics metrics,
      Consumer<Set<Place>> listener) {
    this(kind, store, scheduler, metrics, listener, MAX_FOLLOWED);
  }

  /** One that follows fewer words. */
  Verdicts(
      String kind,
      ReplicatedStore store,
      Scheduler scheduler,
      LbMetrics metrics,
      Consumer<Set<Place>> listener,
      int most) {
    this.most = most;
    this.prefix = requireNonNull(kind, "kind");
    this.store = requireNonNull(store, "store");
    this.scheduler = requireNonNull(scheduler, "scheduler");
    this.metrics = requireNonNull(metrics, "metrics");
    this.listener = requireNonNull(listener, "listener");
    keys = new KeyReader<>(text -> Key.parse(kind, text), metrics);
    own = new OwnEntries(store, scheduler, metrics);
  }

  /** Begins to follow the store, and takes back what an earlier run said. */
  public void open() {
    for (Entry entry : own.recall(prefix)) {
      Key key = keys.read(entry.key());
      if (key != null && key.writer.equals(store.localNode())) {
        try {
          written.put(key.place, VerdictEntry.decode(entry.value()).good());
        } catch (DecodeException e) {
          keys.skip(entry.key(), e);
        }
        dirty.add(key.place);
      }
    }
    subscription = store.watch(prefix, scheduler, new StoreListener());
    flushSoon();
  }

  /** Takes everything back that this node said, and follows the store no more. */
  public void close() {
    closed = true;
    if (timer != null) {
      timer.cancel();
    }
    if (reading != null) {
      reading.cancel();
    }
    if (subscription != null) {
      subscription.close();
    }
    written.keySet().forEach(place -> own.delete(key(place)));
    own.close();
  }

  // What this node says

  /** Says this of a back end; null for nothing any more. */
  public void say(Place place, @Nullable Boolean good) {
    if (good == null) {
      wanted.remove(place);
    } else if (wanted.size() < MAX_TOLD || wanted.containsKey(place)) {
      wanted.put(place, good);
    } else {
      metrics.rejected("VERDICT_TOO_MANY").increment();
      return;
    }
    dirty.add(place);
    flushSoon();
  }

  /** What this node says, a live view. */
  public Map<Place, Boolean> said() {
    return Collections.unmodifiableMap(wanted);
  }

  private void flushSoon() {
    if (timer != null || closed || dirty.isEmpty()) {
      return;
    }
    long left = wroteOnce ? quietUntil - scheduler.time().nanos() : 0;
    timer = scheduler.schedule(Duration.ofNanos(Math.max(0, left)), this::flush);
  }

  private void flush() {
    timer = null;
    wroteOnce = true;
    quietUntil = scheduler.time().nanos() + INTERVAL.toNanos();
    for (Place place : Set.copyOf(dirty)) {
      Boolean good = wanted.get(place);
      if (good == null && written.remove(place) != null) {
        own.delete(key(place));
      } else if (good != null && !good.equals(written.put(place, good))) {
        own.put(key(place), new VerdictEntry(good, scheduler.time().wallMillis()).encode());
      }
    }
    dirty.clear();
  }

  private String key(Place place) {
    return prefix + BackendKey.text(place) + "/" + store.localNode();
  }

  // What all say

  /** The living nodes that say this of a back end, sorted. */
  public Set<NodeId> saying(Place place, boolean good) {
    Map<NodeId, Boolean> nodes = new TreeMap<>();
    words
        .getOrDefault(place, Map.of())
        .forEach(
            (node, word) -> {
              if (word.counts && word.good == good) {
                nodes.put(node, good);
              }
            });
    return Collections.unmodifiableSet(nodes.keySet());
  }

  /** The back ends that anybody says anything of, a live view. */
  public Set<Place> places() {
    return Collections.unmodifiableSet(words.keySet());
  }

  private final class StoreListener implements ReplicatedStore.Listener {

    @Override
    public void snapshot(NavigableMap<String, Entry> entries) {
      Set<Place> touched = new HashSet<>(words.keySet());
      words.clear();
      followed = 0;
      someLeftOut = false;
      entries.values().forEach(entry -> put(entry, touched));
      listener.accept(touched);
    }

    /** Takes those that found no room before, in one go for all the room that came meanwhile. */
    private void readLeftOut() {
      reading = null;
      if (closed || followed >= most) {
        return;
      }
      someLeftOut = false;
      Set<Place> touched = new HashSet<>();
      for (Entry entry : store.view(prefix).values()) {
        put(entry, touched);
      }
      listener.accept(touched);
    }

    @Override
    public void changed(List<Change<Entry>> changes) {
      Set<Place> touched = new HashSet<>();
      for (Change<Entry> change : changes) {
        Entry after = change.after();
        if (after != null) {
          put(after, touched);
        } else {
          Key key = keys.read(change.latest().key());
          if (key != null) {
            remove(key, touched);
          }
        }
      }
      listener.accept(touched);
    }

    private void put(Entry entry, Set<Place> touched) {
      Key key = keys.read(entry.key());
      if (key == null) {
        return;
      }
      try {
        boolean good = VerdictEntry.decode(entry.value()).good();
        Map<NodeId, Word> there = words.getOrDefault(key.place, Map.of());
        if (followed >= most && !there.containsKey(key.writer)) {
          someLeftOut = true;
          metrics.rejected("VERDICT_TOO_MANY").increment();
          LOGGER.debug("verdict {} waits for room: more than {}", entry.key(), most);
          return;
        }
        boolean counts = entry.ownerState().lives() && key.writer.equals(entry.owner());
        Map<NodeId, Word> all = words.computeIfAbsent(key.place, place -> new HashMap<>());
        if (all.put(key.writer, new Word(good, counts)) == null) {
          followed++;
        }
        touched.add(key.place);
      } catch (DecodeException e) {
        keys.skip(entry.key(), e);
        remove(key, touched); // what it said before does not hold any more
      }
    }

    private void remove(Key key, Set<Place> touched) {
      Map<NodeId, Word> all = words.get(key.place);
      if (all != null && all.remove(key.writer) != null) {
        followed--;
        if (someLeftOut && reading == null) {
          reading = scheduler.schedule(INTERVAL, this::readLeftOut);
        }
        touched.add(key.place);
        if (all.isEmpty()) {
          words.remove(key.place);
        }
      }
    }
  }
}
