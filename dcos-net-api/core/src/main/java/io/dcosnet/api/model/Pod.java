// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.api.model;

import static java.util.Objects.requireNonNull;

import io.dcosnet.api.net.Protocol;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A group of containers that Marathon runs together, with its instances. <b>Immutable.</b>
 *
 * @param id absolute path, {@code /a/b}
 * @param version of the definition
 * @param labels by key, in key order
 * @param endpoints of all containers, in document order
 */
public record Pod(
    String id,
    String version,
    Status status,
    @Nullable Instant statusSince,
    Map<String, String> labels,
    List<Endpoint> endpoints,
    List<PodInstance> instances) {

  /** How the pod as a whole does. */
  public enum Status {
    DEGRADED,
    STABLE,
    TERMINAL,
    /** A status that is newer than this list. */
    UNKNOWN
  }

  /**
   * A port that a container defines. Pods have no service ports.
   *
   * @param container that it belongs to
   * @param containerPort null in host mode, 0 when it equals the host port
   * @param hostPort null when the node offers none, 0 when it comes from the offer
   * @param networkNames networks that it is reachable in; empty for all
   */
  public record Endpoint(
      String container,
      String name,
      @Nullable Integer containerPort,
      @Nullable Integer hostPort,
      Set<Protocol> protocols,
      Map<String, String> labels,
      List<String> networkNames) {
    public Endpoint {
      requireNonNull(container, "container");
      requireNonNull(name, "name");
      protocols = Set.copyOf(protocols);
      labels = App.sorted(labels);
      networkNames = List.copyOf(networkNames);
    }
  }

  public Pod {
    requireNonNull(id, "id");
    requireNonNull(version, "version");
    requireNonNull(status, "status");
    labels = App.sorted(labels);
    endpoints = List.copyOf(endpoints);
    instances = List.copyOf(instances);
  }
}
