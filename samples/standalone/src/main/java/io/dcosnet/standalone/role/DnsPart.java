// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.standalone.role;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import io.dcosnet.api.ConfigurationException;
import io.dcosnet.api.Lifecycle;
import io.dcosnet.api.Lifecycle.State;
import io.dcosnet.api.net.HostPort;
import io.dcosnet.api.net.IpAddress;
import io.dcosnet.api.spi.ClusterSource;
import io.dcosnet.api.vip.VipDirectory;
import io.dcosnet.dns.DnsServer;
import io.dcosnet.dns.forward.Forwarder;
import io.dcosnet.dns.http.DnsOverHttps;
import io.dcosnet.dns.name.DomainName;
import io.dcosnet.dns.transfer.SecondaryZone;
import io.dcosnet.dns.transfer.TransferPolicy;
import io.dcosnet.dns.zone.Zone;
import io.dcosnet.dns.zone.ZoneSnapshot;
import io.dcosnet.dns.zonefile.HostsFile;
import io.dcosnet.netty.NetRuntime;
import io.dcosnet.netty.http.HttpServer;
import io.dcosnet.standalone.admin.AdminServer;
import io.dcosnet.standalone.admin.Health;
import io.dcosnet.standalone.config.DnsConfig;
import io.dcosnet.standalone.config.ForwardConfig;
import io.dcosnet.standalone.config.NamesHttpConfig;
import io.dcosnet.standalone.metrics.PrometheusMetrics;
import io.dcosnet.standalone.names.NamesHttp;
import io.dcosnet.standalone.names.SystemUpstreams;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Section {@code dns}: the zones of a node, the server that answers for them, and what it tells
 * over HTTP.
 *
 * <p><b>Confined to</b> the thread that builds the node.
 */
final class DnsPart {

  /** Keys that have no part behind them yet; whoever connects one takes its line out. */
  static final Map<String, String> NOT_CONNECTED = Map.of();

  private final NetRuntime net;
  private final DnsServer server;
  private final NamesHttp names;
  private final @Nullable HttpServer http;
  private final @Nullable SystemUpstreams system;
  private final List<ZoneAge> zones;
  private final List<ZoneAge> reverse;

  private DnsPart(
      DnsConfig config,
      NodeZones zones,
      ZoneSerials serials,
      Transfers transfers,
      Answering answering,
      Supplier<Path> serversBefore,
      NetRuntime net) {
    this.net = net;
    List<SecondaryZone> secondaries = transfers.secondaries(net.scheduler());
    List<Zone> listed = new ArrayList<>(zones.zones());
    listed.addAll(secondaries);
    DnsServer.Builder builder =
        DnsServer.builder(net)
            .listen(config.listen().toArray(HostPort[]::new))
            .aliases(config.aliases());
    listed.forEach(builder::zone);
    zones.reverse().forEach(builder::zone);
    Path hosts = config.hostsFile();
    if (hosts != null) {
      builder.hosts(HostsFile.of(hosts, net.scheduler()));
    }
    TransferPolicy policy = transfers.policy();
    if (policy != null) {
      builder.transfers(policy);
    }
    answering.describe(builder);
    server = builder.build();
    system = system(config.forward(), serversBefore);
    names = new NamesHttp(server, net);
    http = http(config.http(), zones);
    Map<DomainName, Zone> served = new HashMap<>();
    server.zones().forEach(zone -> served.put(zone.origin(), zone));
    this.zones = ages(listed, served);
    reverse = ages(zones.reverse(), served);
    served.values().stream().filter(zones::isRemembered).forEach(zone -> remember(zone, serials));
  }

  private void remember(Zone zone, ZoneSerials serials) {
    String origin = zone.origin().toString();
    var unused =
        zone.watch(
            net.executor(), (before, after) -> serials.reached().accept(origin, after.serial()));
  }

