// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.standalone.config;

import io.dcosnet.api.DecodeException;
import io.dcosnet.api.net.Cidr;
import io.dcosnet.api.net.HostPort;
import io.dcosnet.dns.name.DomainName;
import io.dcosnet.dns.records.MesosDnsConfig;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Section {@code dns}: the names that a node answers for. <b>Immutable.</b>
 *
 * @param listen each for UDP and TCP; empty on a node without a DNS server
 * @param mesos null without the zone {@code mesos}
 * @param dcos null without the zone {@code dcos.thisdcos.directory}
 * @param zoneFiles master files by the origin of their zone
 * @param hostsFile null for none
 * @param clusterId the id in names below {@code dcos.directory}; empty for none
 * @param http null without the HTTP interface for names
 */
public record DnsConfig(
    List<HostPort> listen,
    @Nullable MesosDnsConfig mesos,
    @Nullable Dcos dcos,
    Map<DomainName, Path> zoneFiles,
    @Nullable Path hostsFile,
    boolean aliases,
    String clusterId,
    Transfer transfer,
    @Nullable Http http) {

  /** The zone {@code dcos.thisdcos.directory}. */
  public record Dcos(int ttlSeconds, boolean srv) {}

  /**
   * Who may copy whole zones.
   *
   * @param keyFiles files with the secret of a key, by its name
   */
  public record Transfer(List<Cidr> allow, Map<DomainName, Path> keyFiles) {}

  /** The HTTP interface for names. */
  public record Http(HostPort listen, Flavour flavour, boolean enumeration) {}

  /** Whose HTTP interface is spoken. */
  public enum Flavour {
    MESOS_DNS,
    DCOS_NET,
    NATIVE
  }

  private static final String ORIGIN_FORM = "ORIGIN";

  static DnsConfig read(Section dns) {
    List<HostPort> listen =
        dns.list(
            "listen",
            Kind.ENDPOINT,
            List.of(),
            "Where to answer, each for UDP and TCP; needed when anything else of dns is set.");
    if (dns.isGiven() && !dns.isGiven("listen")) {
      dns.problem("listen", "missing", "a list of ADDR:PORT, such as [\"127.0.0.1:53\"]");
    }
    MesosDnsConfig mesos =
        MesosZoneSection.read(dns.section("mesos", "The zone mesos, as Mesos-DNS makes it."));
    Dcos dcos = readDcos(dns.section("dcos", "The zone dcos.thisdcos.directory."));
    Map<DomainName, Path> zoneFiles =
        origins(
            dns,
            "zoneFiles",
            dns.map(
                "zoneFiles",
                ORIGIN_FORM,
                dns.readableFile(),
                "Further zones from master files (RFC 1035), by their origin; watched."));
    Path hostsFile =
        dns.optional(
            "hostsFile",
            dns.readableFile(),
            "Names in the form of /etc/hosts, answered before all zones; watched.");
    boolean aliases =
        dns.value(
            "aliases",
            Kind.FLAG,
            false,
            "Whether the zones also answer below thisdcos.global, dclb.thisdcos.directory and, with"
                + " a clusterId, CLUSTERID.dcos.directory.");
    String clusterId =
        dns.value("clusterId", Kind.TEXT, "", "Id of the cluster in names, 52 characters.");
    Transfer transfer = readTransfer(dns.section("transfer", "Who may copy whole zones (AXFR)."));
    Http http = readHttp(dns.section("http", "The HTTP interface for names."));
    return new DnsConfig(
        listen, mesos, dcos, zoneFiles, hostsFile, aliases, clusterId, transfer, http);
  }

  private static @Nullable Dcos readDcos(Section dcos) {
    boolean enabled =
        dcos.value("enabled", Kind.FLAG, false, "Whether this node answers for the zone.");
    Dcos zone =
        new Dcos(
            dcos.value(
                "ttl",
                Kind.number(0, Integer.MAX_VALUE),
                5,
                "Seconds that answers may be kept; the short time of dcos-net."),
            dcos.value("srv", Kind.FLAG, true, "Whether ports have SRV records as well."));
    return enabled ? zone : null;
  }

  private static Transfer readTransfer(Section transfer) {
    return new Transfer(
        transfer.list("allow", Kind.PREFIX, List.of(), "Addresses that may ask; empty for nobody."),
        origins(
            transfer,
            "keys",
            transfer.map(
                "keys",
                "NAME",
                transfer.readableFile(),
                "TSIG keys by their name: files with ALGORITHM:BASE64.")));
  }

  private static @Nullable Http readHttp(Section http) {
    HostPort listen =
        http.optional(
            "listen", Kind.ENDPOINT, "Where it listens; Mesos-DNS has port 8123. Unset: nowhere.");
    Flavour flavour =
        http.value(
            "flavour",
            Kind.word(List.of(Flavour.values())),
            Flavour.MESOS_DNS,
            "Whose answers it gives.");
    boolean enumeration =
        http.value(
            "enumeration", Kind.FLAG, true, "Whether it lists all names, at enumerate and axfr.");
    return listen == null ? null : new Http(listen, flavour, enumeration);
  }

  private static Map<DomainName, Path> origins(
      Section section, String key, Map<String, Path> byText) {
    Map<DomainName, Path> byName = new LinkedHashMap<>();
    byText.forEach(
        (text, file) -> {
          try {
            if (byName.put(DomainName.parse(text).toLowerCase(), file) != null) {
              section.problem(key, text, "each name once");
            }
          } catch (DecodeException e) {
            section.problem(key, text, "a domain name as key");
          }
        });
    return byName;
  }

  /** Whether anything asks for what runs in the cluster. */
  boolean needsSource() {
    return !listen.isEmpty() && (mesos != null || dcos != null);
  }
}
