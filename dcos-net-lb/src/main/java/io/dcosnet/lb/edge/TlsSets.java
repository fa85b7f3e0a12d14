// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.lb.edge;

import io.dcosnet.lb.edge.label.Vhost;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Which certificates and TLS options each virtual host has, where they may differ. A client that
 * was let in by the options of one name must not reach what another name protects better.
 * <b>Immutable.</b>
 *
 * @param byVhost those of virtual hosts that have some of their own
 */
public record TlsSets(Map<Vhost, TlsSet> byVhost) {

  /**
   * What a name shows and asks for.
   *
   * @param certificates files, those of the edge when empty
   * @param options words of a listener
   */
  public record TlsSet(List<String> certificates, List<String> options) {
    /** That of the edge. */
    public static final TlsSet DEFAULT = new TlsSet(List.of(), List.of());

    public TlsSet {
      certificates = List.copyOf(certificates);
      options = List.copyOf(options);
    }
  }

  public TlsSets {
    byVhost = Collections.unmodifiableMap(new LinkedHashMap<>(byVhost));
  }

  static TlsSets of(List<EdgeService> services, EdgeOptions options) {
    Map<Vhost, TlsSet> sets = new LinkedHashMap<>();
    if (options.tlsByVhost()) {
      for (EdgeService service : services) {
        TlsSet own =
            new TlsSet(service.labels().certificates(), service.labels().bindOptions().tls());
        if (service.http() && !own.equals(TlsSet.DEFAULT)) {
          service.labels().vhosts().forEach(vhost -> sets.putIfAbsent(vhost, own));
        }
      }
    }
    return new TlsSets(sets);
  }

  /** The set of a name, which is in lower case; that of the edge for names without one. */
  public TlsSet of(String name) {
    TlsSet exact = byVhost.get(new Vhost(name, false));
    if (exact != null) {
      return exact;
    }
    int dot = name.indexOf('.');
    TlsSet wildcard = dot < 0 ? null : byVhost.get(new Vhost(name.substring(dot + 1), true));
    return wildcard == null ? TlsSet.DEFAULT : wildcard;
  }
}
