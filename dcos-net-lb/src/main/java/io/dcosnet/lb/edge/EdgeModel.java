// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.lb.edge;

import io.dcosnet.api.model.App;
import io.dcosnet.api.model.AppTask;
import io.dcosnet.lb.edge.label.EdgeCode;
import io.dcosnet.lb.edge.label.EdgeDiagnostic;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Which requests reach which tasks: what the labels of all apps come to, at one moment.
 *
 * <p>The same apps in any order, with the same options, hosts and last model, give an equal model
 * on every edge. What an app asks for and does not get is told in {@link #diagnostics}; it never
 * touches another app.
 *
 * <p>Inherited behaviour: {@code mesosphere/marathon-lb}, where {@code docs/edge.md} does not say
 * otherwise. <b>Immutable.</b>
 */
public final class EdgeModel {

  private final SortedMap<String, App> apps;
  private final EdgeOptions options;
  private final HostAddresses hosts;
  private final List<EdgeService> services;
  private final RouteList plain;
  private final RouteList tls;
  private final TlsSets tlsSets;
  private final SortedMap<String, EdgeService> byAppId;
  private final List<Shadow> shadows;
  private final List<EdgeDiagnostic> diagnostics;
  private final Map<String, Boolean> health;

  private EdgeModel(
      SortedMap<String, App> apps,
      EdgeOptions options,
      HostAddresses hosts,
      List<EdgeService> services,
      Map<String, Boolean> health,
      Collection<EdgeDiagnostic> found) {
    this.apps = apps;
    this.options = options;
    this.hosts = hosts;
    this.services = List.copyOf(services);
    this.health = Map.copyOf(health);
    this.plain = RouteList.of(services, options, false);
    this.tls = RouteList.of(services, options, true);
    this.tlsSets = TlsSets.of(services, options);
    this.byAppId = Collections.unmodifiableSortedMap(firstOfApps(services));
    this.shadows = hiddenEverywhere(services, plain, tls);
    Set<EdgeDiagnostic> all = new LinkedHashSet<>(found);
    shadows.forEach(shadow -> all.add(shadow.toDiagnostic()));
    this.diagnostics = List.copyOf(all);
  }

  /**
   * The model for these apps.
   *
   * @param previous the model before, which decides who keeps a port, what is served where labels
   *     became unusable, and what is known of tasks whose health is not told; null for none
   */
  public static EdgeModel of(
      Collection<App> apps,
      EdgeOptions options,
      HostAddresses hosts,
      @Nullable EdgeModel previous) {
    return build(apps, options, hosts, previous, null);
  }

  private static EdgeModel build(
      Collection<App> apps,
      EdgeOptions options,
      HostAddresses hosts,
      @Nullable EdgeModel previous,
      @Nullable String tried) {
    Set<EdgeDiagnostic> found = new LinkedHashSet<>();
    SortedMap<String, App> byId = byId(apps, options, found);
    Map<String, Boolean> health =
        health(byId.values(), previous == null ? Map.of() : previous.health);
    LastGood lastGood = previous == null ? LastGood.NONE : LastGood.of(previous.services);
    ServiceReader reader = new ServiceReader(options, hosts, lastGood, health, found::add);
    List<EdgeService> services = new ArrayList<>();
    for (EdgeApp app : Colours.merged(byId.values(), found::add)) {
      services.addAll(reader.services(app, app.app().id().equals(tried)));
    }
    return new EdgeModel(
        byId,
        options,
        hosts,
        PortOwners.decide(services, options, lastGood, found::add),
        health,
        found);
  }

  private static SortedMap<String, App> byId(
      Collection<App> apps, EdgeOptions options, Set<EdgeDiagnostic> found) {
    SortedMap<String, App> byId = new TreeMap<>();
    for (App app : apps) {
      if (isOwn(app, options)) {
        continue;
      }
      if (byId.putIfAbsent(app.id(), app) != null) {
        found.add(new EdgeDiagnostic(app.id(), "", EdgeCode.EDGE_APP_TWICE, "listed again"));
      }
    }
    return byId;
  }

  private static boolean isOwn(App app, EdgeOptions options) {
    String own = options.ownApp();
    return !own.isEmpty() && app.id().equals(own.startsWith("/") ? own : "/" + own);
  }

  private static Map<String, Boolean> health(
      Collection<App> apps, Map<String, Boolean> remembered) {
    Map<String, Boolean> health = new TreeMap<>();
    for (App app : apps) {
      for (AppTask task : app.tasks()) {
        Boolean alive = app.healthChecks().isEmpty() ? null : ServerPool.alive(task, remembered);
        if (alive != null) {
          health.put(task.id(), alive);
        }
      }
    }
    return health;
  }

  /** Of the HTTP ports of an app the one with the lowest number is reached by its id. */
  private static SortedMap<String, EdgeService> firstOfApps(List<EdgeService> services) {
    SortedMap<String, EdgeService> first = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);
    for (EdgeService service : services) {
      if (service.http()) {
        first.putIfAbsent(service.app(), service);
      }
    }
    return first;
  }

  private static List<Shadow> hiddenEverywhere(
      List<EdgeService> services, RouteList plain, RouteList tls) {
    Set<String> notPlain = new HashSet<>();
    Shadows.of(plain).forEach(shadow -> notPlain.add(shadow.app() + " " + shadow.index()));
    for (EdgeService service : services) {
      if (service.labels().redirectToHttps()) {
        notPlain.add(service.app() + " " + service.index()); // it is served over TLS only
      }
    }
    return Shadows.of(tls).stream()
        .filter(shadow -> notPlain.contains(shadow.app() + " " + shadow.index()))
        .distinct()
        .toList();
  }

  /** All services, in the order of app ids and ports. */
  public List<EdgeService> services() {
    return services;
  }

  /** The rules for requests by virtual host over plain HTTP. */
  public RouteList plainRoutes() {
    return plain;
  }

  /** The rules for requests by virtual host over TLS. */
  public RouteList tlsRoutes() {
    return tls;
  }

  /** Certificates and options of virtual hosts that have their own. */
  public TlsSets tlsSets() {
    return tlsSets;
  }

  /** The service that an app's id leads to; keys are compared without regard to case. */
  public SortedMap<String, EdgeService> byAppId() {
    return byAppId;
  }

  public EdgeOptions options() {
    return options;
  }

  /** Routes that no request reaches, over TLS and without. */
  public List<Shadow> shadows() {
    return shadows;
  }

  /** What apps asked for and did not get. */
  public List<EdgeDiagnostic> diagnostics() {
    return diagnostics;
  }

  /** What a request meets, without any proxy being asked. */
  public EdgeExplanation explain(EdgeRequest request) {
    return new Explainer(this).explain(request);
  }

  /**
   * What would be wrong if this app was deployed now, in place of one of its id: what it would not
   * get, and what others would lose. Its tasks need not run yet.
   */
  public List<EdgeDiagnostic> check(App app) {
    List<App> others = new ArrayList<>(apps.values());
    others.removeIf(other -> other.id().equals(app.id()));
    others.add(app);
    EdgeModel after = build(others, options, hosts, this, app.id());
    Set<EdgeDiagnostic> before = new HashSet<>(diagnostics);
    return after.diagnostics.stream()
        .filter(one -> one.app().equals(app.id()) || !before.contains(one))
        .toList();
  }

  /** A digest of all that requests meet: edges with the same digest answer alike. */
  public String digest() {
    StringBuilder all = new StringBuilder();
    plain.routes().forEach(rule -> all.append(rule).append('\n'));
    services.forEach(service -> all.append(service).append('\n'));
    return Sha.hex256(all.toString());
  }
}
