// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.standalone.config;

import io.dcosnet.api.net.HostPort;
import io.dcosnet.dns.cache.CacheConfig;
import io.dcosnet.dns.name.DomainName;
import io.dcosnet.dns.records.MesosDnsConfig;
import io.dcosnet.dns.records.MesosDnsSettings;
import io.dcosnet.dns.records.NameRules;
import io.dcosnet.dns.records.dcos.DcosZoneConfig;
import io.dcosnet.dns.zone.Aliases;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Section {@code dns}: the names that a node answers for. <b>Immutable.</b>
 *
 * @param listen each for UDP and TCP; empty on a node without a DNS server
 * @param mesos null without the zone {@code mesos}
 * @param mesosCopy whether its names are also below {@code mesos.thisdcos.directory}
 * @param dcos null without the zone {@code dcos.thisdcos.directory}
 * @param names what some names stand for; each lies in a zone that is its parent
 * @param zoneFiles master files by the origin of their zone
 * @param hostsFile null for none
 * @param aliases suffixes under which names of the zones may be asked for too
 * @param http null without an HTTP interface of its own
 * @param cache null where answers of other servers are not kept
 * @param resolvConf the file by which programs of this node find it
 */
public record DnsConfig(
    List<HostPort> listen,
    @Nullable MesosDnsConfig mesos,
    boolean mesosCopy,
    @Nullable DcosZoneConfig dcos,
    LocalZonesConfig local,
    Map<DomainName, DomainName> names,
    Map<DomainName, Path> zoneFiles,
    @Nullable Path hostsFile,
    Aliases aliases,
    TransferConfig transfer,
    @Nullable NamesHttpConfig http,
    ForwardConfig forward,
    @Nullable CacheConfig cache,
    DefenceConfig defence,
    AnsweringConfig answering,
    ResolvConfConfig resolvConf) {

  private static final Kind<String> CLUSTER_ID =
      Kind.ofText(
          "zbase32 of the cluster's key, 52 characters",
          text -> {
            Aliases.builder().dcos(text); // refuses any other text
            return text;
          });

  /**
   * Reads the section.
   *
   * @param ofDevice where this node has addresses of its own for name servers
   */
  static DnsConfig read(Section dns, List<HostPort> ofDevice) {
    DcosDnsImport dcosDns =
        DcosDnsImport.of(
            dns,
            dns.optional(
                "dcosDnsConfigFile",
                dns.readableFile(),
                "Configuration file of dcos-net's DNS (dcos-dns.json); adds to the defaults of"
                    + " listen, zones, forward and rotation. Read once."));
    NameRules rules = NameRulesSection.read(dns);
    MesosZoneSection.Said mesos =
        MesosZoneSection.read(
            dns.section("mesos", "The zone mesos, as Mesos-DNS makes it."), rules);
    List<HostPort> byFiles = listenByFiles(dcosDns, mesos.file());
    List<HostPort> listen = listen(dns, byFiles.isEmpty() ? ofDevice : byFiles);
    DcosZoneConfig dcos =
        DcosZoneSection.read(
            dns.section("dcos", "The zone dcos.thisdcos.directory, as dcos-net makes it."), rules);
    LocalZonesConfig local =
        LocalZonesConfig.read(
            dns.section("local", "Small zones that dcos-net has beside those of tasks."));
    Map<DomainName, DomainName> names =
        dns.byName(
            "zones",
            dns.map(
                "zones",
                "NAME",
                Kind.NAME,
                dcosDns.names(),
                "What other names stand for (CNAME), such as registry.component.thisdcos.directory:"
                    + " master.dcos.thisdcos.directory. Each lies in a zone that is its parent."));
    for (DomainName name : names.keySet()) {
      if (name.labelCount() < 2) {
        dns.problem("zones", name, "names with a parent");
      }
    }
    Map<DomainName, Path> zoneFiles =
        dns.byName(
            "zoneFiles",
            dns.map(
                "zoneFiles",
                "ORIGIN",
                dns.readableFile(),
                "Further zones from master files (RFC 1035), by their origin; watched."));
    Path hostsFile =
        dns.optional(
            "hostsFile",
            dns.readableFile(),
            "Names in the form of /etc/hosts, answered before all zones; watched.");
    Aliases aliases = aliases(dns);
    TransferConfig transfer =
        TransferConfig.read(
            dns.section("transfer", "Whole zones that go to other servers, or come from them."));
    NamesHttpConfig http =
        NamesHttpConfig.read(
            dns.section(
                "http",
                "An HTTP interface for names with a port of its own; the admin server has one in any"
                    + " case."),
            mesos.config(),
            mesos.file());
    ForwardConfig forward = forward(dns, dcosDns, mesos);
    CacheConfig cache =
        CacheSection.read(
            dns.section("cache", "Answers of other servers that are kept (docs/dns-cache.md)."),
            forward.limits().maxOutstanding());
    DefenceConfig defence = DefenceConfig.read(dns);
    AnsweringConfig answering =
        AnsweringConfig.read(
            dns, dcosDns.rotation(), mesos.file() == null || mesos.file().truncateBit());
    return new DnsConfig(
        listen,
        mesos.config(),
        mesos.copy(),
        dcos,
        local,
        names,
        zoneFiles,
        hostsFile,
        aliases,
        transfer,
        http,
        forward,
        cache,
        defence,
        answering,
        ResolvConfConfig.read(
            dns.section(
                "resolvConf", "The file by which programs of this node find its name servers."),
            listen,
            local.spartan()));
  }

  /** The same, at other places. */
  public DnsConfig listeningAt(List<HostPort> places) {
    return new DnsConfig(
        places,
        mesos,
        mesosCopy,
        dcos,
        local,
        names,
        zoneFiles,
        hostsFile,
        aliases,
        transfer,
        http,
        forward,
        cache,
        defence,
        answering,
        resolvConf);
  }

  private static ForwardConfig forward(
      Section dns, DcosDnsImport dcosDns, MesosZoneSection.Said mesos) {
    ForwardImport imported = dcosDns.forward().or(ForwardImport.of(mesos.file()));
    MesosDnsConfig served = mesos.config();
    return ForwardConfig.read(
        dns.section(
            "forward",
            "Who is asked about names outside the zones (docs/dns-forwarding.md). Files of"
                + " predecessors give defaults; their servers for mesos count where the zone is not"
                + " served here."),
        served == null ? imported : imported.without(served.domain()));
  }

  private static List<HostPort> listen(Section dns, List<HostPort> byFiles) {
    List<HostPort> listen =
        dns.list(
            "listen",
            Kind.ENDPOINT,
            byFiles,
            "Where to answer, each for UDP and TCP; needed when anything else of dns is set, unless"
                + " there is a node.device.");
    if (dns.isGiven() && !dns.isGiven("listen") && byFiles.isEmpty()) {
      dns.problem("listen", "missing", "a list of ADDR:PORT, such as [\"127.0.0.1:53\"]");
    }
    return listen;
  }

  private static List<HostPort> listenByFiles(
      DcosDnsImport dcosDns, @Nullable MesosDnsSettings mesosDns) {
    Set<HostPort> addresses = new LinkedHashSet<>(dcosDns.listen());
    if (mesosDns != null && mesosDns.dnsOn()) {
      addresses.add(new HostPort(mesosDns.listener(), mesosDns.port()));
    }
    return new ArrayList<>(addresses);
  }

  private static Aliases aliases(Section dns) {
    boolean wanted =
        dns.value(
            "aliases",
            Kind.FLAG,
            true,
            "Whether the zones also answer below thisdcos.global, dclb.thisdcos.directory and, with"
                + " a clusterId, CLUSTERID.dcos.directory.");
    String clusterId = dns.optional("clusterId", CLUSTER_ID, "Id of the cluster in names.");
    if (!wanted && clusterId != null) {
      dns.problem("aliases", false, "true, where there is a clusterId");
    }
    if (!wanted) {
      return Aliases.NONE;
    }
    Aliases.Builder aliases = Aliases.builder();
    return (clusterId == null ? aliases.dcos() : aliases.dcos(clusterId)).build();
  }

  /** Whether anything asks for what runs in the cluster. */
  boolean needsSource() {
    return !listen.isEmpty() && (mesos != null || dcos != null);
  }
}
