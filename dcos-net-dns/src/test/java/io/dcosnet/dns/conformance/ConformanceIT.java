// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.dns.conformance;

import io.dcosnet.api.net.HostPort;
import io.dcosnet.api.net.IpAddress;
import io.dcosnet.dns.DnsServer;
import io.dcosnet.dns.transport.TcpLimits;
import io.dcosnet.netty.NetRuntime;
import io.dcosnet.testkit.dns.DnsConformance;
import io.dcosnet.testkit.dns.DnsConformanceTests;
import java.time.Duration;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/** The whole suite of raw packets against our server, which keeps to each MUST and each SHOULD. */
class ConformanceIT {

  /** Long enough for the pieces of a query, short enough to wait for. */
  private static final TcpLimits LIMITS =
      new TcpLimits(100, 100, Duration.ofSeconds(4), Duration.ofSeconds(4));

  private final NetRuntime net = NetRuntime.builder().build();
  private HostPort address = new HostPort(IpAddress.LOOPBACK_IPV4, 0);

  @BeforeEach
  void start() {
    DnsServer server =
        DnsServer.builder(net).listen(address).zone(StandardZone.zone()).tcpLimits(LIMITS).build();
    net.startAll(server);
    address = server.localAddress();
  }

  @AfterEach
  void stop() {
    net.close();
  }

  private DnsConformance suite() {
    return DnsConformance.of(address, StandardZone.UNDER_TEST)
        .withTimeout(Duration.ofSeconds(5))
        .withIdleWait(Duration.ofSeconds(20));
  }

  @TestFactory
  Stream<DynamicTest> keepsToTheProtocol() {
    // It asks nobody else here, so it has nothing to say of such names.
    return DnsConformanceTests.of(suite(), Set.of(), StandardZone.cases("special/"));
  }
}
