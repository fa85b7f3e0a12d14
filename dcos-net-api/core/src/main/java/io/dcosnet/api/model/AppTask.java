// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.api.model;

import static java.util.Objects.requireNonNull;

import io.dcosnet.api.net.IpAddress;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One running copy of an {@link App}, as Marathon tells it. <b>Immutable.</b>
 *
 * @param id opaque
 * @param agentId of its node, empty while it has none
 * @param host name or address of its node
 * @param ports of the node, by the index of the app's ports; empty while it does not run
 * @param servicePorts by the same index
 * @param addresses of its own; behind a bridge they answer on its node only
 * @param version of the app that it runs
 * @param health results of the app's health checks; empty as long as none has come
 */
public record AppTask(
    String id,
    String agentId,
    String host,
    TaskState state,
    List<Integer> ports,
    List<Integer> servicePorts,
    List<IpAddress> addresses,
    String version,
    @Nullable Instant stagedAt,
    @Nullable Instant startedAt,
    List<HealthResult> health) {

  /** What one health check found last. */
  public record HealthResult(boolean alive, int consecutiveFailures) {}

  public AppTask {
    requireNonNull(id, "id");
    requireNonNull(agentId, "agentId");
    requireNonNull(host, "host");
    requireNonNull(state, "state");
    ports = List.copyOf(ports);
    servicePorts = List.copyOf(servicePorts);
    addresses = List.copyOf(addresses);
    requireNonNull(version, "version");
    health = List.copyOf(health);
  }
}
