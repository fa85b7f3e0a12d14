// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.lb.datapath.proxy;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

/**
 * The connections of one listener on one event loop.
 *
 * <p><b>Confined to</b> that event loop, except for {@link #each}.
 */
final class Lane {

  private final ProxyLoop loop;
  // Each knows its place in here, so that it leaves without a search.
  private final List<ProxyConnection> connections = new ArrayList<>();

  Lane(ProxyLoop loop) {
    this.loop = loop;
  }

  ProxyLoop loop() {
    return loop;
  }

  void add(ProxyConnection connection) {
    connection.place(connections.size());
    connections.add(connection);
    loop.opened();
  }

  void remove(ProxyConnection connection) {
    ProxyConnection last = connections.remove(connections.size() - 1);
    if (last != connection) {
      last.place(connection.place());
      connections.set(connection.place(), last);
    }
    loop.closed();
  }

  /** Does something with each connection, soon. Comes from anywhere. */
  void each(Consumer<ProxyConnection> work) {
    if (!loop.events().isShuttingDown()) { // then each learns of it from its socket
      loop.events().execute(() -> List.copyOf(connections).forEach(work));
    }
  }
}
