// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.dns.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import io.dcosnet.api.net.HostPort;
import io.dcosnet.api.net.IpAddress;
import io.dcosnet.dns.DnsServer;
import io.dcosnet.dns.transport.TcpLimits;
import io.dcosnet.netty.NetRuntime;
import io.dcosnet.testkit.dns.raw.Codes;
import io.dcosnet.testkit.dns.raw.RawDns;
import io.dcosnet.testkit.dns.raw.RawMessage;
import io.dcosnet.testkit.dns.raw.TcpLine;
import io.dcosnet.testkit.dns.raw.UdpLine;
import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.PrintStream;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.SplittableRandom;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;

/**
 * Floods of damaged messages against the running server: nothing is logged, no memory stays behind,
 * and between them good queries are answered.
 */
class MutatedDatagramsIT {

  private static final int DATAGRAMS = 400_000;
  private static final int STREAMS = 20_000;

  /** Fewer than the socket buffers of both sides hold, so that nothing is lost. */
  private static final int BATCH = 40;

  private static final int GOOD_ID = 0x600d;
  private static final int PATIENCE_MILLIS = 10_000;
  private static final long SEED = 20_261_126;

  /** Far more than noise, far less than one octet for each message kept. */
  private static final long HEAP_GROWTH_OCTETS = 8L << 20;

  private static final TcpLimits LIMITS =
      new TcpLimits(1000, 1000, Duration.ofSeconds(3), Duration.ofSeconds(3));

  private final NetRuntime net = NetRuntime.builder().build();
  private final ByteArrayOutputStream logged = new ByteArrayOutputStream();
  private final PrintStream errors = System.err;
  private final MutatedQueries queries = new MutatedQueries(new SplittableRandom(SEED));
  private HostPort address = new HostPort(IpAddress.LOOPBACK_IPV4, 0);

  @BeforeEach
  void start() {
    DnsServer server =
        DnsServer.builder(net).listen(address).zone(StandardZone.zone()).tcpLimits(LIMITS).build();
    net.startAll(server);
    address = server.localAddress();
    System.setErr(new PrintStream(logged, true, StandardCharsets.UTF_8)); // where the log goes
  }

  @AfterEach
  void stop() {
    System.setErr(errors);
    net.close();
  }

  private static byte[] good() {
    return RawDns.query(StandardZone.UNDER_TEST.origin(), Codes.TYPE_SOA).id(GOOD_ID).octets();
  }

  @Test
  void survivesDamagedDatagrams() throws IOException {
    try (UdpLine line = UdpLine.to(address)) {
      send(line, DATAGRAMS / 10); // whatever is made once is made by now
      long before = usedHeap();

      int answered = send(line, DATAGRAMS - DATAGRAMS / 10);

      assertThat(usedHeap() - before).isLessThan(HEAP_GROWTH_OCTETS);
      assertThat(answered).isGreaterThan(DATAGRAMS / 2); // the others look like responses
    }
    assertNothingLogged();
  }

  /** A good query ends each batch; its answer comes behind those to the batch. */
  private int send(UdpLine line, int count) throws IOException {
    byte[] good = good();
    int answered = 0;
    for (int sent = 0; sent < count; sent += BATCH) {
      for (int i = 0; i < BATCH; i++) {
        line.send(queries.next());
      }
      line.send(good);
      byte[] answer;
      do {
        answer = line.receive(PATIENCE_MILLIS);
        assertThat(answer).as("answer to a good query behind %s others", sent).isNotNull();
        answered++;
      } while (((answer[0] & 0xff) << 8 | (answer[1] & 0xff)) != GOOD_ID);
      assertThat(RawMessage.parse(answer).rcode()).isZero();
    }
    return answered;
  }

  /** Shows first that what is logged would be seen. */
  private void assertNothingLogged() {
    String all = logged.toString(StandardCharsets.UTF_8);
    LoggerFactory.getLogger(MutatedDatagramsIT.class).error("the log is heard");
    assertThat(logged.toString(StandardCharsets.UTF_8)).contains("the log is heard");
    assertThat(all).isEmpty();
  }

  @Test
  void survivesDamagedStreams() throws IOException {
    stream(STREAMS / 10);
    long before = usedHeap();
    int answered = stream(STREAMS - STREAMS / 10);

    // What watches over a connection may stay until its time is over.
    Awaitility.await()
        .atMost(Duration.ofSeconds(30))
        .untilAsserted(() -> assertThat(usedHeap() - before).isLessThan(HEAP_GROWTH_OCTETS));
    assertThat(answered).isPositive();
    assertNothingLogged();
  }

  /** Each connection carries one to three damaged frames, and goes in one of the usual ways. */
  private int stream(int count) throws IOException {
    int answered = 0;
    for (int i = 0; i < count; i++) {
      TcpLine line = TcpLine.to(address, PATIENCE_MILLIS);
      try {
        line.write(queries.frames());
        if (i % 4 == 0) {
          line.reset();
        } else {
          line.endOutput();
          while (line.receive() != null) {
            answered++;
          }
        }
      } catch (SocketException | EOFException e) {
        // The server has ended the connection: it may.
      } finally {
        line.close();
      }
      if (i % 500 == 0) {
        askGood();
      }
    }
    return answered;
  }

  private void askGood() throws IOException {
    try (TcpLine line = TcpLine.to(address, PATIENCE_MILLIS)) {
      line.send(good());
      byte[] answer = line.receive();
      assertThat(answer).isNotNull();
      assertThat(RawMessage.parse(answer).rcode()).isZero();
    } catch (SocketTimeoutException e) {
      throw new AssertionError("no answer to a good query", e);
    }
  }

  private static long usedHeap() {
    long least = Long.MAX_VALUE;
    for (int i = 0; i < 4; i++) {
      System.gc();
      Runtime runtime = Runtime.getRuntime();
      least = Math.min(least, runtime.totalMemory() - runtime.freeMemory());
    }
    return least;
  }
}
