// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.standalone.role;

import io.dcosnet.api.net.HostPort;
import io.dcosnet.api.net.IpAddress;
import io.dcosnet.api.spi.ClusterSource;
import io.dcosnet.api.vip.VipDirectory;
import io.dcosnet.dns.local.LocalZones;
import io.dcosnet.dns.local.ReverseNames;
import io.dcosnet.dns.local.ReverseZones;
import io.dcosnet.dns.local.ThisNodeZone;
import io.dcosnet.dns.local.ZkZone;
import io.dcosnet.dns.name.DomainName;
import io.dcosnet.dns.records.L4lbZone;
import io.dcosnet.dns.records.MesosDnsConfig;
import io.dcosnet.dns.records.MesosZone;
import io.dcosnet.dns.records.dcos.DcosZone;
import io.dcosnet.dns.records.dcos.DcosZoneConfig;
import io.dcosnet.dns.transfer.MesosCopyZone;
import io.dcosnet.dns.zone.Zone;
import io.dcosnet.dns.zonefile.FileZone;
import io.dcosnet.netty.NetRuntime;
import io.dcosnet.standalone.config.DnsConfig;
import io.dcosnet.standalone.config.LocalZonesConfig;
import io.dcosnet.standalone.input.OwnAddresses;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * All zones of a node as section {@code dns} describes them, but those that are copied from other
 * servers.
 *
 * <p><b>Confined to</b> the thread that builds the node.
 */
final class NodeZones {

  /** Where addresses of VIPs lie, or what stands for them on a node. */
  private static final List<DomainName> OF_VIPS =
      List.of(DomainName.parse("11.in-addr.arpa"), DomainName.parse("127.in-addr.arpa"));

  private final DnsConfig config;
  private final NetRuntime net;
  private final ZoneSerials serials;
  private final List<Zone> zones = new ArrayList<>();
  private final List<Zone> reverse = new ArrayList<>();
  private final @Nullable MesosZone mesos;
  private final @Nullable L4lbZone l4lb;

  /**
   * Makes the zones; none follows anything yet.
   *
   * @param node address of this node, null when nobody told
   * @param source null where nothing tells of tasks; then there are no zones that follow them
   * @param vips names of VIPs; null on a node that has no part in them
   */
  NodeZones(
      DnsConfig config,
      @Nullable IpAddress node,
      @Nullable ClusterSource source,
      @Nullable VipDirectory vips,
      ZoneSerials serials,
      NetRuntime net) {
    this.config = config;
    this.net = net;
    this.serials = serials;
    mesos = source == null ? null : mesos(source);
    if (source != null) {
      addDcos(source);
    }
    l4lb = vips != null && config.local().l4lb() ? L4lbZone.of(vips) : null;
    if (l4lb != null) {
      zones.add(l4lb);
    }
    addGiven();
    addLocal(node, source);
  }

  private @Nullable MesosZone mesos(ClusterSource source) {
    MesosDnsConfig wanted = config.mesos();
    if (wanted == null) {
      return null;
    }
    String origin = wanted.apex().origin().toString();
    MesosZone zone =
        MesosZone.of(
            source,
            withOwnAddresses(wanted, config.listen()),
            () -> serials.floor().applyAsLong(origin));
    zones.add(zone);
    if (config.mesosCopy()) {
      zones.add(MesosCopyZone.of(zone));
    }
    return zone;
  }

  /** The name of the server itself leads to where it listens, unless its file said where. */
  private static MesosDnsConfig withOwnAddresses(MesosDnsConfig mesos, List<HostPort> listen) {
    return mesos.listenerAddresses().isEmpty()
        ? mesos.toBuilder().listenerAddresses(OwnAddresses.of(listen)).build()
        : mesos;
  }

  private void addDcos(ClusterSource source) {
    DcosZoneConfig wanted = config.dcos();
    if (wanted != null) {
      String origin = wanted.apex().origin().toString();
      zones.add(DcosZone.of(source, wanted, () -> serials.floor().applyAsLong(origin)));
    }
  }

  private void addGiven() {
    config
        .zoneFiles()
        .forEach((origin, file) -> zones.add(FileZone.of(origin, file, net.scheduler())));
    Map<DomainName, Map<DomainName, DomainName>> byParent = new LinkedHashMap<>();
    config
        .names()
        .forEach(
            (name, target) ->
                byParent
                    .computeIfAbsent(name.parent(), parent -> new LinkedHashMap<>())
                    .put(name, target));
    byParent.forEach((origin, names) -> zones.add(LocalZones.cnames(origin, names, net.time())));
  }

  private void addLocal(@Nullable IpAddress node, @Nullable ClusterSource source) {
    LocalZonesConfig local = config.local();
    if (local.thisNode() && node != null) {
      zones.add(ThisNodeZone.of(List.of(node), net.time()));
    }
    if (local.zk() && source != null) {
      zones.add(ZkZone.of(source, net.time()));
    }
    if (local.spartan()) {
      List<IpAddress> own = OwnAddresses.of(config.listen());
      zones.add(
          LocalZones.spartan(own.isEmpty() ? List.of(IpAddress.LOOPBACK_IPV4) : own, net.time()));
    }
    Zone localhost = local.localhost() ? LocalZones.localhost(net.time()) : null;
    if (localhost != null) {
      zones.add(localhost);
    }
    if (local.reverse() && (mesos != null || l4lb != null)) {
      addReverse(localhost);
    }
  }

  private void addReverse(@Nullable Zone localhost) {
    ReverseZones.Builder builder = ReverseZones.builder(net.time()).origins(freeForAddresses());
    if (mesos != null) {
      builder.names(mesos, ReverseNames.mesos(mesos.origin()));
    }
    if (l4lb != null) {
      builder.names(l4lb, ReverseNames.all());
    }
    if (localhost != null) {
      builder.names(localhost, ReverseNames.all());
    }
    reverse.addAll(builder.build().zones());
  }

  /**
   * Who has a zone for addresses in a file, or copies it, has it instead of ours. A node that does
   * not know all tasks must not deny that their addresses have names.
   */
  private List<DomainName> freeForAddresses() {
    Set<DomainName> taken = new HashSet<>(config.zoneFiles().keySet());
    config.transfer().secondaries().forEach(secondary -> taken.add(secondary.origin()));
    List<DomainName> ours = mesos == null ? OF_VIPS : ReverseZones.DEFAULT_ORIGINS;
    return ours.stream().filter(origin -> !taken.contains(origin)).toList();
  }

  /** All but those of addresses. */
  List<Zone> zones() {
    return zones;
  }

  /** The zones in which addresses have names. */
  List<Zone> reverse() {
    return reverse;
  }

  /** Whether the serial of a zone goes on where it was before the last restart. */
  boolean isRemembered(Zone zone) {
    MesosDnsConfig tasks = config.mesos();
    DcosZoneConfig views = config.dcos();
    return (tasks != null && zone.origin().equals(tasks.apex().origin()))
        || (views != null && zone.origin().equals(views.apex().origin()));
  }

  /** Null where it is not served. */
  @Nullable MesosZone mesos() {
    return mesos;
  }
}
