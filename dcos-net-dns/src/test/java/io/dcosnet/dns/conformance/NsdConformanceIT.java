// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.dns.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import io.dcosnet.api.net.HostPort;
import io.dcosnet.api.net.IpAddress;
import io.dcosnet.testkit.Required;
import io.dcosnet.testkit.dns.DnsConformance;
import io.dcosnet.testkit.dns.DnsConformanceTests;
import io.dcosnet.testkit.dns.raw.Codes;
import io.dcosnet.testkit.dns.raw.RawDns;
import io.dcosnet.testkit.dns.raw.UdpLine;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.awaitility.Awaitility;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.io.TempDir;

/**
 * The suite against NSD, which is known to keep to the protocol: so the suite demands nothing that
 * only we do.
 */
class NsdConformanceIT {

  /** Where NSD 4 does otherwise, all of which the standards leave to it. */
  private static final Set<String> DIFFERING =
      Stream.of(
              // It clears CD, which means nothing to a server that does not validate.
              both("header/copies-cd"),
              // A query whose header has an rcode is malformed to it.
              both("header/ignores-rcode-of-query"),
              // Over TCP it ends the connection when a message has nothing behind its header.
              tcp("form/no-question"),
              tcp("form/question-missing"),
              otherOpcodes().map(i -> "opcode/not-implemented-without-question-" + i + " (TCP)"),
              // Without looking further than the header it says NOTIMP, thus without OPT.
              otherOpcodes().flatMap(i -> both("opcode/not-implemented-with-edns-" + i)),
              // It says NXDOMAIN to news of a zone that it does not have.
              both("opcode/notify-of-a-stranger-for-a-foreign-zone"),
              // A query that is wrong before its OPT record is read no further.
              both("edns/format-error-with-opt"),
              // OPT must come first, and be alone or before TSIG.
              both("edns/takes-opt-before-other-records"),
              // It clears DO together with BADVERS.
              both("edns/refuses-version-1-with-do"),
              // Rotation is an option that is off by default.
              both("answer/rotates"),
              // It ends the answer where the loop closes, with NOERROR.
              both("alias/cname-loop-is-a-failure"))
          .flatMap(names -> names)
          .collect(Collectors.toUnmodifiableSet());

  /** About one process of ten ends each connection over which this comes; the others answer. */
  private static final String UNSTEADY = "opcode/not-implemented-11 (TCP)";

  @TempDir private Path folder;

  private HostPort address = new HostPort(IpAddress.LOOPBACK_IPV4, 53);
  private @Nullable Process nsd;

  private static Stream<String> both(String name) {
    return Stream.of(name + " (UDP)", name + " (TCP)");
  }

  private static Stream<String> tcp(String name) {
    return Stream.of(name + " (TCP)");
  }

  /** All but QUERY, NOTIFY and UPDATE. */
  private static Stream<Integer> otherOpcodes() {
    return IntStream.range(1, 16).filter(i -> i != 4 && i != 5).boxed();
  }

  @BeforeEach
  void start() throws IOException {
    Required.program("nsd", "nsd");
    address = new HostPort(IpAddress.LOOPBACK_IPV4, freePort());
    Files.writeString(folder.resolve("conf.zone"), StandardZone.UNDER_TEST.masterFile());
    Path config = folder.resolve("nsd.conf");
    Files.writeString(
        config,
        """
        server:
          ip-address: 127.0.0.1@PORT
          username: ""
          zonesdir: "FOLDER"
          pidfile: "FOLDER/nsd.pid"
          xfrdfile: "FOLDER/xfrd.state"
          zonelistfile: "FOLDER/zone.list"
          xfrdir: "FOLDER"
          database: ""
          server-count: 1
        remote-control:
          control-enable: no
        zone:
          name: "conf.test"
          zonefile: "conf.zone"
        """
            .replace("FOLDER", folder.toString())
            .replace("PORT", "" + address.port()));
    nsd =
        new ProcessBuilder("nsd", "-d", "-c", config.toString())
            .redirectErrorStream(true)
            .redirectOutput(folder.resolve("nsd.log").toFile())
            .start();
    Awaitility.await().atMost(Duration.ofSeconds(30)).ignoreExceptions().until(this::answers);
  }

  private boolean answers() throws IOException {
    try (UdpLine line = UdpLine.to(address)) {
      line.send(RawDns.query(StandardZone.UNDER_TEST.origin(), Codes.TYPE_SOA).octets());
      return line.receive(500) != null;
    }
  }

  @AfterEach
  void stop() throws InterruptedException {
    if (nsd != null) {
      nsd.destroy();
      assertThat(nsd.waitFor(20, TimeUnit.SECONDS)).isTrue();
    }
  }

  @TestFactory
  Stream<DynamicTest> keepsToTheProtocolBut() {
    return DnsConformanceTests.of(
            DnsConformance.of(address, StandardZone.UNDER_TEST).withTimeout(Duration.ofSeconds(5)),
            DIFFERING,
            StandardZone.cases("cookie/", "special/", "tcp/ends-silent-connections"))
        .filter(test -> !test.getDisplayName().equals(UNSTEADY));
  }

  /** NSD cannot say which port it got. */
  private static int freePort() throws IOException {
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return socket.getLocalPort();
    }
  }
}
