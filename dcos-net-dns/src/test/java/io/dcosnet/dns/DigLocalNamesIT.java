// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.dns;

import static io.dcosnet.dns.zone.Zones.addresses;
import static io.dcosnet.dns.zone.Zones.cname;
import static io.dcosnet.dns.zone.Zones.name;
import static io.dcosnet.dns.zone.Zones.names;
import static org.assertj.core.api.Assertions.assertThat;

import io.dcosnet.api.cluster.ClusterPublisher;
import io.dcosnet.api.model.Agent;
import io.dcosnet.api.model.Framework;
import io.dcosnet.api.model.Labels;
import io.dcosnet.api.model.Master;
import io.dcosnet.api.model.Masters;
import io.dcosnet.api.model.NetworkInfo;
import io.dcosnet.api.model.Task;
import io.dcosnet.api.model.TaskState;
import io.dcosnet.api.model.TaskStatus;
import io.dcosnet.api.net.HostPort;
import io.dcosnet.api.net.IpAddress;
import io.dcosnet.api.net.Protocol;
import io.dcosnet.api.spi.TimeSource;
import io.dcosnet.api.vip.VipDirectory;
import io.dcosnet.dns.local.GivenVips;
import io.dcosnet.dns.local.LocalZones;
import io.dcosnet.dns.local.ReverseNames;
import io.dcosnet.dns.local.ReverseZones;
import io.dcosnet.dns.local.ThisNodeZone;
import io.dcosnet.dns.local.ZkZone;
import io.dcosnet.dns.records.L4lbZone;
import io.dcosnet.dns.records.MesosZone;
import io.dcosnet.dns.zone.Aliases;
import io.dcosnet.dns.zone.Zone;
import io.dcosnet.dns.zone.ZoneSnapshot;
import io.dcosnet.dns.zone.Zones;
import io.dcosnet.netty.NetRuntime;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.xbill.DNS.Type;

/**
 * Aliases, chains, wildcards and the zones of a node, as the tool that everybody uses sees them.
 */
class DigLocalNamesIT {

  private static final String CLUSTER = "y".repeat(52);

  private final NetRuntime net = NetRuntime.create();
  private final ClusterPublisher cluster = ClusterPublisher.create();
  private final GivenVips vips = new GivenVips();
  private HostPort server = new HostPort(IpAddress.LOOPBACK_IPV4, 0);

  @BeforeEach
  void serve() {
    Dig.require();
    fill();
    TimeSource time = net.time();
    MesosZone mesos = MesosZone.of(cluster);
    L4lbZone l4lb = L4lbZone.of(vips);
    ZkZone zk = ZkZone.of(cluster, time);
    ReverseZones reverse =
        ReverseZones.builder(time)
            .names(mesos, ReverseNames.mesos(mesos.origin()))
            .names(l4lb, ReverseNames.all())
            .names(LocalZones.localhost(time), ReverseNames.all())
            .build();
    DnsServer.Builder builder =
        DnsServer.builder(net)
            .listen(server)
            .aliases(Aliases.builder().dcos(CLUSTER).build())
            .zone(mesos)
            .zone(l4lb)
            .zone(zk)
            .zone(LocalZones.spartan(List.of(LocalZones.SPARTAN_ADDRESS), time))
            .zone(LocalZones.localhost(time))
            .zone(ThisNodeZone.of(List.of(IpAddress.parse("192.0.2.1")), time))
            .zone(
                LocalZones.cnames(
                    name("component.thisdcos.directory"),
                    Map.of(
                        name("registry.component.thisdcos.directory"),
                        name("web.marathon.l4lb.thisdcos.directory")),
                    time))
            .zone(statics());
    reverse.zones().forEach(builder::zone);
    DnsServer dns = builder.build();
    net.startAll(dns);
    server = dns.localAddress();
    Zone last = reverse.zones().get(0);
    Awaitility.await()
        .until(
            () ->
                last.snapshot() != null
                    && !Objects.requireNonNull(last.snapshot()).isPartial()
                    && zk.snapshot().recordCount() == 5);
  }

