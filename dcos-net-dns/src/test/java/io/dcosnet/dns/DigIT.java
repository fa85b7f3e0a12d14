// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.dns;

import static org.assertj.core.api.Assertions.assertThat;

import io.dcosnet.api.cluster.ClusterPublisher;
import io.dcosnet.api.model.Agent;
import io.dcosnet.api.model.Discovery;
import io.dcosnet.api.model.Framework;
import io.dcosnet.api.model.Labels;
import io.dcosnet.api.model.Task;
import io.dcosnet.api.net.HostPort;
import io.dcosnet.api.net.IpAddress;
import io.dcosnet.dns.records.MesosZone;
import io.dcosnet.netty.NetRuntime;
import java.io.IOException;
import java.util.List;
import java.util.Objects;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What the tool that everybody uses sees. */
class DigIT {

  private final NetRuntime net = NetRuntime.create();
  private final ClusterPublisher cluster = ClusterPublisher.create();
  private final MesosZone zone = MesosZone.of(cluster);
  private HostPort server = new HostPort(IpAddress.LOOPBACK_IPV4, 0);

  @BeforeEach
  void serve() {
    Dig.require();
    Agent agent = Agent.at("x-S1", IpAddress.parse("192.0.2.1"));
    cluster.put(agent);
    cluster.put(Framework.named("F1", "marathon"));
    for (int i = 0; i < 100; i++) {
      Agent more = Agent.at("y-S" + i, IpAddress.parse("198.51.100." + i));
      cluster.put(more);
      cluster.put(Task.named("many").id("many." + i).framework("F1").runningOn(more).build());
    }
    Discovery.Port http = new Discovery.Port(80, "http", "tcp", Labels.NONE);
    cluster.put(
        Task.named("web")
            .id("test")
            .framework("F1")
            .runningOn(agent)
            .discovery(new Discovery("my app.web", "", List.of(http), Labels.NONE))
            .build());
    DnsServer dns = DnsServer.builder(net).listen(server).zone(zone).build();
    net.startAll(dns);
    server = dns.localAddress();
    Awaitility.await()
        .until(
            () ->
                zone.snapshot() != null
                    && Objects.requireNonNull(zone.snapshot()).nameCount() > 100);
  }

  @AfterEach
  void close() {
    net.close();
  }

  @Test
  void findsTasksByBothSpellingsAndWithEscapes() throws Exception {
    assertThat(dig("+short", "myapp-web.marathon.mesos")).isEqualTo("192.0.2.1\n");
    assertThat(dig("+short", "my\\032app.web.marathon.mesos")).isEqualTo("192.0.2.1\n");
    assertThat(dig("+short", "+tcp", "MYAPP-web.marathon.mesos")).isEqualTo("192.0.2.1\n");
  }

  @Test
  void answersWithAuthorityAndWithoutWarnings() throws Exception {
    String answer = dig("+norecurse", "myapp-web.marathon.mesos");

    assertThat(answer).contains("status: NOERROR", "flags: qr aa;", "udp: 1232");
    assertThat(answer).contains("myapp-web.marathon.mesos. 60\tIN\tA\t192.0.2.1");
    assertThat(answer).doesNotContain("WARNING", "Warning", "malformed");
  }

  @Test
  void givesServicesWithTheAddressesOfTheirHosts() throws Exception {
    String answer = dig("_http._myapp-web._tcp.marathon.mesos", "SRV");

    assertThat(answer).contains("SRV\t0 1 80 myapp-web-iffe9-s1.marathon.mesos.");
    assertThat(answer).contains("myapp-web-iffe9-s1.marathon.mesos. 60 IN A\t192.0.2.1");
    assertThat(answer).contains("ADDITIONAL: 2"); // the address and OPT
  }

  @Test
  void tellsNoDataFromNoName() throws Exception {
    assertThat(dig("myapp-web.marathon.mesos", "AAAA"))
        .contains("status: NOERROR", "ANSWER: 0, AUTHORITY: 1", "mesos.\t\t\t60\tIN\tSOA");
    assertThat(dig("_tcp.marathon.mesos", "SRV")).contains("status: NOERROR", "ANSWER: 0");
    assertThat(dig("no.marathon.mesos")).contains("status: NXDOMAIN", "AUTHORITY: 1", "SOA");
    assertThat(dig("example.org")).contains("status: REFUSED", "EDE: 20");
  }

  @Test
  void truncatesWhatDoesNotFitAndDigAsksAgainOverTcp() throws Exception {
    assertThat(dig("+noedns", "+ignore", "many.marathon.mesos")).contains("flags: qr aa tc rd;");
    assertThat(dig("+bufsize=4096", "+ignore", "many.marathon.mesos"))
        .contains("flags: qr aa tc rd;", "ANSWER: 72");
    assertThat(dig("many.marathon.mesos")).contains("ANSWER: 100");
  }

  @Test
  void refusesOtherVersionsOfEdns() throws Exception {
    assertThat(dig("+edns=1", "+noednsnegotiation", "mesos", "SOA")).contains("status: BADVERS");
  }

  private String dig(String... arguments) throws IOException, InterruptedException {
    return Dig.ask(server, arguments);
  }
}
