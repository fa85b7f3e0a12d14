// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.api.model;

import static java.util.Objects.requireNonNull;

import io.dcosnet.api.net.IpAddress;
import java.util.List;

/**
 * A scheduler that is registered with Mesos. <b>Immutable.</b>
 *
 * @param hostname of the scheduler, empty when unknown
 * @param addresses of the scheduler: of its pid, else of its host name once resolved
 * @param port of its pid, {@link #NO_PORT} when it has none (schedulers over HTTP)
 * @param connected false while the master waits for it to come back
 */
public record Framework(
    String id,
    String name,
    String hostname,
    List<IpAddress> addresses,
    int port,
    boolean active,
    boolean connected) {

  /** What {@link #port} says of a scheduler without one; 0 is a port that a pid may carry. */
  public static final int NO_PORT = -1;

  public Framework {
    requireNonNull(id, "id");
    requireNonNull(name, "name");
    requireNonNull(hostname, "hostname");
    addresses = List.copyOf(addresses);
  }

  /** A connected framework without an address. */
  public static Framework named(String id, String name) {
    return new Framework(id, name, "", List.of(), NO_PORT, true, true);
  }

  /** This framework at other addresses. */
  public Framework withAddresses(List<IpAddress> newAddresses) {
    return new Framework(id, name, hostname, newAddresses, port, active, connected);
  }

  /** This framework under another id. */
  public Framework withId(String newId) {
    return new Framework(newId, name, hostname, addresses, port, active, connected);
  }
}
