// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.lb.vip;

import io.dcosnet.api.net.Protocol;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/**
 * One port of a task, put together from every place that speaks of it. <b>Immutable.</b>
 *
 * @param port inside the container, 0 when unknown
 * @param hostPort on the node, 0 when unknown
 * @param vips without repetition
 */
record TaskPort(String name, Protocol protocol, int port, int hostPort, List<VipLabel> vips) {

  /** Name of a port that was given none. */
  static final String DEFAULT_NAME = "default";

  /**
   * A label that makes a VIP of the port.
   *
   * @param weight as written, empty when there is no such label
   * @param attributes further options by name
   */
  record VipLabel(String key, String value, String weight, Map<String, String> attributes) {
    VipLabel {
      attributes = Map.copyOf(attributes);
    }
  }

  TaskPort {
    Map<String, VipLabel> byValue = new LinkedHashMap<>();
    vips.forEach(vip -> byValue.putIfAbsent(vip.value(), vip));
    vips = List.copyOf(byValue.values());
  }

  /** True when both speak of the same port. */
  boolean matches(TaskPort other) {
    boolean sameInside = port != 0 && port == other.port;
    boolean sameOnHost = hostPort != 0 && hostPort == other.hostPort;
    return protocol == other.protocol && (sameInside || sameOnHost);
  }

  /** Both as one; where both know something, this one is believed. */
  TaskPort merge(TaskPort other) {
    List<VipLabel> united = Stream.concat(vips.stream(), other.vips.stream()).toList();
    return new TaskPort(
        name.equals(DEFAULT_NAME) ? other.name : name,
        protocol,
        port != 0 ? port : other.port,
        hostPort != 0 ? hostPort : other.hostPort,
        united);
  }

  /** The same for a task without a network of its own, where the node's port is the only one. */
  TaskPort onHostNetwork() {
    return hostPort == 0 ? this : new TaskPort(name, protocol, hostPort, 0, vips);
  }
}
