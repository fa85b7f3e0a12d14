// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.lb;

import io.dcosnet.api.event.Subscription;
import io.dcosnet.api.net.HostPort;
import io.dcosnet.api.net.NodeId;
import io.dcosnet.api.spi.Scheduler;
import io.dcosnet.api.store.ReplicatedStore;
import io.dcosnet.lb.datapath.DataPath;
import io.dcosnet.lb.datapath.TrafficObserver;
import io.dcosnet.lb.exchange.Verdicts;
import io.dcosnet.lb.internal.LbMetrics;
import io.dcosnet.lb.vip.VipBackend.Place;
import io.dcosnet.lb.vip.VipTable;
import io.dcosnet.lb.vip.VipTable.Frontend;
import io.dcosnet.lb.vip.VipTable.Service;
import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Tells the other nodes whom this one has ejected, and finds back ends that at least a third of the
 * nodes which use them have ejected.
 *
 * <p>Who uses a back end cannot be known of all at all times. So a node that hears of an ejection
 * by another one, and has a connection to that back end after it, says that it trusts it. Nodes
 * have {@link #SETTLE} to do so before a back end is called suspect.
 *
 * <p><b>Confined to</b> the scheduler, but for what the data path tells.
 */
final class Suspects {

  /** How long a suspicion must hold before it is told. */
  static final Duration SETTLE = Duration.ofSeconds(10);

  private static final Logger LOGGER = LoggerFactory.getLogger(Suspects.class);

  private final ReplicatedStore store;
  private final Scheduler scheduler;
  private final Supplier<VipTable> table;
  private final Consumer<Suspicion> listener;
  private final LbMetrics metrics;
  private final Verdicts verdicts;
  private final Map<Place, Scheduler.Timer> settling = new HashMap<>();
  private final Set<Place> suspect = new HashSet<>();
  private Set<Place> ejected = Set.of();
  // Those that others have ejected, and that this node has not said anything of.
  private final Set<Place> questioned = ConcurrentHashMap.newKeySet();
  private @Nullable Subscription observing;
  private volatile long suspects;
  private boolean closed;

  /**
   * @param table that is served now
   * @param listener of the host; may throw
   */
  Suspects(
      ReplicatedStore store,
      Scheduler scheduler,
      Supplier<VipTable> table,
      Consumer<Suspicion> listener,
      LbMetrics metrics) {
    this.store = store;
    this.scheduler = scheduler;
    this.table = table;
    this.listener = listener;
    this.metrics = metrics;
    verdicts = new Verdicts(Verdicts.EJECTED, store, scheduler, metrics, this::changed);
  }

  void open(DataPath dataPath) {
    metrics.suspects(() -> suspects);
    verdicts.open();
    observing = dataPath.observe(new Traffic());
  }

  void close() {
    closed = true;
    if (observing != null) {
      observing.close();
    }
    settling.values().forEach(Scheduler.Timer::cancel);
    verdicts.close();
  }

  /** Takes whom this node has ejected now. */
  void ejected(Set<Place> places) {
    if (places.equals(ejected)) {
      return;
    }
    Set<Place> before = ejected;
    ejected = Set.copyOf(places);
    for (Place place : before) {
      if (!ejected.contains(place)) {
        verdicts.say(place, null);
        question(place);
      }
    }
    for (Place place : ejected) {
      if (!before.contains(place)) {
        verdicts.say(place, false);
      }
    }
  }

  private void changed(Set<Place> places) {
    for (Place place : places) {
      question(place);
      weigh(place);
    }
    suspects = suspect.size();
  }

  /** Looks for traffic to what others have ejected; what nobody ejects any more needs no word. */
  private void question(Place place) {
    Set<NodeId> others = new HashSet<>(verdicts.saying(place, false));
    others.remove(store.localNode());
    boolean own = ejected.contains(place);
    if (others.isEmpty()) {
      if (!own && verdicts.said().containsKey(place)) {
        verdicts.say(place, null);
      }
      questioned.remove(place);
    } else if (!own && !verdicts.said().containsKey(place)) {
      questioned.add(place);
    }
  }

  private void weigh(Place place) {
    boolean now = isSuspect(place);
    Scheduler.Timer settles = settling.get(place);
    if (now && settles == null && !suspect.contains(place)) {
      settling.put(place, scheduler.schedule(SETTLE, () -> settled(place)));
    } else if (!now && settles != null) {
      settles.cancel();
      settling.remove(place);
    } else if (!now && suspect.remove(place)) {
      LOGGER.info("suspect no more vip=\"{}\" backend={}", place.key(), place.endpoint());
      tell(place, false);
    }
  }

  private boolean isSuspect(Place place) {
    int against = verdicts.saying(place, false).size();
    return against > 0 && 3 * against >= against + verdicts.saying(place, true).size();
  }

  private void settled(Place place) {
    settling.remove(place);
    if (closed || !isSuspect(place)) {
      return;
    }
    suspect.add(place);
    suspects = suspect.size();
    LOGGER.warn(
        "suspect vip=\"{}\" backend={} ejected={} trusted={} (look after its task)",
        place.key(),
        place.endpoint(),
        verdicts.saying(place, false).size(),
        verdicts.saying(place, true).size());
    tell(place, true);
  }

  private void tell(Place place, boolean holds) {
    try {
      listener.accept(
          Suspicion.of(place, holds, verdicts.saying(place, false), verdicts.saying(place, true)));
    } catch (RuntimeException e) {
      LOGGER.error("a listener of suspects failed; it hears of the next one all the same", e);
    }
  }

  private void trust(Place place) {
    Set<NodeId> others = new HashSet<>(verdicts.saying(place, false));
    others.remove(store.localNode());
    if (!closed && !others.isEmpty() && !ejected.contains(place)) {
      verdicts.say(place, true);
    }
  }

  /** Comes on the threads that carry the traffic. */
  private final class Traffic implements TrafficObserver {
    @Override
    public void connected(Frontend frontend, HostPort backend, long nanos) {
      if (questioned.isEmpty()) {
        return; // as nearly always
      }
      Service service = table.get().services().get(frontend);
      Place place = service == null ? null : new Place(service.key(), backend);
      // Once for each question, so that nothing is posted for the connections that follow.
      if (place != null && questioned.remove(place)) {
        scheduler.execute(() -> trust(place));
      }
    }
  }
}
