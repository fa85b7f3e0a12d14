// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.dns.records;

import io.dcosnet.api.ConfigurationException;
import io.dcosnet.api.net.DcosLabel;
import io.dcosnet.api.net.HostPort;
import io.dcosnet.dns.name.DomainName;
import io.dcosnet.dns.name.DomainNameBuilder;
import io.dcosnet.dns.records.DcosDnsConfig.Alias;
import io.dcosnet.dns.records.DcosDnsConfig.Draft;
import io.dcosnet.dns.records.DcosDnsConfig.LoadBalance;
import io.dcosnet.dns.records.DcosDnsConfig.MesosListening;
import io.dcosnet.dns.records.DcosDnsConfig.Times;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Reads {@code /opt/mesosphere/etc/dcos-dns.json} as DC/OS writes it. Keys that dcos-net takes from
 * its own configuration instead ({@code handler_limit}, {@code zones}, …) may stand there too, as
 * dcos-net allows.
 *
 * @see <a href="https://github.com/dcos/dcos-net">dcos/dcos-net apps/dcos_dns</a>
 */
public final class DcosDnsConfigFile {

  private static final List<String> KEYS =
      List.of(
          "upstream_resolvers",
          "udp_port",
          "tcp_port",
          "bind_interface",
          "bind_ips",
          "bind_ip_blacklist",
          "forward_zones",
          "enable_dns",
          "udp_server_enabled",
          "tcp_server_enabled",
          "handler_limit",
          "loadbalance",
          "mesos_resolvers",
          "zones",
          "udp_recbuf",
          "send_timeout",
          "masters_timeout",
          "push_zone_timeout",
          "mesos_dns_timeout",
          "masters_refresh_interval_normal",
          "masters_refresh_interval_fail",
          "exhibitor_timeout",
          "mesos_reconnect_timeout",
          "mesos_reconnect_max_timeout",
          "mesos_timeout",
          "mesos_connect_timeout",
          "mesos_port",
          "mesos_agents_readiness_timeout",
          "mesos_tasks_readiness_timeout");

  private static final DomainName DIRECTORY = DomainName.parse("thisdcos.directory");

  /** Zones that are made of what the cluster does. */
  private static final List<DomainName> MADE =
      List.of(
          DomainName.parse("l4lb.thisdcos.directory"),
          DomainName.parse("mesos.thisdcos.directory"),
          DomainName.parse("dcos.thisdcos.directory"));

  private final ConfigKeys keys;
  private final Draft draft = new Draft();

  private DcosDnsConfigFile(String json) {
    keys = new ConfigKeys("dcos-net", json, KEYS);
  }

  /**
   * Reads the text of a file.
   *
   * @throws ConfigurationException that lists all problems
   */
  public static DcosDnsConfig read(String json) {
    return new DcosDnsConfigFile(json).load();
  }

  private DcosDnsConfig load() {
    readListening();
    keys.nameServers("upstream_resolvers").ifPresent(servers -> draft.upstreams = servers);
    keys.nameServers("mesos_resolvers").ifPresent(servers -> draft.mesosResolvers = servers);
    keys.zoneServers("forward_zones").ifPresent(zones -> draft.forwardZones = zones);
    keys.number("handler_limit", 1).ifPresent(limit -> draft.handlerLimit = limit);
    keys.text("loadbalance").ifPresent(word -> draft.loadBalance = loadBalance(word));
    keys.object("zones").ifPresent(this::readZones);
    draft.times = times(draft.times);
    draft.mesos = mesos(draft.mesos);
    checkLoops();
    draft.warnings = keys.warnings();
    keys.check();
    return DcosDnsConfig.of(draft);
  }

  private void readListening() {
    keys.flag("enable_dns").ifPresent(on -> draft.enabled = on);
    keys.flag("udp_server_enabled").ifPresent(on -> draft.udpEnabled = on);
    keys.flag("tcp_server_enabled").ifPresent(on -> draft.tcpEnabled = on);
    keys.port("udp_port").ifPresent(port -> draft.udpPort = port);
    keys.port("tcp_port").ifPresent(port -> draft.tcpPort = port);
    keys.text("bind_interface").ifPresent(name -> draft.bindInterface = name);
    keys.addresses("bind_ips").ifPresent(addresses -> draft.bindAddresses = addresses);
    keys.addresses("bind_ip_blacklist").ifPresent(addresses -> draft.bindBlacklist = addresses);
    keys.number("udp_recbuf", 1).ifPresent(octets -> draft.udpReceiveBufferBytes = octets);
  }

