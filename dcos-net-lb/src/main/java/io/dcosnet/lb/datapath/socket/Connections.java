// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.lb.datapath.socket;

import io.dcosnet.api.net.HostPort;
import io.dcosnet.api.spi.TimeSource;
import io.dcosnet.lb.datapath.TrafficObserver;
import io.dcosnet.lb.internal.LbMetrics;
import io.dcosnet.lb.vip.VipTable;
import io.dcosnet.lb.vip.VipTable.Frontend;
import io.dcosnet.lb.vip.VipTable.Service;
import io.dcosnet.lb.vip.VipTable.Target;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Counts the connections that go on, and cuts those that may not. What tables change says at which
 * sockets it has to look for that.
 *
 * <p><b>Confined to</b> the thread of the path; {@link #active} may be read by all.
 */
final class Connections {

  private static final Logger LOGGER = LoggerFactory.getLogger(Connections.class);

  private final TimeSource time;
  private final TrafficObserver observer;
  private final LbMetrics metrics;
  private final Cutter cutter;
  private final Flows flows = new Flows();

  /** Back ends that had a connection at the last look, or got one since as far as is known. */
  private final Map<Frontend, Set<HostPort>> used = new HashMap<>();

  private Set<Flows.Place> over = Set.of();
  private Scope due = Scope.NONE;

  /** Where a connect may have been under way that was not counted yet, or a cut was refused. */
  private Scope again = Scope.NONE;

  /** By their cookies, those that the kernel did not cut when it was last asked. */
  private Set<Long> uncut = Set.of();

  Connections(TimeSource time, TrafficObserver observer, LbMetrics metrics, Cutter cutter) {
    this.time = time;
    this.observer = observer;
    this.metrics = metrics;
    this.cutter = cutter;
  }

  /** Open connections of a service at the last look. Any thread. */
  Map<HostPort, Integer> active(Frontend frontend) {
    return flows.active(frontend);
  }

  /**
   * Takes note of the back ends of a front end that may have a connection, before their counts go
   * with their slots. To list all sockets of a host takes much longer than to change a service, and
   * most changes are of services that hardly anybody uses.
   */
  void counted(Frontend frontend, Map<HostPort, Long> counts) {
    counts.forEach(
        (backend, count) -> {
          if (count > 0) {
            used.computeIfAbsent(frontend, f -> new HashSet<>()).add(backend);
          }
        });
  }

  /** A service changes: some of its connections may have to end, or get nothing new. */
  void changes(Service before, Service after) {
    Set<HostPort> seen = used.getOrDefault(before.frontend(), Set.of());
    Map<HostPort, Target> now = Targets.byPlace(after);
    Set<HostPort> taken = new HashSet<>();
    for (Target old : before.targets()) {
      Target target = now.get(old.endpoint());
      if (target == null
          || (old.takesNew() && !target.takesNew())
          || (Flows.keeps(old) && !Flows.keeps(target))) {
        taken.add(old.endpoint());
      }
    }
    again = again.plus(taken);
    if (!Collections.disjoint(taken, seen)) {
      due = due.plus(now.keySet()).plus(seen); // so that the counts of a service are of one moment
    }
  }

  /** A front end goes, with all connections to these. */
  void ends(Frontend frontend, Set<HostPort> backends) {
    again = again.plus(backends);
    due = due.plus(used.getOrDefault(frontend, Set.of()));
  }

  /** All are looked at. */
  void doubt() {
    due = Scope.ALL;
  }

  /** Looks where changes and the deadlines of this table make it worth while. */
  void look(OpenSockets sockets, VipTable table) {
    Set<Flows.Place> overNow = over(table);
    Set<HostPort> newlyOver = new HashSet<>();
    for (Flows.Place place : overNow) {
      if (!over.contains(place)) {
        newlyOver.add(place.backend());
      }
    }
    look(sockets, table, due.plus(newlyOver));
    due = Scope.NONE; // not before: what fails is done again
    over = overNow;
  }

  /** Looks once more where something may have been missed, and where somebody waits for an end. */
  void lookAgain(OpenSockets sockets, VipTable table) {
    Scope at = again.plus(flows.draining());
    again = Scope.NONE;
    look(sockets, table, at);
  }

  private Set<Flows.Place> over(VipTable table) {
    long now = time.nanos();
    Set<Flows.Place> places = new HashSet<>();
    for (Service service : table.services().values()) {
      for (Target target : service.targets()) {
        if (target.drainIsOver(now)) {
          places.add(new Flows.Place(service.frontend(), target.endpoint()));
        }
      }
    }
    return places;
  }

  private void look(OpenSockets sockets, VipTable table, Scope at) {
    if (at.isEmpty()) {
      return;
    }
    List<Carried> all = sockets.list(at);
    Targets targets = new Targets(table);
    Set<Carried> gone = new HashSet<>(Flows.doomed(all, targets, time.nanos()));
    gone.removeAll(cut(gone, at));
    List<Carried> left = all.stream().filter(each -> !gone.contains(each)).toList();
    Set<Flows.Place> ended =
        flows.note(left.stream().filter(Carried::isOpen).toList(), targets, at);
    used.values().forEach(backends -> backends.removeIf(at::contains));
    used.values().removeIf(Set::isEmpty);
    for (Carried each : left) {
      used.computeIfAbsent(each.frontend(), f -> new HashSet<>()).add(each.backend());
    }
    ended.forEach(place -> observer.drained(place.frontend(), place.backend()));
  }

  /**
   * Cuts what may not go on; returns what goes on all the same. New connections of its service are
   * served as they should, so that is no reason to call it not served; it is tried again until it
   * is done.
   */
  private Set<Carried> cut(Set<Carried> doomed, Scope at) {
    Cutter.Result result = doomed.isEmpty() ? new Cutter.Result(0, Map.of()) : cutter.cut(doomed);
    if (result.done() > 0) {
      metrics.kernelCuts(SocketDataPath.NAME).add(result.done());
    }
    Map<Carried, String> refused = result.refused();
    Set<Long> now = new HashSet<>();
    if (!at.all()) {
      now.addAll(uncut); // may be elsewhere
    }
    int fresh = 0;
    String words = "";
    for (Map.Entry<Carried, String> each : refused.entrySet()) {
      again = again.plus(Set.of(each.getKey().backend()));
      long cookie = each.getKey().socket().cookie();
      now.add(cookie);
      if (!uncut.contains(cookie)) {
        fresh++;
        words = each.getValue();
      }
    }
    if (fresh > 0) {
      metrics.kernelRefused(SocketDataPath.NAME).add(fresh);
      LOGGER.warn(
          "connections whose back end left go on, tried again each second; new={} first=\"{}\"",
          fresh,
          words);
    }
    uncut = Set.copyOf(now);
    return refused.keySet();
  }

  /** Counts those that are open. */
  long open(OpenSockets sockets, VipTable table) {
    List<Carried> open = sockets.list(Scope.ALL).stream().filter(Carried::isOpen).toList();
    Set<Flows.Place> unused = flows.note(open, new Targets(table), Scope.ALL);
    return flows.open();
  }

  /** Cuts all. */
  void cutAll(OpenSockets sockets) {
    Cutter.Result result = cutter.cut(sockets.list(Scope.ALL));
    metrics.kernelCuts(SocketDataPath.NAME).add(result.done());
    if (!result.refused().isEmpty()) {
      metrics.kernelRefused(SocketDataPath.NAME).add(result.refused().size());
      LOGGER.warn(
          "connections go on that should have ended count={} first=\"{}\"",
          result.refused().size(),
          result.refused().values().iterator().next());
    }
  }
}
