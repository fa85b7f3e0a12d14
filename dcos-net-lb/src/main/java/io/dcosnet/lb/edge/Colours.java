// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.lb.edge;

import io.dcosnet.api.model.App;
import io.dcosnet.api.model.AppTask;
import io.dcosnet.lb.edge.label.Deployment;
import io.dcosnet.lb.edge.label.EdgeCode;
import io.dcosnet.lb.edge.label.EdgeDiagnostic;
import io.dcosnet.lb.internal.Shown;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Makes one app of the two halves of a deployment in two colours, and works out which tasks of the
 * old half are done. The arithmetic is that of {@code mesosphere/marathon-lb} and its {@code
 * zdd.py}, whose deployments depend on it.
 */
final class Colours {

  private record Half(App app, Deployment deployment) {
    Instant scaledAt() {
      return Objects.requireNonNullElse(app.lastScalingAt(), Instant.MIN);
    }
  }

  private Colours() {}

  /**
   * The apps with each pair as one.
   *
   * @param apps in the order of their ids
   */
  static List<EdgeApp> merged(Collection<App> apps, Consumer<EdgeDiagnostic> diagnostics) {
    List<EdgeApp> merged = new ArrayList<>();
    Map<String, List<Half>> groups = new TreeMap<>();
    for (App app : apps) {
      Deployment deployment = Deployment.read(app.id(), app.labels(), diagnostics);
      if (deployment == null) {
        merged.add(EdgeApp.of(app));
      } else {
        groups
            .computeIfAbsent(deployment.group(), group -> new ArrayList<>())
            .add(new Half(app, deployment));
      }
    }
    Set<String> own = merged.stream().map(EdgeApp::id).collect(Collectors.toSet());
    groups.forEach(
        (group, halves) ->
            merged.addAll(
                own.contains(group)
                    ? pretenders(group, halves, diagnostics)
                    : group(group, halves, diagnostics)));
    merged.sort(Comparator.comparing(EdgeApp::id));
    return merged;
  }

  /** An app that has the id itself must not lose it to others that only call themselves so. */
  private static List<EdgeApp> pretenders(
      String group, List<Half> halves, Consumer<EdgeDiagnostic> diagnostics) {
    for (Half half : halves) {
      refuse(half, "an app has the id " + Shown.plain(group) + " itself", diagnostics);
    }
    return halves.stream().map(half -> EdgeApp.of(half.app())).toList();
  }

  private static void refuse(Half half, String detail, Consumer<EdgeDiagnostic> diagnostics) {
    diagnostics.accept(
        new EdgeDiagnostic(
            half.app().id(),
            "HAPROXY_DEPLOYMENT_GROUP",
            EdgeCode.EDGE_DEPLOYMENT_INVALID,
            detail + " (this one goes by its own id)"));
  }

  private static List<EdgeApp> group(
      String group, List<Half> halves, Consumer<EdgeDiagnostic> diagnostics) {
    if (halves.size() == 1) {
      App app = halves.get(0).app();
      return List.of(new EdgeApp(group, app, app.tasks(), Set.of()));
    }
    List<Half> byAge = new ArrayList<>(halves);
    // Of two that started together the one listed later counts as old.
    Collections.reverse(byAge);
    byAge.sort(Comparator.comparing(half -> half.deployment().startedAt()));
    List<EdgeApp> made = new ArrayList<>();
    for (Half extra : byAge.subList(0, byAge.size() - 2)) {
      refuse(extra, halves.size() + " apps of one group", diagnostics);
      made.add(EdgeApp.of(extra.app()));
    }
    made.add(pair(group, byAge.get(byAge.size() - 2), byAge.get(byAge.size() - 1)));
    return made;
  }

  private static EdgeApp pair(String group, Half earlier, Half later) {
    Integer hybrid = later.deployment().newInstances();
    boolean swapped =
        hybrid != null && hybrid != 0 && later.scaledAt().isBefore(earlier.scaledAt());
    Half old = swapped ? later : earlier;
    Half young = swapped ? earlier : later;
    List<String> oldTasks = old.app().tasks().stream().map(AppTask::id).sorted().toList();
    int count = drained(old.app(), young.app(), target(young.deployment()));
    return new EdgeApp(
        group,
        old.app(),
        Stream.concat(old.app().tasks().stream(), young.app().tasks().stream()).toList(),
        oldTasks.stream().limit(count).collect(Collectors.toSet()));
  }

  private static int target(Deployment young) {
    Integer target = young.targetInstances();
    return young.newInstances() == null || target == null ? 1 : target;
  }

  /** How many tasks of the old half are done. */
  private static int drained(App old, App young, int target) {
    long healthy =
        young.healthChecks().isEmpty()
            ? young.instances()
            : young.tasks().stream()
                .filter(task -> task.health().stream().anyMatch(AppTask.HealthResult::alive))
                .count();
    long beyond = Math.max(0, healthy + old.instances() - target);
    return (int) Math.max(0, Math.min(old.tasks().size(), Math.min(healthy, beyond)));
  }
}