  /** Anything else than the two ways is none, as with dcos-net. */
  private LoadBalance loadBalance(String word) {
    return switch (word) {
      case "round_robin" -> LoadBalance.ROUND_ROBIN;
      case "random" -> LoadBalance.RANDOM;
      default -> LoadBalance.NONE;
    };
  }

  private Times times(Times defaults) {
    return new Times(
        millis("send_timeout", defaults.send()),
        millis("masters_timeout", defaults.masters()),
        millis("push_zone_timeout", defaults.pushZone()),
        millis("mesos_dns_timeout", defaults.mesosDns()),
        millis("masters_refresh_interval_normal", defaults.mastersRefresh()),
        millis("masters_refresh_interval_fail", defaults.mastersRetry()),
        millis("exhibitor_timeout", defaults.exhibitor()));
  }

  private MesosListening mesos(MesosListening defaults) {
    return new MesosListening(
        keys.port("mesos_port").orElse(null),
        millis("mesos_reconnect_timeout", defaults.reconnect()),
        millis("mesos_reconnect_max_timeout", defaults.maxReconnect()),
        millis("mesos_timeout", defaults.request()),
        millis("mesos_connect_timeout", defaults.connect()),
        millis("mesos_agents_readiness_timeout", defaults.agents()),
        millis("mesos_tasks_readiness_timeout", defaults.tasks()));
  }

  private Duration millis(String key, Duration ifMissing) {
    return keys.number(key, 1).map(Duration::ofMillis).orElse(ifMissing);
  }

  private void readZones(Map<?, ?> zones) {
    Map<DomainName, List<Alias>> read = new LinkedHashMap<>();
    zones.forEach(
        (text, records) -> {
          String place = "zones." + text;
          DomainName zone = keys.name(place, String.valueOf(text));
          if (zone == null) {
            return;
          }
          boolean ours = zone.isUnder(DIRECTORY) && !zone.equals(DIRECTORY);
          if (!ours || MADE.stream().anyMatch(zone::isUnder)) {
            keys.problem(
                place + ": (expected: a zone below thisdcos.directory, not l4lb, mesos or dcos)");
          } else if (!(records instanceof List<?> list)) {
            keys.problem(place + ": " + records + " (expected: a list)");
          } else if (read.put(zone, aliases(place, zone, list)) != null) {
            keys.problem(place + ": twice (expected: each zone once)");
          }
        });
    draft.zones = read;
  }

  private List<Alias> aliases(String place, DomainName zone, List<?> records) {
    List<Alias> aliases = new ArrayList<>();
    for (Object record : records) {
      Alias alias = record instanceof Map<?, ?> fields ? alias(zone, fields) : null;
      if (alias == null) {
        keys.problem(
            place
                + ": "
                + record
                + " (expected: {\"type\": \"cname\", \"name\": …, \"value\": …})");
      } else if (aliases.stream().anyMatch(other -> other.name().equals(alias.name()))) {
        keys.problem(place + ": " + alias.name() + " twice (expected: one target for a name)");
      } else {
        aliases.add(alias);
      }
    }
    return List.copyOf(aliases);
  }

  private static @Nullable Alias alias(DomainName zone, Map<?, ?> fields) {
    boolean cname = "cname".equals(fields.get("type"));
    if (!cname
        || !(fields.get("name") instanceof String name)
        || !(fields.get("value") instanceof String value)) {
      return null;
    }
    // A name is one label here, its dots become dashes.
    String label = DcosLabel.of(name);
    DomainName owner = new DomainNameBuilder().append(label).build(zone, true);
    String absolute = value.endsWith(".") ? value.substring(0, value.length() - 1) : value;
    DomainName target = new DomainNameBuilder().append(absolute).build(DomainName.ROOT, true);
    return owner == null || target == null ? null : new Alias(owner, target);
  }

  /** A server that forwards to itself keeps a query going round until it times out. */
  private void checkLoops() {
    for (HostPort upstream : draft.upstreams) {
      boolean ours =
          draft.bindAddresses.contains(upstream.address())
              && (upstream.port() == draft.udpPort || upstream.port() == draft.tcpPort);
      if (ours) {
        keys.problem(
            "upstream_resolvers: " + upstream + " (expected: not an address of this server)");
      }
    }
  }
}
