// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.api.model;

import static java.util.Objects.requireNonNull;

import java.util.List;

/**
 * What a task runs in (Mesos' ContainerInfo). <b>Immutable.</b>
 *
 * @param networks that the task asked for; their port mappings count for the type MESOS
 * @param dockerPortMappings those of the type DOCKER
 */
public record Container(
    Type type, List<NetworkInfo> networks, List<PortMapping> dockerPortMappings) {

  /** Which containerizer runs it. */
  public enum Type {
    MESOS,
    DOCKER,
    /** A type that is newer than this list. */
    UNKNOWN
  }

  public Container {
    requireNonNull(type, "type");
    networks = List.copyOf(networks);
    dockerPortMappings = List.copyOf(dockerPortMappings);
  }
}
