// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.lb.edge;

import static java.util.Objects.requireNonNull;

import io.dcosnet.lb.edge.label.EdgeCode;
import io.dcosnet.lb.edge.label.EdgeDiagnostic;

/**
 * A virtual host and prefix of one app that no request reaches, since another app's rule is asked
 * first and takes them all. <b>Immutable.</b>
 *
 * @param app whose route it is
 * @param index of the port of that app
 * @param route host and prefix, as in {@code web.example.org/api}
 * @param by the app that gets the requests
 */
public record Shadow(String app, int index, String route, String by) {
  public Shadow {
    requireNonNull(app, "app");
    requireNonNull(route, "route");
    requireNonNull(by, "by");
  }

  EdgeDiagnostic toDiagnostic() {
    return new EdgeDiagnostic(
        app,
        "HAPROXY_" + index + "_VHOST",
        EdgeCode.EDGE_VHOST_SHADOWED,
        route + " is answered by " + by);
  }
}
