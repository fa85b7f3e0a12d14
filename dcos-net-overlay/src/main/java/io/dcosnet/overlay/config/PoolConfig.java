// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.overlay.config;

import static java.util.Objects.requireNonNull;

import java.util.List;

/**
 * One of the equal ranges into which an agent's subnet is cut, each with a bridge of its own.
 * <b>Immutable.</b>
 *
 * @param id name of the range for programs, unique within its overlay
 * @param bridge what the name of the bridge starts with; the name of the overlay follows
 */
public record PoolConfig(String id, String bridge) {

  /**
   * Lower half for the bridge of CNI, upper half for the one of Docker, as in DC/OS ({@code
   * dcos/dcos-mesos-modules overlay/master.cpp}).
   */
  public static final List<PoolConfig> DEFAULTS =
      List.of(new PoolConfig("cni", "m-"), new PoolConfig("docker", "d-"));

  public PoolConfig {
    requireNonNull(id, "id");
    requireNonNull(bridge, "bridge");
  }
}
