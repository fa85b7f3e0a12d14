// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.lb.datapath.choice;

import static java.util.Objects.requireNonNull;

import java.util.List;

/**
 * That another path carries new connections. <b>Immutable.</b>
 *
 * @param from the one that did before
 * @param to the one that does; the same when there was nothing to do
 * @param leaving paths that keep the connections that they have for a while
 */
public record Switched(String from, String to, List<String> leaving) {
  public Switched {
    requireNonNull(from, "from");
    requireNonNull(to, "to");
    leaving = List.copyOf(leaving);
  }
}
