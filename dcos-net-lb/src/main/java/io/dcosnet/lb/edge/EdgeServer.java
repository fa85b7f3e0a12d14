// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.lb.edge;

import static java.util.Objects.requireNonNull;

import io.dcosnet.api.net.HostPort;

/**
 * One task as the edge reaches it. <b>Immutable.</b>
 *
 * <p>Name, id and cookie follow from host, address and port alone, as {@code
 * mesosphere/marathon-lb} makes them: they are the same on every edge and after every change, so
 * that a client with a cookie may come back through another edge.
 *
 * @param name unique in its service
 * @param id number unique in its service, 1-32766
 * @param task its id
 * @param drained true when it gets no new requests
 * @param startsUp true when it may get requests before a first probe went well
 * @param checkPort that is probed, 0 for its own
 */
public record EdgeServer(
    String name,
    int id,
    String cookie,
    String task,
    HostPort address,
    boolean drained,
    boolean startsUp,
    int checkPort) {
  public EdgeServer {
    requireNonNull(name, "name");
    requireNonNull(cookie, "cookie");
    requireNonNull(task, "task");
    requireNonNull(address, "address");
  }
}