  private void fill() {
    Agent agent = Agent.at("x-S1", IpAddress.parse("10.0.0.1"));
    NetworkInfo network =
        new NetworkInfo("", List.of(IpAddress.parse("10.3.0.7")), List.of(), Labels.NONE);
    Master leader = new Master(HostPort.parse("10.0.0.9:5050"), "");
    cluster.put(agent);
    cluster.put(Framework.named("F1", "marathon"));
    cluster.put(new Masters(List.of(leader), leader));
    cluster.put(
        Task.named("web")
            .id("test")
            .framework("F1")
            .runningOn(agent)
            .status(new TaskStatus(TaskState.RUNNING, 1, null, List.of(network), Labels.NONE))
            .build());
    vips.put(
        "web.marathon",
        "11.1.2.3",
        new VipDirectory.Service(Protocol.TCP, 10080, 80, List.of("http")));
  }

  private static Zone statics() {
    ZoneSnapshot.Edit edit = Zones.empty("example.org").edit();
    edit.wildcards(true);
    edit.put(name("*.wild.example.org"), addresses("192.0.2.99"));
    edit.put(name("a.example.org"), cname("b.example.org"));
    edit.put(name("b.example.org"), cname("web.marathon.mesos"));
    edit.put(name("loop.example.org"), cname("loop.example.org"));
    edit.put(name("moved.example.org"), names(Type.DNAME, "wild.example.org"));
    edit.put(name("sub.example.org"), names(Type.NS, "ns.sub.example.org"));
    edit.put(name("ns.sub.example.org"), addresses("192.0.2.53"));
    return Zone.of(edit.commit(0));
  }

  @AfterEach
  void close() {
    net.close();
  }

  @ParameterizedTest
  @ValueSource(strings = {"+notcp", "+tcp"})
  void answersUnderAliases(String transport) throws Exception {
    String suffix = "." + CLUSTER + ".dcos.directory";

    assertThat(dig(transport, "+norecurse", "Web.marathon.dclb.thisdcos.global"))
        .contains("Web.marathon.dclb.thisdcos.global. 5 IN A 11.1.2.3", "flags: qr aa;")
        .doesNotContain("WARNING", "malformed", "l4lb");
    assertThat(dig(transport, "+short", "web.marathon.l4lb" + suffix)).isEqualTo("11.1.2.3\n");
    assertThat(dig(transport, "+short", "registry.component.thisdcos.global"))
        .isEqualTo("web.marathon.l4lb.thisdcos.global.\n11.1.2.3\n");
    assertThat(dig(transport, "no.dclb.thisdcos.directory"))
        .contains("status: NXDOMAIN", "dclb.thisdcos.directory. 1 IN SOA ns.spartan.");
    assertThat(dig(transport, "web.marathon.l4lb." + "n".repeat(51) + "o.dcos.directory"))
        .contains("status: REFUSED");
  }

  @ParameterizedTest
  @ValueSource(strings = {"+notcp", "+tcp"})
  void tellsThePortsOfAVip(String transport) throws Exception {
    String web = "web.marathon.l4lb.thisdcos.directory";

    assertThat(dig(transport, "+norecurse", "_http._tcp." + web, "SRV"))
        .contains("_http._tcp." + web + ". 5 IN SRV 0 0 10080 " + web + ".")
        .contains(web + ". 5 IN A 11.1.2.3")
        .doesNotContain("WARNING", "malformed");
    assertThat(dig(transport, "+short", "_80._tcp." + web, "SRV"))
        .isEqualTo("0 0 10080 " + web + ".\n");
    assertThat(dig(transport, "+short", web, "TXT"))
        .isEqualTo("\"proto=tcp\" \"port=10080\" \"vip=80\" \"name=http\"\n");
    assertThat(dig(transport, "+short", "_http._tcp.web.marathon.dclb.thisdcos.global", "SRV"))
        .startsWith("0 0 10080 web.marathon.");
    assertThat(dig(transport, web, "AAAA"))
        .contains("status: NOERROR", "ANSWER: 0, AUTHORITY: 1", "1 IN SOA ns.spartan.");
    assertThat(dig(transport, "_https._tcp." + web, "SRV")).contains("status: NXDOMAIN");
    assertThat(dig(transport, "_tcp." + web, "SRV")).contains("status: NOERROR", "ANSWER: 0");
  }

