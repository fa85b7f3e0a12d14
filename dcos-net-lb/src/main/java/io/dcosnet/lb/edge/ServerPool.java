// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.lb.edge;

import io.dcosnet.api.model.App.NetworkMode;
import io.dcosnet.api.model.AppTask;
import io.dcosnet.api.model.AppTask.HealthResult;
import io.dcosnet.api.model.TaskState;
import io.dcosnet.api.net.HostPort;
import io.dcosnet.api.net.IpAddress;
import io.dcosnet.lb.edge.label.EdgeCode;
import io.dcosnet.lb.edge.label.EdgeDiagnostic;
import io.dcosnet.lb.internal.Shown;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Chooses the tasks of one app that get requests. <b>Confined to</b> one thread. */
final class ServerPool {

  /** More than a proxy handles well; the ids of servers are a small set as well. */
  static final int MAX_SERVERS = 10_000;

  private record Found(String host, AppTask task, HostPort place) {}

  private final EdgeApp app;
  private final EdgeOptions options;
  private final HostAddresses hosts;
  private final Map<String, Boolean> remembered;
  private final Consumer<EdgeDiagnostic> diagnostics;
  private final TaskPlaces places;

  /**
   * @param remembered what was last known of the health of tasks, by their ids
   */
  ServerPool(
      EdgeApp app,
      EdgeOptions options,
      HostAddresses hosts,
      Map<String, Boolean> remembered,
      Consumer<EdgeDiagnostic> diagnostics) {
    this.app = app;
    this.options = options;
    this.hosts = hosts;
    this.remembered = remembered;
    this.diagnostics = diagnostics;
    this.places = new TaskPlaces(app, options.preferIpv6(), hosts);
  }

  /** What is known of the health of a task: what it says now, else what it said before. */
  static @Nullable Boolean alive(AppTask task, Map<String, Boolean> remembered) {
    return task.health().isEmpty()
        ? remembered.get(task.id())
        : Boolean.valueOf(task.health().stream().anyMatch(HealthResult::alive));
  }

  /**
   * The servers of a service.
   *
   * @param indexes of the ports that it is made of
   * @param checkIndex whose port is probed, null for the one that is served
   */
  List<EdgeServer> servers(List<Integer> indexes, @Nullable Integer checkIndex) {
    SortedMap<HostPort, Found> byPlace = new TreeMap<>();
    for (AppTask task : app.tasks()) {
      if (gets(task)) {
        for (int index : indexes) {
          find(task, index, byPlace);
        }
      }
    }
    List<Found> ordered = new ArrayList<>(byPlace.values());
    ordered.sort(
        Comparator.comparing(Found::host)
            .thenComparing(found -> found.place().port())
            .thenComparing(Found::place));
    if (ordered.size() > MAX_SERVERS) {
      tell(EdgeCode.EDGE_TASK_NO_ADDRESS, ordered.size() + " tasks (served: " + MAX_SERVERS + ")");
      ordered = ordered.subList(0, MAX_SERVERS);
    }
    return named(ordered, checkIndex);
  }

  private void find(AppTask task, int index, SortedMap<HostPort, Found> byPlace) {
    places
        .place(task, index)
        .ifPresentOrElse(
            place -> byPlace.putIfAbsent(place, new Found(places.host(task, place), task, place)),
            () -> tellUnreachable(task, index));
  }

  private List<EdgeServer> named(List<Found> ordered, @Nullable Integer checkIndex) {
    ServerNames names = new ServerNames();
    List<EdgeServer> servers = new ArrayList<>();
    for (Found found : ordered) {
      String name = names.name(found.host(), found.place());
      servers.add(
          new EdgeServer(
              name,
              names.id(name),
              ServerNames.cookie(name),
              found.task().id(),
              found.place(),
              app.drained().contains(found.task().id()),
              app.app().healthChecks().isEmpty()
                  || Boolean.TRUE.equals(alive(found.task(), remembered)),
              places.checkPort(found.task(), checkIndex)));
    }
    return servers;
  }

  /** Tasks on nodes that cannot be reached stay: Marathon may be the one that is cut off. */
  private boolean gets(AppTask task) {
    boolean runs =
        task.state() == TaskState.RUNNING
            || task.state() == TaskState.LOST
            || task.state() == TaskState.UNREACHABLE;
    if (!runs || task.host().isEmpty()) {
      return false;
    }
    return !options.respectHealth()
        || app.app().healthChecks().isEmpty()
        || Boolean.TRUE.equals(alive(task, remembered));
  }

  private void tellUnreachable(AppTask task, int index) {
    boolean named =
        app.mode() != NetworkMode.CONTAINER && IpAddress.tryParse(task.host()).isEmpty();
    if (named && hosts.of(task.host()).isEmpty()) {
      tell(EdgeCode.EDGE_HOST_UNRESOLVED, "task " + task.id() + " on " + task.host());
    } else {
      tell(
          EdgeCode.EDGE_TASK_NO_ADDRESS,
          "task " + task.id() + " (expected: an address, and a port " + index + ")");
    }
  }

  private void tell(EdgeCode code, String detail) {
    diagnostics.accept(new EdgeDiagnostic(app.id(), "", code, Shown.plain(detail)));
  }
}
