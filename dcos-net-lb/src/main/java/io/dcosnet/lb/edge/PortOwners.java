// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.lb.edge;

import io.dcosnet.lb.edge.label.EdgeCode;
import io.dcosnet.lb.edge.label.EdgeDiagnostic;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Gives each port one owner: who held it before keeps it, else the smallest app id has it. Two
 * listeners on one port would share its connections at random.
 */
final class PortOwners {

  private PortOwners() {}

  /** The services in the order of app ids and ports, with names, each listening or not. */
  static List<EdgeService> decide(
      List<EdgeService> services,
      EdgeOptions options,
      LastGood lastGood,
      Consumer<EdgeDiagnostic> diagnostics) {
    List<EdgeService> sorted = new ArrayList<>(services);
    sorted.sort(
        Comparator.comparing(EdgeService::app)
            .thenComparing(EdgeService::port)
            .thenComparing(EdgeService::index));
    Map<Integer, EdgeService> owners = owners(sorted, options, lastGood);
    ServiceNames names = new ServiceNames();
    List<EdgeService> decided = new ArrayList<>();
    for (EdgeService service : sorted) {
      EdgeService owner = owners.get(service.port());
      boolean listens = service.equals(owner);
      decided.add(service.named(names.name(service), listens));
      if (!listens) {
        diagnostics.accept(lost(service, owner));
      }
    }
    return decided;
  }

  private static Map<Integer, EdgeService> owners(
      List<EdgeService> sorted, EdgeOptions options, LastGood lastGood) {
    Map<Integer, EdgeService> owners = new HashMap<>();
    for (EdgeService service : sorted) {
      if (!options.ports().contains(service.port())) {
        owners.merge(
            service.port(),
            service,
            (first, other) ->
                lastGood.owned(other.port(), other.app())
                        && !lastGood.owned(first.port(), first.app())
                    ? other
                    : first);
      }
    }
    return owners;
  }

  private static EdgeDiagnostic lost(EdgeService service, @Nullable EdgeService owner) {
    return new EdgeDiagnostic(
        service.app(),
        service.labels().port() == null ? "" : "HAPROXY_" + service.index() + "_PORT",
        owner == null ? EdgeCode.EDGE_PORT_RESERVED : EdgeCode.EDGE_PORT_CLASH,
        "port "
            + service.port()
            + (owner == null ? " belongs to the edge" : " belongs to " + owner.app()));
  }
}
