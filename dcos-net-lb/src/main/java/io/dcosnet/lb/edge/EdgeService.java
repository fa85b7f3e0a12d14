// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.lb.edge;

import static java.util.Objects.requireNonNull;

import io.dcosnet.lb.edge.label.PortLabels;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One port of an app (or of a pair in two colours) with the tasks behind it. <b>Immutable.</b>
 *
 * @param app its id, for a pair that of the pair
 * @param index of the port in the app, by which labels go
 * @param name unique among all services; letters, digits and {@code . _ - :} only
 * @param port that it claims, 1-65535
 * @param listens true when it owns that port
 * @param http false for TCP
 * @param check null when servers are not probed
 * @param servers by host and port; at least one
 */
public record EdgeService(
    String app,
    int index,
    String name,
    int port,
    boolean listens,
    boolean http,
    PortLabels labels,
    @Nullable ServerCheck check,
    List<EdgeServer> servers) {
  public EdgeService {
    requireNonNull(app, "app");
    requireNonNull(name, "name");
    requireNonNull(labels, "labels");
    servers = List.copyOf(servers);
  }

  EdgeService named(String newName, boolean owner) {
    return new EdgeService(app, index, newName, port, owner, http, labels, check, servers);
  }
}
