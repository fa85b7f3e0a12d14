// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.api.model;

import static java.util.Objects.requireNonNull;

/**
 * A port of the node that leads to a port of a container. <b>Immutable.</b>
 *
 * @param hostPort 0-65535, 0 where none was given
 * @param containerPort 0-65535, 0 where none was given
 * @param protocol as the scheduler wrote it, {@code tcp} where it wrote nothing
 */
public record PortMapping(int hostPort, int containerPort, String protocol) {
  public PortMapping {
    requireNonNull(protocol, "protocol");
  }
}
