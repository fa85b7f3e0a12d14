// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.api.model;

import static java.util.Objects.requireNonNull;

/**
 * A port of the node that leads to a port of a container. <b>Immutable.</b>
 *
 * @param hostPort 1-65535
 * @param containerPort 1-65535
 * @param protocol as the scheduler wrote it, {@code tcp} where it wrote nothing
 */
public record PortMapping(int hostPort, int containerPort, String protocol) {
  public PortMapping {
    requireNonNull(protocol, "protocol");
  }
}
