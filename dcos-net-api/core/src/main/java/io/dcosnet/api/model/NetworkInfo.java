// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.api.model;

import static java.util.Objects.requireNonNull;

import io.dcosnet.api.net.IpAddress;
import java.util.List;

/**
 * One network that a container is on. <b>Immutable.</b>
 *
 * @param name of the network, empty for the node's own
 * @param addresses of the container there, in the scheduler's order
 * @param portMappings of the node's ports into it
 */
public record NetworkInfo(
    String name, List<IpAddress> addresses, List<PortMapping> portMappings, Labels labels) {
  public NetworkInfo {
    requireNonNull(name, "name");
    addresses = List.copyOf(addresses);
    portMappings = List.copyOf(portMappings);
    requireNonNull(labels, "labels");
  }
}
