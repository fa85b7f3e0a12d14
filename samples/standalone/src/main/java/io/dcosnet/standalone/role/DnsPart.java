// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.standalone.role;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import io.dcosnet.api.ConfigurationException;
import io.dcosnet.api.Lifecycle;
import io.dcosnet.api.Lifecycle.State;
import io.dcosnet.api.net.HostPort;
import io.dcosnet.api.spi.ClusterSource;
import io.dcosnet.dns.DnsServer;
import io.dcosnet.dns.records.MesosDnsConfig;
import io.dcosnet.dns.records.MesosZone;
import io.dcosnet.dns.zone.Zone;
import io.dcosnet.dns.zone.ZoneSnapshot;
import io.dcosnet.netty.NetRuntime;
import io.dcosnet.standalone.admin.AdminServer;
import io.dcosnet.standalone.admin.Health;
import io.dcosnet.standalone.config.DnsConfig;
import io.dcosnet.standalone.input.OwnAddresses;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Section {@code dns}: the zones of a node and the server that answers for them.
 *
 * <p><b>Confined to</b> the thread that builds the node.
 */
final class DnsPart {

  private static final String NO_PART = "not set; this version has no such part";

  /** Keys that have no part behind them yet; whoever connects one takes its line out. */
  static final Map<String, String> NOT_CONNECTED =
      Map.of(
          "dns.dcos", NO_PART,
          "dns.zoneFiles", NO_PART,
          "dns.hostsFile", NO_PART,
          "dns.aliases", NO_PART,
          "dns.clusterId", NO_PART,
          "dns.transfer", NO_PART,
          "dns.http", NO_PART);

  private final DnsServer server;
  private final List<ZoneAge> zones;

  private DnsPart(DnsServer server, List<ZoneAge> zones) {
    this.server = server;
    this.zones = zones;
  }

  /**
   * The server that the section describes; null on a node that listens nowhere.
   *
   * @param source null where nothing tells of tasks; then there are no zones that follow them
   */
  static @Nullable DnsPart of(DnsConfig config, @Nullable ClusterSource source, NetRuntime net) {
    if (config.listen().isEmpty()) {
      return null;
    }
    List<Zone> zones = zones(config, source);
    if (zones.isEmpty()) {
      throw new ConfigurationException(
          List.of("dns: no zone to answer for (expected: one at least, such as dns.mesos)"));
    }
    DnsServer.Builder builder =
        DnsServer.builder(net).listen(config.listen().toArray(HostPort[]::new));
    zones.forEach(builder::zone);
    return new DnsPart(
        builder.build(), zones.stream().map(zone -> new ZoneAge(zone, net)).toList());
  }

  private static List<Zone> zones(DnsConfig config, @Nullable ClusterSource source) {
    List<Zone> zones = new ArrayList<>();
    MesosDnsConfig mesos = config.mesos();
    if (mesos != null && source != null) {
      zones.add(MesosZone.of(source, withOwnAddresses(mesos, config.listen())));
    }
    return zones;
  }

  /** The name of the server itself leads to where it listens, unless its file said where. */
  private static MesosDnsConfig withOwnAddresses(MesosDnsConfig mesos, List<HostPort> listen) {
    return mesos.listenerAddresses().isEmpty()
        ? mesos.toBuilder().listenerAddresses(OwnAddresses.of(listen)).build()
        : mesos;
  }

  Lifecycle life() {
    return server;
  }

  /** Where it listens, with real ports once it is started. */
  List<HostPort> addresses() {
    return server.localAddresses();
  }

  /** Adds what the server can tell of itself and its zones. */
  void tell(AdminServer admin) {
    Health health = admin.health();
    health.ready(
        "dns sockets",
        () ->
            server.state() == State.RUNNING
                ? Optional.empty()
                : Optional.of("the DNS server is " + server.state()));
    for (ZoneAge zone : zones) {
      health.ready("zone " + zone.origin(), zone::whyNotReady);
    }
    admin
        .status()
        .add(
            "dns",
            () -> {
              ArrayNode listen = JsonNodeFactory.instance.arrayNode();
              server.localAddresses().forEach(address -> listen.add(address.toString()));
              return listen;
            });
    admin
        .status()
        .add(
            "zones",
            () -> {
              ArrayNode all = JsonNodeFactory.instance.arrayNode();
              zones.forEach(zone -> all.add(zone.document()));
              return all;
            });
    admin
        .predecessors()
        .registry("dns")
        .gauge("zone_records", "zone", "Records of a zone", this::recordsByZone);
  }

  private Map<String, Long> recordsByZone() {
    Map<String, Long> records = new TreeMap<>();
    for (Zone zone : server.zones()) {
      ZoneSnapshot snapshot = zone.snapshot();
      records.put(zone.origin().toString(), snapshot == null ? 0 : snapshot.recordCount());
    }
    return records;
  }
}
