// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.overlay.apply;

import io.dcosnet.api.net.Cidr;
import io.dcosnet.linux.route.Route;

/** Where the kernel holds one route at most. <b>Immutable.</b> */
record Place(int table, Cidr destination, int metric) {

  /** What the kernel makes of no metric for IPv6. */
  static final int METRIC6 = 1024;

  /** That of all routes to a destination: of two, packets take the one with the lower metric. */
  Place anyMetric() {
    return new Place(table, destination, 0);
  }

  static Place of(Route route) {
    return new Place(route.table(), route.destination(), route.metric());
  }
}
