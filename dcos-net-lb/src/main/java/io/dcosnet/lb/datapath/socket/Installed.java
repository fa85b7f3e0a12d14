// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.lb.datapath.socket;

import static java.util.stream.Collectors.toUnmodifiableSet;

import io.dcosnet.api.net.HostPort;
import io.dcosnet.api.net.IpAddress;
import io.dcosnet.lb.internal.LbMetrics;
import io.dcosnet.lb.vip.VipTable.Frontend;
import io.dcosnet.linux.bpf.ControlGroup;
import io.dcosnet.linux.route.Address;
import io.dcosnet.linux.route.RouteSocket;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.UnaryOperator;

/**
 * All that this path has in the kernel: maps of both families, programs, and sockets to ask about
 * sockets. It is taken over from a process before, or made.
 *
 * <p><b>Confined to</b> the thread of the path.
 */
final class Installed implements AutoCloseable {

  private final ControlGroup group;
  private final FamilyMaps ipv4;
  private final FamilyMaps ipv6;
  private final KernelMaps maps4;
  private final KernelMaps maps6;
  private final Attachment attachment;
  private final OpenSockets sockets;
  private final RouteSocket routes;
  private Held held = new Held();

  private Installed(
      ControlGroup group,
      FamilyMaps ipv4,
      FamilyMaps ipv6,
      OpenSockets sockets,
      RouteSocket routes,
      UnaryOperator<EntryMap> vips) {
    this.group = group;
    this.ipv4 = ipv4;
    this.ipv6 = ipv6;
    this.sockets = sockets;
    this.routes = routes;
    maps4 = maps(ipv4, vips);
    maps6 = maps(ipv6, vips);
    attachment = new Attachment(group);
  }

  private static KernelMaps maps(FamilyMaps maps, UnaryOperator<EntryMap> vips) {
    return new KernelMaps(
        maps.ipv4(),
        vips.apply(EntryMap.of(maps.vips())),
        EntryMap.of(maps.slots()),
        EntryMap.of(maps.keepers()));
  }

  /** Takes over what there is at a group, which it closes in the end, and makes the rest. */
  static Installed open(ControlGroup group, SocketConfig config, UnaryOperator<EntryMap> vips) {
    List<AutoCloseable> opened = new ArrayList<>(List.of(group));
    boolean done = false;
    try {
      List<Set<Integer>> left = Attachment.mapsLeft(group);
      FamilyMaps ipv4 = FamilyMaps.open(true, config, left);
      opened.add(ipv4::close);
      FamilyMaps ipv6 = FamilyMaps.open(false, config, left);
      opened.add(ipv6::close);
      OpenSockets sockets = new OpenSockets(config.namespaces(), ipv4, ipv6);
      opened.add(sockets);
      RouteSocket routes = RouteSocket.open();
      opened.add(routes);
      Installed installed = new Installed(group, ipv4, ipv6, sockets, routes, vips);
      opened.add(installed.attachment);
      installed.attachment.load(ipv4, ipv6);
      done = true;
      return installed;
    } finally {
      if (!done) {
        Collections.reverse(opened);
        opened.forEach(Installed::closeQuietly);
      }
    }
  }

  /** What made us close it is thrown anyway. */
  private static void closeQuietly(AutoCloseable opened) {
    try {
      opened.close();
    } catch (Exception e) {
      throw new IllegalStateException("none of them fails to close", e);
    }
  }

  Held held() {
    return held;
  }

  OpenSockets sockets() {
    return sockets;
  }

  /** Those that links of this node have. */
  Set<IpAddress> ownAddresses() {
    return ownAddresses(routes);
  }

  static Set<IpAddress> ownAddresses(RouteSocket routes) {
    return routes.addresses().stream().map(Address::address).collect(toUnmodifiableSet());
  }

  /** Reads the maps; returns how many things are not as they were known. */
  int read() {
    Held found = new Held();
    found.avoid(held.newId() - 1);
    maps4.read(found);
    maps6.read(found);
    int drift = held.differencesFrom(found);
    held = found;
    return drift;
  }

  /**
   * Does a change.
   *
   * @return those that found no room, and why
   */
  Map<Frontend, String> make(
      Change change, Map<Frontend, Row> wanted, Set<Frontend> gone, LbMetrics metrics) {
    if (change.isEmpty()) {
      return Map.of();
    }
    Map<Frontend, String> failed = new HashMap<>();
    maps4.make(change, failed);
    maps6.make(change, failed);
    metrics.kernelChanges(SocketDataPath.NAME).add(change.size());
    if (!failed.isEmpty()) {
      metrics.kernelRefused(SocketDataPath.NAME).add(failed.size());
    }
    held.made(change, wanted, gone, failed.keySet());
    return failed;
  }

  /** How many connections each back end of a front end got, since it has these slots. */
  Map<HostPort, Long> counts(Frontend frontend) {
    KernelMaps maps = Octets.isIpv4(frontend) ? maps4 : maps6;
    return held.entry(frontend)
        .map(entry -> maps.counts(entry.id(), entry.row().slots().size()))
        .orElse(Map.of());
  }

  /** Sees to it that all programs are attached; returns how many were not. */
  int attach() {
    return attachment.attach();
  }

  boolean isAttached() {
    return attachment.isWhole();
  }

  /** Nothing is redirected any more. */
  void detach() {
    List<String> unused = Attachment.detach(group);
  }

  @Override
  public void close() {
    sockets.close();
    routes.close();
    attachment.close();
    ipv4.close();
    ipv6.close();
    group.close();
  }
}
