// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.dns.transport;

import static io.dcosnet.dns.zone.Zones.addresses;
import static io.dcosnet.dns.zone.Zones.name;

import io.dcosnet.api.net.HostPort;
import io.dcosnet.api.net.IpAddress;
import io.dcosnet.dns.answer.Elsewhere;
import io.dcosnet.dns.answer.Guard;
import io.dcosnet.dns.answer.Responder;
import io.dcosnet.dns.metrics.DnsMetrics;
import io.dcosnet.dns.response.ResponseStyle;
import io.dcosnet.dns.wire.QueryReader;
import io.dcosnet.dns.wire.ResponseWriter;
import io.dcosnet.dns.wire.Sender;
import io.dcosnet.dns.zone.Aliases;
import io.dcosnet.dns.zone.Zone;
import io.dcosnet.dns.zone.ZoneSnapshot;
import io.dcosnet.dns.zone.ZoneTable;
import io.dcosnet.dns.zone.Zones;
import io.dcosnet.netty.NetRuntime;
import io.dcosnet.netty.Transport;
import io.dcosnet.testkit.RecordingMetrics;
import io.dcosnet.testkit.Required;
import java.net.DatagramSocket;
import java.net.SocketException;
import java.util.List;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;

/** A small zone, what is asked for outside of it, and sockets of each kind that carry both. */
final class UdpWorld implements AutoCloseable {

  /** What carries UDP. */
  enum Kind {
    NATIVE,
    EPOLL,
    NIO
  }

  /** A query for this type makes the responder fail, as a fault of ours would. */
  static final int FAULTY_TYPE = 254;

  private static final int PATIENCE_MILLIS = 5000;

  final RecordingMetrics metrics = new RecordingMetrics();
  final NetRuntime net;
  final UdpParts parts;
  private final Kind kind;

  UdpWorld(Kind kind) {
    this.kind = kind;
    String lack =
        kind == Kind.NATIVE
            ? UdpSockets.nativeUnavailableBecause().orElse("")
            : transport(kind).unavailableBecause().orElse("");
    Required.that(lack.isEmpty(), kind + ": " + lack);
    net =
        NetRuntime.builder()
            .metrics(metrics)
            .ioThreads(2)
            .transport(transport(kind == Kind.NATIVE ? Kind.NIO : kind))
            .build();
    Responder.Parts answers = answers();
    parts =
        new UdpParts(
            net, protocol -> new Responder(answers, protocol), null, new DnsMetrics(metrics));
  }

  private static Transport transport(Kind kind) {
    return kind == Kind.EPOLL ? Transport.EPOLL : Transport.NIO;
  }

  private Responder.Parts answers() {
    ZoneSnapshot.Edit zone = Zones.empty("example.org").edit();
    zone.put(name("web.example.org"), addresses("192.0.2.1", "192.0.2.2"));
    zone.put(
        name("many.example.org"),
        addresses(IntStream.range(0, 200).mapToObj(i -> "192.0.2." + i).toArray(String[]::new)));
    return new Responder.Parts(
        ZoneTable.of(List.of(Zone.of(zone.commit(0)))),
        Aliases.NONE,
        protocol -> new Faulty(),
        () -> (query, sender, octets, start, length, response) -> Elsewhere.LATER,
        ResponseStyle.DEFAULTS,
        net.random(),
        new DnsMetrics(metrics));
  }

  /** Lets everybody in, but fails for one type. */
  private static final class Faulty implements Guard {
    @Override
    public Decision query(QueryReader query, Sender sender) {
      if (query.type() == FAULTY_TYPE) {
        throw new IllegalStateException("wanted by the test");
      }
      return Decision.PASS;
    }

    @Override
    public Decision response(QueryReader query, Sender sender, int rcode, ResponseWriter response) {
      return Decision.PASS;
    }

    @Override
    public boolean mayRecurse(Sender sender) {
      return true;
    }
  }

  UdpListener listener(int workers) {
    return kind == Kind.NATIVE
        ? new NativeUdp(parts, workers, new AtomicInteger())
        : new NettyUdp(parts, workers);
  }

  /** A port that is free for UDP on all addresses, as far as one can know. */
  static int freePort() {
    try (DatagramSocket socket = new DatagramSocket()) {
      return socket.getLocalPort();
    } catch (SocketException e) {
      throw new AssertionError(e);
    }
  }

  static HostPort at(String address, int port) {
    return new HostPort(IpAddress.parse(address), port);
  }

  static void done(CompletionStage<Void> stage) throws Exception {
    stage.toCompletableFuture().get(5, TimeUnit.SECONDS);
  }

  /** A socket that hears nobody but the server. */
  static DatagramSocket client(HostPort server) throws SocketException {
    DatagramSocket client = new DatagramSocket();
    client.setSoTimeout(PATIENCE_MILLIS);
    client.connect(server.toSocketAddress());
    return client;
  }

  @Override
  public void close() {
    net.close();
  }
}
