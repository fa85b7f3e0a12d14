// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.dns.outside;

import static java.util.Objects.requireNonNull;

import io.dcosnet.api.net.HostPort;
import io.dcosnet.api.net.IpAddress;
import io.dcosnet.dns.DnsServer;
import io.dcosnet.dns.forward.Policy;
import io.dcosnet.dns.forward.RoutingTable;
import io.dcosnet.dns.forward.Upstream;
import io.dcosnet.dns.transport.upstream.ScriptedUpstream;
import io.dcosnet.netty.NetRuntime;
import io.dcosnet.netty.TlsFiles;
import io.dcosnet.testkit.RecordingMetrics;
import io.dcosnet.testkit.TestCertificate;
import io.dcosnet.testkit.dns.raw.Codes;
import io.dcosnet.testkit.dns.raw.RawDns;
import io.dcosnet.testkit.dns.raw.RawMessage;
import io.dcosnet.testkit.dns.raw.RawName;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Deque;
import java.util.List;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * One of our servers on loopback, with the servers that it asks and clients that ask it.
 * <b>Thread-safe</b> once it is set up.
 */
final class AskedServer implements AutoCloseable {

  static final HostPort LOOPBACK = new HostPort(IpAddress.LOOPBACK_IPV4, 0);

  private final ShiftedTime time = new ShiftedTime();
  private final RecordingMetrics metrics = new RecordingMetrics();
  private final NetRuntime net = NetRuntime.builder().scheduler(time).metrics(metrics).build();
  private final Deque<ScriptedUpstream> opened = new ArrayDeque<>();
  private final DnsServer server;
  private @Nullable TestCertificate certificate;

  private AskedServer(UnaryOperator<DnsServer.Builder> config) {
    server = config.apply(DnsServer.builder(net).listen(LOOPBACK)).build();
    net.startAll(server);
  }

  /** A server with these settings. */
  static AskedServer start(UnaryOperator<DnsServer.Builder> config) {
    return new AskedServer(config);
  }

  /** A server that asks these about everything. */
  static AskedServer forwarding(Policy policy, ScriptedUpstream... upstreams) {
    return start(builder -> builder.forward(routes(policy, upstreams)));
  }

  /** Listens for TLS too. */
  static AskedServer start(TestCertificate shown, UnaryOperator<DnsServer.Builder> config) {
    AskedServer asked =
        new AskedServer(
            builder ->
                config.apply(
                    builder.listenTls(LOOPBACK, new TlsFiles(shown.chain(), shown.key()))));
    asked.certificate = shown;
    return asked;
  }

  static RoutingTable routes(Policy policy, ScriptedUpstream... upstreams) {
    return RoutingTable.builder().defaultRoute(policy, upstreams(upstreams)).build();
  }

  static List<Upstream> upstreams(ScriptedUpstream... upstreams) {
    return Arrays.stream(upstreams).map(ScriptedUpstream::upstream).toList();
  }

  /** Closes it too, after the server. */
  AskedServer with(ScriptedUpstream... others) {
    for (ScriptedUpstream other : others) {
      opened.push(other);
    }
    return this;
  }

  DnsServer server() {
    return server;
  }

  RecordingMetrics metrics() {
    return metrics;
  }

  /** Makes it later by so much. */
  void leap(Duration by) {
    time.leap(by);
  }

  /** Lets nobody in there lose patience from now on. */
  void stopTimers() {
    time.stopTimers();
  }

  HostPort address() {
    return server.localAddress();
  }

  /** A query as resolvers of hosts send it. */
  static RawDns query(Way way, String name, int type) {
    RawDns query = RawDns.query(RawName.of(name), type).flags(Codes.RD);
    return way.hasEdns() ? query.opt(4096) : query;
  }

  /** Asks for addresses. */
  RawMessage ask(Way way, String name) throws IOException {
    return ask(way, query(way, name, Codes.TYPE_A));
  }

  /** Asks from a socket of its own. */
  RawMessage ask(Way way, RawDns query) throws IOException {
    try (Client client = client(way)) {
      return client.ask(query);
    }
  }

  /** A client that has its socket open. */
  Client client(Way way) throws IOException {
    if (way != Way.TLS) {
      return Client.to(server.localAddress(), way);
    }
    return Client.overTls(
        server.tlsAddresses().get(0), requireNonNull(certificate, "certificate").client());
  }

  /** How often this server was asked for the name. */
  static long visits(ScriptedUpstream upstream, String name) {
    return upstream.visits().stream().filter(visit -> visit.isFor(name)).count();
  }

  /** The addresses and names that are answered, in the order of the response. */
  static List<String> data(RawMessage response) {
    List<String> all = new ArrayList<>();
    for (var record : response.answers()) {
      all.add(
          record.type() == Codes.TYPE_A
              ? IpAddress.ofBytes(record.data()).toString()
              : record.nameInData(0).toString());
    }
    return all;
  }

  /** The code of the extended error in a response, -1 for none. */
  static int extendedError(RawMessage response) {
    byte[] option = response.option(Codes.OPTION_EXTENDED_ERROR);
    return option == null ? -1 : ByteBuffer.wrap(option).getShort();
  }

  @Override
  public void close() {
    net.close();
    time.close();
    opened.forEach(ScriptedUpstream::close);
  }
}
