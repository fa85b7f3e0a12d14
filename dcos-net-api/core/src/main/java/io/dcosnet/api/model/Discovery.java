// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.api.model;

import static java.util.Objects.requireNonNull;

import java.util.List;

/**
 * How a task wants to be found (Mesos' DiscoveryInfo). <b>Immutable.</b>
 *
 * @param name instead of the task's name; empty when it gives none
 * @param visibility {@code FRAMEWORK}, {@code CLUSTER}, {@code EXTERNAL}, or empty
 */
public record Discovery(String name, String visibility, List<Port> ports, Labels labels) {

  /**
   * A port that the task names.
   *
   * @param number 0-65535, 0 where the task has none to tell; what it counts (node or container) is
   *     in the label {@code network-scope}
   * @param name empty when it has none
   * @param protocol as the scheduler wrote it, empty when it wrote none
   */
  public record Port(int number, String name, String protocol, Labels labels) {
    public Port {
      requireNonNull(name, "name");
      requireNonNull(protocol, "protocol");
      requireNonNull(labels, "labels");
    }
  }

  public Discovery {
    requireNonNull(name, "name");
    requireNonNull(visibility, "visibility");
    ports = List.copyOf(ports);
    requireNonNull(labels, "labels");
  }
}