  @ParameterizedTest
  @ValueSource(strings = {"+notcp", "+tcp"})
  void followsChains(String transport) throws Exception {
    assertThat(dig(transport, "+short", "a.example.org"))
        .isEqualTo("b.example.org.\nweb.marathon.mesos.\n10.3.0.7\n");
    assertThat(dig(transport, "+norecurse", "loop.example.org"))
        .contains("status: SERVFAIL", "EDE: 0 (Other): (chain of CNAME records does not end)")
        .doesNotContain("WARNING", "malformed");
    assertThat(dig(transport, "x.moved.example.org"))
        .contains("DNAME wild.example.org.", "CNAME x.wild.example.org.", "A 192.0.2.99");
  }

  @ParameterizedTest
  @ValueSource(strings = {"+notcp", "+tcp"})
  void answersFromWildcardsAndRefersToOthers(String transport) throws Exception {
    assertThat(dig(transport, "+short", "any.thing.wild.example.org")).isEqualTo("192.0.2.99\n");
    assertThat(dig(transport, "any.wild.example.org", "AAAA"))
        .contains("status: NOERROR", "ANSWER: 0, AUTHORITY: 1");
    assertThat(dig(transport, "+norecurse", "www.sub.example.org"))
        .contains("flags: qr;", "NS ns.sub.example.org.", "ns.sub.example.org. 60 IN A");
  }

  @ParameterizedTest
  @ValueSource(strings = {"+notcp", "+tcp"})
  void knowsTheNodeItself(String transport) throws Exception {
    assertThat(dig(transport, "ready.spartan", "ANY"))
        .contains("ANSWER: 1", "ready.spartan. 5 IN A 127.0.0.1");
    assertThat(dig(transport, "+short", "ns.spartan")).isEqualTo("198.51.100.1\n");
    assertThat(dig(transport, "+short", "localhost", "AAAA")).isEqualTo("::1\n");
    assertThat(dig(transport, "+short", "x.y.localhost")).isEqualTo("127.0.0.1\n");
    assertThat(dig(transport, "+short", "thisnode.thisdcos.directory")).isEqualTo("192.0.2.1\n");
    assertThat(dig(transport, "+short", "zk-5.zk")).isEqualTo("10.0.0.9\n");
    assertThat(dig(transport, "zk-6.zk")).contains("status: NXDOMAIN");
  }

  @ParameterizedTest
  @ValueSource(strings = {"+notcp", "+tcp"})
  void knowsNamesOfAddresses(String transport) throws Exception {
    assertThat(dig(transport, "+short", "-x", "10.3.0.7"))
        .isEqualTo("web-iffe9-s1.marathon.mesos.\n");
    assertThat(dig(transport, "+short", "-x", "10.0.0.1")).isEqualTo("slave.mesos.\n");
    assertThat(dig(transport, "+short", "-x", "10.0.0.9")).isEqualTo("master0.mesos.\n");
    assertThat(dig(transport, "+short", "-x", "11.1.2.3"))
        .isEqualTo("web.marathon.l4lb.thisdcos.directory.\n");
    assertThat(dig(transport, "+short", "-x", "::1")).isEqualTo("localhost.\n");
    assertThat(dig(transport, "-x", "10.9.9.9"))
        .contains("status: NXDOMAIN", "10.in-addr.arpa. 1 IN SOA ns.spartan.");
    assertThat(dig(transport, "-x", "203.0.113.1")).contains("status: REFUSED");
  }

  /** What dig prints, its columns one space apart. */
  private String dig(String... arguments) throws IOException, InterruptedException {
    return Dig.ask(server, arguments).replaceAll("[ \t]+", " ");
  }
}
