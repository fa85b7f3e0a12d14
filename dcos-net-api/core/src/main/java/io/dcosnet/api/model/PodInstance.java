// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.api.model;

import static java.util.Objects.requireNonNull;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One running copy of a {@link Pod}. <b>Immutable.</b>
 *
 * @param agentHostname name or address of its node, empty while it has none
 * @param agentId empty while it has none
 * @param region fault domain of its node, empty when unknown
 * @param zone inside the region, empty when unknown
 * @param specReference which version of the pod it runs
 */
public record PodInstance(
    String id,
    Status status,
    String agentHostname,
    String agentId,
    String region,
    String zone,
    List<NetworkInfo> networks,
    List<Container> containers,
    String specReference) {

  /** How the instance does. */
  public enum Status {
    PENDING,
    STAGING,
    STABLE,
    DEGRADED,
    TERMINAL,
    /** A status that is newer than this list. */
    UNKNOWN
  }

  /** A container of the instance. */
  public record Container(
      String name, TaskState state, String containerId, List<EndpointStatus> endpoints) {
    public Container {
      requireNonNull(name, "name");
      requireNonNull(state, "state");
      requireNonNull(containerId, "containerId");
      endpoints = List.copyOf(endpoints);
    }
  }

  /**
   * What became of a {@link Pod.Endpoint}.
   *
   * @param allocatedHostPort null when the node offers none
   * @param healthy null when no check has reported
   */
  public record EndpointStatus(
      String name, @Nullable Integer allocatedHostPort, @Nullable Boolean healthy) {
    public EndpointStatus {
      requireNonNull(name, "name");
    }
  }

  public PodInstance {
    requireNonNull(id, "id");
    requireNonNull(status, "status");
    requireNonNull(agentHostname, "agentHostname");
    requireNonNull(agentId, "agentId");
    requireNonNull(region, "region");
    requireNonNull(zone, "zone");
    networks = List.copyOf(networks);
    containers = List.copyOf(containers);
    requireNonNull(specReference, "specReference");
  }
}