  /**
   * The part that the section describes; null on a node that listens nowhere.
   *
   * @param node address of this node, null when nobody told
   * @param source null where nothing tells of tasks; then there are no zones that follow them
   * @param vips names of VIPs; null on a node that has no part in them
   * @param serversBefore the file with the name servers of the system, asked for at the start
   */
  static @Nullable DnsPart of(
      DnsConfig config,
      @Nullable IpAddress node,
      @Nullable ClusterSource source,
      @Nullable VipDirectory vips,
      ZoneSerials serials,
      Supplier<Path> serversBefore,
      NetRuntime net) {
    if (config.listen().isEmpty()) {
      return null;
    }
    List<String> problems = new ArrayList<>();
    Transfers transfers = new Transfers(config.transfer(), problems);
    DnsPart part = null;
    try {
      NodeZones zones = new NodeZones(config, node, source, vips, serials, net);
      Answering answering = new Answering(config, problems);
      part = new DnsPart(config, zones, serials, transfers, answering, serversBefore, net);
    } catch (IllegalArgumentException e) {
      String.valueOf(e.getMessage()).lines().forEach(line -> problems.add("dns: " + line));
    }
    if (!problems.isEmpty()) {
      throw new ConfigurationException(problems);
    }
    return part;
  }

  private @Nullable SystemUpstreams system(ForwardConfig forward, Supplier<Path> file) {
    Forwarder forwarder = server.forwarder();
    return forwarder == null || !forward.ofSystem()
        ? null
        : SystemUpstreams.of(file, forward::routes, server, forwarder, net);
  }

  private @Nullable HttpServer http(@Nullable NamesHttpConfig config, NodeZones zones) {
    if (config == null) {
      return null;
    }
    HttpServer.Builder builder = HttpServer.builder(net).name("dns-http").listen(config.listen());
    return switch (config.flavour()) {
      case MESOS_DNS ->
          zones.mesos() == null || config.mesosDns() == null
              ? null // refused when the configuration was read
              : builder.mount("/", names.mesosDns(zones.mesos(), config.mesosDns())).build();
      case DCOS_NET -> builder.mount("/", names.dcosNet()).build();
      case NATIVE -> builder.mount("/", names.ours()).build();
    };
  }

  /** The server may have put hosts into the zones that it was given. */
  private List<ZoneAge> ages(List<Zone> given, Map<DomainName, Zone> served) {
    return given.stream()
        .map(zone -> new ZoneAge(zone, served.getOrDefault(zone.origin(), zone), net))
        .toList();
  }

  /** What has to be started, by name. */
  Map<String, Lifecycle> lives() {
    Map<String, Lifecycle> lives = new LinkedHashMap<>();
    lives.put("dns server", server);
    if (system != null) {
      lives.put("name servers of the system", system);
    }
    if (http != null) {
      lives.put("dns http server", http);
    }
    return lives;
  }

  /** What listens where, a line each, with real ports once it is started. */
  List<String> listening() {
    List<String> lines = new ArrayList<>();
    server.localAddresses().forEach(address -> lines.add("dns on " + address));
    server.tlsAddresses().forEach(address -> lines.add("dns over TLS on " + address));
    server
        .httpsAddresses()
        .forEach(address -> lines.add("dns over HTTPS on https://" + address + DnsOverHttps.PATH));
    lines.add("dns over UDP by " + server.udpTransport());
    if (http != null) {
      lines.add("dns http on http://" + http.localAddress());
    }
    return lines;
  }

  /** Adds what the server can tell of itself and its zones. */
  void tell(AdminServer admin, PrometheusMetrics metrics) {
    tellHealth(admin.health());
    tellStatus(admin);
    new OutsideReport(server).tell(admin, net);
    OutsideReport.tell(admin.predecessors().registry("dns"), metrics);
    NamesHttp.DCOS_NET.forEach(
        one -> admin.resources().add(one.path(), one.says(), names.dcosNet()));
    NamesHttp.OURS.forEach(one -> admin.resources().add(one.path(), one.says(), names.ours()));
    admin
        .predecessors()
        .registry("dns")
        .gauge("zone_records", "zone", "Records of a zone", this::recordsByZone);
  }

  private void tellHealth(Health health) {
    health.ready(
        "dns sockets",
        () ->
            server.state() == State.RUNNING
                ? Optional.empty()
                : Optional.of("the DNS server is " + server.state()));
    for (ZoneAge zone : zones) {
      health.ready("zone " + zone.origin(), zone::whyNotReady);
    }
    if (!reverse.isEmpty()) {
      health.ready(
          "zones of addresses",
          () -> reverse.stream().flatMap(zone -> zone.whyNotReady().stream()).findFirst());
    }
  }

  private void tellStatus(AdminServer admin) {
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
              reverse.forEach(zone -> all.add(zone.document()));
              return all;
            });
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
