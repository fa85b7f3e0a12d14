// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.lb.edge;

import io.dcosnet.api.model.App;
import io.dcosnet.api.model.App.NetworkMode;
import io.dcosnet.api.model.AppTask;
import java.util.List;
import java.util.Set;

/**
 * An app as the edge sees it: a pair in two colours is one. <b>Immutable.</b>
 *
 * @param id that it goes by
 * @param app whose labels and ports count
 * @param tasks of all its halves
 * @param drained ids of tasks that get no new requests
 */
record EdgeApp(String id, App app, List<AppTask> tasks, Set<String> drained) {
  EdgeApp {
    tasks = List.copyOf(tasks);
    drained = Set.copyOf(drained);
  }

  static EdgeApp of(App app) {
    return new EdgeApp(app.id(), app, app.tasks(), Set.of());
  }

  /** That of the last network, as Marathon allows no mixture. */
  NetworkMode mode() {
    List<App.Network> networks = app.networks();
    return networks.isEmpty() ? NetworkMode.HOST : networks.get(networks.size() - 1).mode();
  }
}
