// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.lb.datapath.proxy;

import io.dcosnet.api.net.HostPort;
import io.dcosnet.lb.balance.BackendLoad;
import io.dcosnet.lb.balance.Picker;
import io.dcosnet.lb.balance.Pickers;
import io.dcosnet.lb.vip.ServiceOptions;
import io.dcosnet.lb.vip.VipTable.Service;
import io.dcosnet.lb.vip.VipTable.Target;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * Where connections of one front end may go, and who gets the next one.
 *
 * <p><b>Thread-safe.</b>
 */
final class Route {

  private final Service service;
  private final ServiceTally tally;
  private final List<Target> targets;
  private final Map<HostPort, Target> byEndpoint;
  private final List<BackendLoad> loads;
  private final InetSocketAddress[] addresses;
  private final int[] limits;
  private final Picker picker;
  private final @Nullable HeaderOut header;

  /**
   * @param before the route that this one takes the place of, null for the first one
   * @param known loads of targets that were known before; others are added
   * @param checksum with a checksum in headers of the PROXY protocol
   */
  Route(
      @Nullable Route before,
      Service service,
      ServiceTally tally,
      Map<HostPort, BackendLoad> known,
      RandomGenerator random,
      boolean checksum) {
    this.service = service;
    this.tally = tally;
    targets = service.targets();
    byEndpoint = new HashMap<>(targets.size() * 2);
    loads = new ArrayList<>(targets.size());
    addresses = new InetSocketAddress[targets.size()];
    limits = new int[targets.size()];
    for (int i = 0; i < targets.size(); i++) {
      Target target = targets.get(i);
      byEndpoint.put(target.endpoint(), target);
      loads.add(known.computeIfAbsent(target.endpoint(), endpoint -> new BackendLoad()));
      addresses[i] = target.endpoint().toSocketAddress();
      limits[i] = limit(before, target, loads.get(i));
    }
    header = HeaderOut.of(service, checksum);
    picker = Pickers.next(before == null ? null : before.picker, service, loads, random);
  }

  /** Connections that it had when its own limit came are no part of that. */
  private int limit(@Nullable Route before, Target target, BackendLoad load) {
    int ofService = service.options().maxConnectionsPerBackend();
    if (target.maxConnections() == ServiceOptions.UNLIMITED) {
      return ofService;
    }
    Integer known = before == null ? null : before.limitOf(target);
    if (known != null) {
      return Math.min(ofService, known);
    }
    load.wake(); // a trial: what failed before is no reason to wait
    return (int) Math.min(ofService, (long) load.active() + target.maxConnections());
  }

  /** The limit that one like this has, null when it has another one of its own. */
  private @Nullable Integer limitOf(Target other) {
    Target known = byEndpoint.get(other.endpoint());
    return known != null && known.maxConnections() == other.maxConnections()
        ? (Integer) limits[targets.indexOf(known)]
        : null;
  }

  Service service() {
    return service;
  }

  ServiceTally tally() {
    return tally;
  }

  /** Open connections of each target that has any. */
  Map<HostPort, Integer> active() {
    Map<HostPort, Integer> active = new HashMap<>();
    for (int i = 0; i < targets.size(); i++) {
      int open = loads.get(i).active();
      if (open > 0) {
        active.put(targets.get(i).endpoint(), open);
      }
    }
    return active;
  }

  /** The target at this endpoint, or null when the service has it no more. */
  @Nullable Target target(HostPort endpoint) {
    return byEndpoint.get(endpoint);
  }

  /** True when it matters who the client is. */
  boolean asksForFlow() {
    ServiceOptions options = service.options();
    return options.policy() == ServiceOptions.Policy.MAGLEV || !options.affinity().isZero();
  }

  /** What a back end is told before the first byte; null for nothing. */
  @Nullable HeaderOut header() {
    return header;
  }

  Picker picker() {
    return picker;
  }

  int size() {
    return targets.size();
  }

  Target target(int index) {
    return targets.get(index);
  }

  InetSocketAddress address(int index) {
    return addresses[index];
  }

  BackendLoad load(int index) {
    return loads.get(index);
  }

  /** True when a target has as many connections as it may have. */
  boolean full(int index) {
    return loads.get(index).active() >= limits[index];
  }

  /** Counts a connection to a target, unless that is one too many. */
  boolean begin(int index) {
    BackendLoad load = loads.get(index);
    load.begin();
    if (load.active() > limits[index]) { // another loop was faster
      load.end();
      return false;
    }
    return true;
  }
}
