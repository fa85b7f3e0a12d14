// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.lb.edge;

import io.dcosnet.api.model.App;
import io.dcosnet.api.model.App.NetworkMode;
import io.dcosnet.api.model.AppTask;
import io.dcosnet.api.net.HostPort;
import io.dcosnet.api.net.IpAddress;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Where the tasks of one app are reached. <b>Confined to</b> one thread. */
final class TaskPlaces {

  private final EdgeApp app;
  private final boolean preferIpv6;
  private final HostAddresses hosts;

  TaskPlaces(EdgeApp app, boolean preferIpv6, HostAddresses hosts) {
    this.app = app;
    this.preferIpv6 = preferIpv6;
    this.hosts = hosts;
  }

  /** The name that a task's place goes by: that of its node, or its own address. */
  String host(AppTask task, HostPort place) {
    return app.mode() == NetworkMode.CONTAINER ? place.address().toString() : task.host();
  }

  /** Where port {@code index} of a task is reached, empty where that is not known. */
  Optional<HostPort> place(AppTask task, int index) {
    int port = port(task, index);
    if (port < 1 || port > 65535) {
      return Optional.empty();
    }
    return Optional.ofNullable(address(task, index)).map(address -> new HostPort(address, port));
  }

  /** The port that is probed for a service of port {@code index}, 0 for the one that is served. */
  int checkPort(AppTask task, @Nullable Integer wanted) {
    if (wanted == null) {
      return 0;
    }
    int count = ports(task);
    int index = wanted < 0 ? count + wanted : wanted;
    int port = index >= 0 && index < count ? port(task, index) : 0;
    return port >= 1 && port <= 65535 ? port : 0;
  }

  private int ports(AppTask task) {
    return task.ports().isEmpty() || app.mode() == NetworkMode.CONTAINER
        ? app.app().ports().size()
        : task.ports().size();
  }

  private int port(AppTask task, int index) {
    List<App.Port> ports = app.app().ports();
    boolean listed = !task.ports().isEmpty();
    if (app.mode() == NetworkMode.CONTAINER) {
      int port = index < ports.size() ? ports.get(index).containerPort() : 0;
      // 0 means: whatever the host port is
      return port == 0 && index < task.ports().size() ? task.ports().get(index) : port;
    }
    if (listed) {
      return index < task.ports().size() ? task.ports().get(index) : 0;
    }
    return index < ports.size() ? ports.get(index).containerPort() : 0;
  }

  private @Nullable IpAddress address(AppTask task, int index) {
    if (app.mode() == NetworkMode.CONTAINER) {
      return preferred(inNamedNetwork(task, index));
    }
    IpAddress address = IpAddress.tryParse(task.host()).orElse(null);
    return address != null ? address : preferred(hosts.of(task.host()));
  }

  /**
   * The addresses of a task in the networks that its port names. Marathon lists one address for
   * each network, in the order of the networks; where the numbers differ nobody can tell.
   */
  private List<IpAddress> inNamedNetwork(AppTask task, int index) {
    List<IpAddress> addresses = task.addresses();
    List<App.Network> networks = app.app().networks();
    List<String> named =
        index < app.app().ports().size() ? app.app().ports().get(index).networkNames() : List.of();
    if (named.isEmpty() || networks.size() != addresses.size()) {
      return addresses;
    }
    for (int i = 0; i < networks.size(); i++) {
      if (named.contains(networks.get(i).name())) {
        return List.of(addresses.get(i));
      }
    }
    return addresses;
  }

  private @Nullable IpAddress preferred(List<IpAddress> addresses) {
    return addresses.stream()
        .filter(address -> address.isIpv6() == preferIpv6)
        .findFirst()
        .orElse(addresses.isEmpty() ? null : addresses.get(0));
  }
}
