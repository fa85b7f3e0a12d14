// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.dns.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import io.dcosnet.api.net.HostPort;
import io.dcosnet.api.net.IpAddress;
import io.dcosnet.dns.DnsServer;
import io.dcosnet.dns.forward.Policy;
import io.dcosnet.dns.forward.RoutingTable;
import io.dcosnet.dns.transport.TcpLimits;
import io.dcosnet.dns.transport.UdpTransport;
import io.dcosnet.dns.transport.upstream.ScriptedUpstream;
import io.dcosnet.dns.transport.upstream.Scripts;
import io.dcosnet.netty.NetRuntime;
import io.dcosnet.testkit.dns.DnsConformance;
import io.dcosnet.testkit.dns.DnsConformanceTests;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/**
 * The same suite as in {@link ConformanceIT}, while our server asks others about everything outside
 * its zone; over each transport for UDP.
 */
class ForwardingConformanceIT {

  private static final TcpLimits LIMITS =
      new TcpLimits(100, 100, Duration.ofSeconds(4), Duration.ofSeconds(4));

  private final NetRuntime net = NetRuntime.builder().build();
  private final ScriptedUpstream upstream =
      ScriptedUpstream.start(Scripts.answering("203.0.113.66"));

  @AfterEach
  void stop() {
    net.close();
    upstream.close();
  }

  @TestFactory
  Stream<DynamicTest> keepsToTheProtocolWithNativeSockets() {
    return suite(UdpTransport.AUTO);
  }

  @TestFactory
  Stream<DynamicTest> keepsToTheProtocolWithSocketsOfNetty() {
    return suite(UdpTransport.NETTY);
  }

  private Stream<DynamicTest> suite(UdpTransport transport) {
    DnsServer server =
        DnsServer.builder(net)
            .listen(new HostPort(IpAddress.LOOPBACK_IPV4, 0))
            .zone(StandardZone.zone())
            .forward(
                RoutingTable.builder()
                    .defaultRoute(Policy.DUAL, List.of(upstream.upstream()))
                    .build())
            .udpTransport(transport)
            .tcpLimits(LIMITS)
            .build();
    net.startAll(server);
    assertThat(server.udpTransport())
        .as("transport")
        .contains(transport == UdpTransport.NETTY ? "netty" : "native");
    DnsConformance suite =
        DnsConformance.of(server.localAddress(), StandardZone.UNDER_TEST)
            .withTimeout(Duration.ofSeconds(5))
            .withIdleWait(Duration.ofSeconds(20));
    return DnsConformanceTests.of(
        suite, Set.of(), StandardZone.cases("denial/name-outside-the-zone"));
  }
}
