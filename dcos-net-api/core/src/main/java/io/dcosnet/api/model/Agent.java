// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.api.model;

import static java.util.Objects.requireNonNull;

import io.dcosnet.api.net.IpAddress;
import java.util.List;
import java.util.Map;

/**
 * A node that runs tasks. <b>Immutable.</b>
 *
 * @param hostname as it registered, may be an address in text
 * @param addresses of the node; empty while its host name is not resolved
 * @param port that it listens on, 0 when unknown
 * @param active false when it gets no more work
 * @param attributes that an operator gave it
 * @param region fault domain, empty when unknown
 * @param zone inside the region, empty when unknown
 */
public record Agent(
    String id,
    String hostname,
    List<IpAddress> addresses,
    int port,
    boolean active,
    Map<String, String> attributes,
    String region,
    String zone) {

  /** Port of a Mesos agent unless it was told otherwise. */
  public static final int DEFAULT_PORT = 5051;

  public Agent {
    requireNonNull(id, "id");
    requireNonNull(hostname, "hostname");
    addresses = List.copyOf(addresses);
    attributes = Map.copyOf(attributes);
    requireNonNull(region, "region");
    requireNonNull(zone, "zone");
  }

  /** An active agent at one address, on the default port. */
  public static Agent at(String id, IpAddress address) {
    return new Agent(
        id, address.toString(), List.of(address), DEFAULT_PORT, true, Map.of(), "", "");
  }

  /** This agent at other addresses. */
  public Agent withAddresses(List<IpAddress> newAddresses) {
    return new Agent(id, hostname, newAddresses, port, active, attributes, region, zone);
  }
}
