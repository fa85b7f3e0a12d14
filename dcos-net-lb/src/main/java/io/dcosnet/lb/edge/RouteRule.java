// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.lb.edge;

import static java.util.Objects.requireNonNull;

import io.dcosnet.lb.edge.label.PathRule;
import io.dcosnet.lb.edge.label.Vhost;
import java.util.Locale;

/**
 * That requests for a service's virtual hosts and paths are its. <b>Immutable.</b>
 *
 * @param anyPort true when a port in the Host header does not count
 */
public record RouteRule(EdgeService service, boolean anyPort) {
  public RouteRule {
    requireNonNull(service, "service");
  }

  public PathRule path() {
    return service.labels().path();
  }

  /** True when one of the virtual hosts of this kind is asked for. */
  boolean isFor(AskedHost host, boolean wildcard) {
    String name = anyPort ? host.name() : host.whole();
    for (Vhost vhost : service.labels().vhosts()) {
      if (vhost.wildcard() == wildcard && vhost.matches(name)) {
        return true;
      }
    }
    return false;
  }

  /**
   * What a request calls the host that it is for. <b>Immutable.</b>
   *
   * @param whole in lower case, as sent
   * @param name without a port
   */
  record AskedHost(String whole, String name) {
    static AskedHost of(String header) {
      String whole = header.toLowerCase(Locale.ROOT);
      int colon = whole.indexOf(':');
      return new AskedHost(whole, colon < 0 ? whole : whole.substring(0, colon));
    }
  }
}
