// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.lb.exchange;

import static java.util.Objects.requireNonNull;

import io.dcosnet.api.DecodeException;
import io.dcosnet.api.model.TaskKey;
import io.dcosnet.api.net.NodeId;
import io.dcosnet.api.spi.Scheduler;
import io.dcosnet.api.store.ReplicatedStore;
import io.dcosnet.api.store.ReplicatedStore.Entry;
import io.dcosnet.api.vip.Backend;
import io.dcosnet.lb.internal.LbMetrics;
import io.dcosnet.lb.vip.TaskMark;
import io.dcosnet.lb.vip.VipBackend;
import io.dcosnet.lb.vip.VipBackend.Place;
import java.time.Duration;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Writes this node's back ends to the store, each one only when it changed. The first change is
 * written at once; those that follow within {@link #INTERVAL} go together at its end.
 *
 * <p>An entry is deleted when its task has ended, and others take it for that. A back end that goes
 * while its task runs, as an agent may be out of reach or a framework may get another name, is told
 * as draining for a while first.
 *
 * <p>Entries of an earlier run of this node count as written, so a restart writes only what
 * differs.
 *
 * <p><b>Confined to</b> the scheduler.
 */
public final class BackendPublisher {

  /** Least time between two rounds of writes. */
  public static final Duration INTERVAL = Duration.ofMillis(100);

  private static final Logger LOGGER = LoggerFactory.getLogger(BackendPublisher.class);

  private final ReplicatedStore store;
  private final Scheduler scheduler;
  private final Predicate<VipBackend> onWriter;
  private final Duration leave;
  private final OwnEntries entries;

  private final Map<Place, VipBackend> wanted = new HashMap<>();
  // Those whose tasks run on, with the timers that end them.
  private final Map<Place, Scheduler.Timer> leaving = new HashMap<>();
  private final Map<String, Integer> names = new HashMap<>();
  private final Map<Place, BackendEntry> written = new HashMap<>();
  // With the Unix time at which the oldest change that is not written yet came.
  private final Map<Place, Long> dirty = new LinkedHashMap<>();
  private Scheduler.@Nullable Timer timer;
  private long quietUntil;
  private boolean wroteOnce;
  private boolean closed;

  /**
   * A publisher that has written nothing yet.
   *
   * @param onWriter tells back ends whose task runs on this node
   * @param leave how long one drains that goes while its task runs
   */
  public BackendPublisher(
      ReplicatedStore store,
      Scheduler scheduler,
      Predicate<VipBackend> onWriter,
      Duration leave,
      LbMetrics metrics) {
    this.store = requireNonNull(store, "store");
    this.scheduler = requireNonNull(scheduler, "scheduler");
    this.onWriter = requireNonNull(onWriter, "onWriter");
    this.leave = requireNonNull(leave, "leave");
    entries = new OwnEntries(store, scheduler, requireNonNull(metrics, "metrics"));
  }

  /** Learns what this node wrote before; what is not set again is removed by {@link #settle}. */
  public void recall() {
    NodeId self = store.localNode();
    for (Entry entry : entries.recall(BackendKey.PREFIX)) {
      try {
        BackendKey key = BackendKey.parse(entry.key());
        if (key.writer().equals(self)) {
          written.put(key.place(), BackendEntry.decode(entry.value()));
        }
      } catch (DecodeException e) {
        LOGGER.warn("own entry {} is unreadable and stays: {}", entry.key(), e.getMessage());
      }
    }
  }

  /** Sets the back end at a place; null when there is none any more, as its task has ended. */
  public void set(Place place, @Nullable VipBackend backend) {
    Scheduler.Timer left = leaving.remove(place);
    if (left != null) {
      left.cancel();
    }
    put(place, backend);
  }

  /** Takes away the back end at a place although its task runs. */
  public void leave(Place place) {
    VipBackend last = wanted.get(place);
    if (last == null || leaving.containsKey(place) || closed) {
      return;
    }
    Backend was = last.backend();
    Backend draining =
        new Backend(was.endpoint(), was.node(), was.weight(), Backend.State.DRAINING);
    put(place, new VipBackend(last.key(), draining, last.zone(), last.attributes(), last.tasks()));
    leaving.put(place, scheduler.schedule(leave, () -> set(place, null)));
  }

  /** Tells that tasks have ended: what they left while they ran goes at once. */
  public void ended(Collection<TaskKey> tasks) {
    if (leaving.isEmpty() || tasks.isEmpty()) {
      return;
    }
    Set<String> over = new HashSet<>();
    tasks.forEach(task -> over.add(TaskMark.of(task)));
    for (Place place : Set.copyOf(leaving.keySet())) {
      VipBackend left = wanted.get(place);
      if (left == null || over.containsAll(left.tasks())) {
        set(place, null);
      }
    }
  }

  private void put(Place place, @Nullable VipBackend backend) {
    VipBackend before = backend == null ? wanted.remove(place) : wanted.put(place, backend);
    place.key().vipName().ifPresent(name -> count(name, before, backend));
    touch(place);
    flushSoon();
  }

  private void count(String name, @Nullable VipBackend before, @Nullable VipBackend now) {
    int by = (now == null ? 0 : 1) - (before == null ? 0 : 1);
    names.merge(name, by, (a, b) -> a + b == 0 ? null : a + b);
    names.remove(name, 0);
  }

  /** Whether a back end of this name is to be written by this node. */
  public boolean publishes(String name) {
    return names.containsKey(name);
  }

  private void touch(Place place) {
    dirty.putIfAbsent(place, scheduler.time().wallMillis());
  }

  /** Tells that everything there is has been set: what else is in the store under our name goes. */
  public void settle() {
    for (Place place : written.keySet()) {
      if (!wanted.containsKey(place)) {
        touch(place);
      }
    }
    flushSoon();
  }

  /** Writes no more. What is written stays: the tasks run on. */
  public void close() {
    closed = true;
    entries.close();
    leaving.values().forEach(Scheduler.Timer::cancel);
    if (timer != null) {
      timer.cancel();
    }
  }

  private void flushSoon() {
    if (timer != null || closed || dirty.isEmpty()) {
      return;
    }
    long left = wroteOnce ? quietUntil - scheduler.time().nanos() : 0;
    // Through the scheduler also at once, so that one update with many places is one round.
    timer = scheduler.schedule(Duration.ofNanos(Math.max(0, left)), this::flush);
  }

  private void flush() {
    timer = null;
    if (closed) {
      return;
    }
    Map<Place, Long> round = new LinkedHashMap<>(dirty);
    dirty.clear();
    long wallMillis = scheduler.time().wallMillis();
    round.forEach((place, changedMillis) -> write(place, wallMillis, changedMillis));
    wroteOnce = true;
    quietUntil = scheduler.time().nanos() + INTERVAL.toNanos();
  }

  private void write(Place place, long wallMillis, long changedMillis) {
    VipBackend backend = wanted.get(place);
    BackendEntry before = written.get(place);
    String key = new BackendKey(place, store.localNode()).toString();
    if (backend == null) {
      if (before != null) {
        written.remove(place);
        entries.delete(key);
      }
      return;
    }
    long since =
        before != null && before.backend().state() == backend.backend().state()
            ? before.sinceMillis()
            : wallMillis;
    BackendEntry now = BackendEntry.of(backend, onWriter.test(backend), since, changedMillis);
    if (now.saysTheSameAs(before)) {
      return;
    }
    if (entries.put(key, now.encode())) {
      written.put(place, now);
    }
  }
}
