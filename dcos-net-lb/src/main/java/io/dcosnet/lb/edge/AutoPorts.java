// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.lb.edge;

import io.dcosnet.lb.edge.EdgeOptions.PortRange;
import java.util.HashSet;
import java.util.OptionalInt;
import java.util.Set;

/**
 * Hands out service ports to apps that have none, by hashes, so that every edge gives the same ones
 * to the same apps ({@code mesosphere/marathon-lb}, service port assigner). <b>Confined to</b> one
 * thread.
 */
final class AutoPorts {

  private static final int TRIES = 50;

  private final PortRange range;
  private final Set<Integer> taken = new HashSet<>();

  AutoPorts(PortRange range) {
    this.range = range;
  }

  /** A port for one port of an app's tasks; empty when the range is used up. */
  OptionalInt assign(String app, int taskPort) {
    if (taken.size() >= range.size()) {
      return OptionalInt.empty();
    }
    for (int k = 0; k < TRIES; k++) {
      String head = Sha.hex1(app + "-" + taskPort + "-" + k).substring(0, 8);
      int port = range.first() + (int) (Long.parseLong(head, 16) % range.size());
      if (taken.add(port)) {
        return OptionalInt.of(port);
      }
    }
    int port = range.first();
    while (!taken.add(port)) {
      port++;
    }
    return OptionalInt.of(port);
  }
}
