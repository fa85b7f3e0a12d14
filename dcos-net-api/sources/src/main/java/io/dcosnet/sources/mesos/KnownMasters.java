// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.sources.mesos;

import io.dcosnet.api.model.Master;
import io.dcosnet.api.model.Masters;
import io.dcosnet.api.net.HostPort;
import io.dcosnet.api.net.IpAddress;
import io.dcosnet.api.spi.MasterDetector;
import io.dcosnet.sources.HostResolver;
import java.net.URI;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Which masters there are and who leads, as far as their addresses are known: a stream of events
 * says nothing of it, but the one that sends it leads. <b>Thread-safe.</b>
 */
final class KnownMasters {

  private final StreamConfig config;
  private final HostResolver hosts;
  private volatile @Nullable URI leader;

  KnownMasters(StreamConfig config, HostResolver hosts) {
    this.config = config;
    this.hosts = hosts;
  }

  /** The one that accepted a subscription. */
  void leader(URI newLeader) {
    leader = newLeader;
  }

  /** The configured ones in their order, then those detected; nobody is awaited. */
  Masters masters() {
    Map<HostPort, Master> all = new LinkedHashMap<>();
    for (URI master : config.masters()) {
      endpoints(master).forEach(at -> all.putIfAbsent(at, new Master(at, "")));
    }
    MasterDetector detector = config.detector();
    if (detector != null) {
      detector.masters().all().forEach(master -> all.put(master.endpoint(), master));
    }
    URI leading = leader;
    List<HostPort> at = leading == null ? List.of() : endpoints(leading);
    Master found = at.isEmpty() ? null : all.getOrDefault(at.get(0), new Master(at.get(0), ""));
    return new Masters(List.copyOf(all.values()), found);
  }

  /** Where a master listens; empty while its host name is not resolved. */
  List<HostPort> endpoints(URI master) {
    String host = master.getHost();
    String name = host.startsWith("[") ? host.substring(1, host.length() - 1) : host;
    int port = master.getPort() < 0 ? Master.DEFAULT_PORT : master.getPort();
    List<HostPort> endpoints = new ArrayList<>(2);
    for (IpAddress address : hosts.addresses(name)) {
      endpoints.add(new HostPort(address, port));
    }
    return endpoints;
  }
}
