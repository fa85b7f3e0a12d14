// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.lb;

import io.dcosnet.api.net.NodeId;
import io.dcosnet.api.net.Protocol;
import io.dcosnet.api.spi.Scheduler;
import io.dcosnet.api.store.ReplicatedStore;
import io.dcosnet.api.vip.Backend;
import io.dcosnet.lb.check.CheckLoop;
import io.dcosnet.lb.check.CheckRules;
import io.dcosnet.lb.check.Checkers;
import io.dcosnet.lb.check.Probe;
import io.dcosnet.lb.check.Probe.Subject;
import io.dcosnet.lb.exchange.Verdicts;
import io.dcosnet.lb.internal.LbMetrics;
import io.dcosnet.lb.vip.Check;
import io.dcosnet.lb.vip.VipBackend.Place;
import io.dcosnet.lb.vip.VipTable;
import io.dcosnet.lb.vip.VipTable.Service;
import io.dcosnet.lb.vip.VipTable.Target;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.Supplier;
import java.util.random.RandomGenerator;

/**
 * Active checks: tries those back ends that are this node's to try, tells the others of what does
 * not work, and knows what they found. A back end is down when more than half of those who try it
 * say so; who says nothing has nothing against it.
 *
 * <p><b>Confined to</b> the scheduler.
 */
final class Checks {

  private final ReplicatedStore store;
  private final Supplier<Set<NodeId>> nodes;
  private final Consumer<Set<Place>> changed;
  private final LbMetrics metrics;
  private final Verdicts verdicts;
  private final Checkers checkers;
  private final CheckLoop loop;
  private final Set<Place> down = new HashSet<>();
  private Map<Place, Subject> checked = Map.of();
  private VipTable followed = VipTable.EMPTY;
  private volatile long downCount;

  /**
   * @param nodes load balancers that live now
   * @param changed gets the places that are down now, or no more
   */
  Checks(
      CheckRules rules,
      Probe probe,
      ReplicatedStore store,
      Supplier<Set<NodeId>> nodes,
      Scheduler scheduler,
      RandomGenerator random,
      LbMetrics metrics,
      Consumer<Set<Place>> changed) {
    this.store = store;
    this.nodes = nodes;
    this.changed = changed;
    this.metrics = metrics;
    verdicts = new Verdicts(Verdicts.CHECKED, store, scheduler, metrics, this::heard);
    checkers = new Checkers(rules.checkers());
    loop =
        new CheckLoop(
            rules,
            probe,
            scheduler,
            random,
            metrics,
            (place, good) -> verdicts.say(place, good ? null : Boolean.FALSE));
  }

  void open() {
    metrics.checkedDown(() -> downCount);
    verdicts.open();
  }

  void close() {
    loop.close();
    verdicts.close();
  }

  /** Whether those who try it find that it does not work. */
  boolean isDown(Place place) {
    return down.contains(place);
  }

  /** Tries what this table asks for; to be called now and then too, as nodes come and go. */
  void follow(VipTable table) {
    if (!table.equals(followed)) {
      followed = table;
      checked = checkedOf(table);
    }
    if (checked.isEmpty()) {
      loop.follow(Map.of());
      return;
    }
    checkers.follow(checked.keySet(), nodes.get());
    NodeId self = store.localNode();
    Map<Place, Subject> mine = new HashMap<>();
    checked.forEach(
        (place, subject) -> {
          if (checkers.of(place).contains(self)) {
            mine.put(place, subject);
          }
        });
    loop.follow(mine);
    heard(Set.copyOf(verdicts.places())); // it may take fewer now
  }

  private Map<Place, Subject> checkedOf(VipTable table) {
    Map<Place, Subject> places = new HashMap<>();
    for (Service service : table.services().values()) {
      Check check = service.options().check();
      if (check.kind() == Check.Kind.NONE || service.key().protocol() != Protocol.TCP) {
        continue;
      }
      for (Target target : service.targets()) {
        Place place = new Place(service.key(), target.endpoint());
        boolean lasts = target.drainDeadlineNanos() == Target.NEVER;
        if (lasts && (target.state() == Backend.State.UP || down.contains(place))) {
          places.put(place, new Subject(target.endpoint(), check, service.options().proxyHeader()));
        }
      }
    }
    return places;
  }

  /** Only the word of those counts who are to try it. */
  private void heard(Set<Place> places) {
    int each = Math.max(1, checkers.each() == 0 ? nodes.get().size() : checkers.each());
    Set<Place> touched = new HashSet<>();
    for (Place place : places) {
      Set<NodeId> failing = verdicts.saying(place, false);
      long against = checkers.of(place).stream().filter(failing::contains).count();
      boolean now = 2 * against > each;
      if (now ? down.add(place) : down.remove(place)) {
        touched.add(place);
      }
    }
    downCount = down.size();
    if (!touched.isEmpty()) {
      changed.accept(touched);
    }
  }
}
