// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.dns;

import static io.dcosnet.dns.zone.Zones.addresses;
import static io.dcosnet.dns.zone.Zones.name;
import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.dcosnet.api.ConfigurationException;
import io.dcosnet.api.Lifecycle.State;
import io.dcosnet.api.net.Cidr;
import io.dcosnet.api.net.HostPort;
import io.dcosnet.api.net.IpAddress;
import io.dcosnet.dns.defend.AccessPolicy;
import io.dcosnet.dns.forward.Forwarder;
import io.dcosnet.dns.forward.Policy;
import io.dcosnet.dns.forward.RoutingTable;
import io.dcosnet.dns.forward.Upstream;
import io.dcosnet.dns.query.Answer;
import io.dcosnet.dns.query.HandlerChain;
import io.dcosnet.dns.query.QueryHandler;
import io.dcosnet.dns.transport.upstream.ScriptedUpstream;
import io.dcosnet.dns.transport.upstream.ScriptedUpstream.Script;
import io.dcosnet.dns.transport.upstream.ScriptedUpstream.Visit;
import io.dcosnet.dns.transport.upstream.Scripts;
import io.dcosnet.dns.wire.ExtendedError;
import io.dcosnet.dns.zone.RecordType;
import io.dcosnet.dns.zone.Zone;
import io.dcosnet.dns.zone.ZoneSnapshot;
import io.dcosnet.dns.zone.Zones;
import io.dcosnet.netty.NetRuntime;
import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.xbill.DNS.DClass;
import org.xbill.DNS.Flags;
import org.xbill.DNS.Message;
import org.xbill.DNS.Name;
import org.xbill.DNS.Rcode;
import org.xbill.DNS.Record;
import org.xbill.DNS.Section;
import org.xbill.DNS.Type;

/** A server that asks others: what is asked when, and how that begins and ends. */
class OutsideIT {

  private static final HostPort LOOPBACK = new HostPort(IpAddress.LOOPBACK_IPV4, 0);
  private static final Duration PATIENCE = Duration.ofSeconds(10);
  private static final AccessPolicy NOBODY_HAS_OTHERS_ASKED =
      AccessPolicy.builder().recursion(false, Cidr.parse("127.0.0.1/32")).build();

  private final NetRuntime net = NetRuntime.builder().ioThreads(2).build();
  private final List<ScriptedUpstream> opened = new ArrayList<>();

  @AfterEach
  void close() {
    net.close();
    opened.forEach(ScriptedUpstream::close);
  }

  private Upstream upstream(Script script) {
    ScriptedUpstream server = ScriptedUpstream.start(script);
    opened.add(server);
    return server.upstream();
  }

  /** How often a name was asked for; probes for loops have names of their own. */
  private long asked(String wanted) {
    return opened.stream()
        .flatMap(server -> server.visits().stream())
        .filter(
            visit ->
                visit.query().getQuestion().getName().toString().equalsIgnoreCase(wanted + "."))
        .count();
  }

  private static Zone zone(String origin) {
    ZoneSnapshot.Edit edit = Zones.empty(origin).edit();
    edit.put(name("web." + origin), addresses("192.0.2.1"));
    return Zone.of(edit.commit(0));
  }

  private static RoutingTable route(String suffix, Upstream upstream) {
    return RoutingTable.builder().route(name(suffix), List.of(upstream)).build();
  }

  private static RoutingTable everything(Upstream upstream) {
    return RoutingTable.builder().defaultRoute(Policy.SEQUENTIAL, List.of(upstream)).build();
  }

  private DnsServer.Builder builder() {
    return DnsServer.builder(net).listen(LOOPBACK).zone(zone("mesos"));
  }

  private DnsServer started(DnsServer.Builder builder) {
    DnsServer server = builder.build();
    net.startAll(server);
    return server;
  }

  @Test
  void asksOthersOnceAboutANameOutsideItsZones() throws Exception {
    DnsServer server =
        started(builder().forward(everything(upstream(Scripts.answering("203.0.113.1")))));

    assertThat(address(ask(server, "www.example.org"))).isEqualTo("203.0.113.1");
    assertThat(address(ask(server, "www.example.org"))).isEqualTo("203.0.113.1");
    assertThat(asked("www.example.org")).isEqualTo(1);
    assertThat(address(ask(server, "web.mesos"))).isEqualTo("192.0.2.1");
  }

  @Test
  void routesBelowAZoneStayWhenHandlersChange() throws Exception {
    DnsServer server =
        started(builder().forward(route("corp.mesos", upstream(Scripts.answering("203.0.113.1")))));
    assertThat(address(ask(server, "a.corp.mesos"))).isEqualTo("203.0.113.1");
    assertThat(server.handlers()).as("those of the host").isEqualTo(HandlerChain.EMPTY);

    server.handlers(HandlerChain.EMPTY.with(name("own.mesos"), blocking()));

    assertThat(address(ask(server, "b.corp.mesos"))).isEqualTo("203.0.113.1");
    assertThat(ask(server, "x.own.mesos").getRcode()).isEqualTo(Rcode.REFUSED);
    server.handlers(server.handlers());
    assertThat(address(ask(server, "c.corp.mesos"))).isEqualTo("203.0.113.1");
  }

  @Test
  void handlersOfTheHostStandBeforeRoutesBelowAZone() throws Exception {
    DnsServer server =
        started(
            builder()
                .handler(name("no.corp.mesos"), blocking())
                .forward(route("corp.mesos", upstream(Scripts.answering("203.0.113.1")))));

    assertThat(ask(server, "a.no.corp.mesos").getRcode()).isEqualTo(Rcode.REFUSED);
    assertThat(address(ask(server, "a.corp.mesos"))).isEqualTo("203.0.113.1");
  }

  @Test
  void newRoutesBelowAZoneCountAtOnceAndOldOnesNoMore() throws Exception {
    Upstream upstream = upstream(Scripts.answering("203.0.113.1"));
    DnsServer server = started(builder().forward(route("corp.mesos", upstream)));
    assertThat(address(ask(server, "a.corp.mesos"))).isEqualTo("203.0.113.1");

    forwarder(server).update(route("dev.mesos", upstream));

    assertThat(address(ask(server, "a.dev.mesos"))).isEqualTo("203.0.113.1");
    assertThat(ask(server, "a.corp.mesos").getRcode()).isEqualTo(Rcode.NXDOMAIN);
  }

  @Test
  void aZoneBelowARouteBelowAZoneAnswersByItself() throws Exception {
    DnsServer server =
        started(
            builder()
                .zone(zone("deep.corp.mesos"))
                .forward(route("corp.mesos", upstream(Scripts.answering("203.0.113.1")))));

    assertThat(address(ask(server, "web.deep.corp.mesos"))).isEqualTo("192.0.2.1");
    assertThat(ask(server, "no.deep.corp.mesos").getRcode()).isEqualTo(Rcode.NXDOMAIN);
    assertThat(address(ask(server, "a.corp.mesos"))).isEqualTo("203.0.113.1");
    assertThat(asked("no.deep.corp.mesos")).isZero();
  }

  @Test
  void aRouteForTheVeryNameOfAZoneIsRefused() {
    DnsServer.Builder builder =
        builder().forward(route("mesos", upstream(Scripts.answering("203.0.113.1"))));

    assertThatThrownBy(builder::build)
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("route: mesos. (expected: a name that is not that of a zone)");
  }

  @Test
  void routesBelowAZoneAreForClientsOnlyThatMayHaveOthersAsked() throws Exception {
    for (boolean kept : new boolean[] {true, false}) {
      DnsServer.Builder builder =
          builder()
              .access(NOBODY_HAS_OTHERS_ASKED)
              .forward(route("corp.mesos", upstream(Scripts.answering("203.0.113.1"))));
      DnsServer server = started(kept ? builder : builder.noCache());

      assertThat(ask(server, "a.corp.mesos").getRcode()).isEqualTo(Rcode.REFUSED);
    }
    assertThat(asked("a.corp.mesos")).isZero();
  }

  @Test
  void anUpstreamThatIsTheServerItselfFailsTheStartAndLeavesNothingOpen() throws Exception {
    HostPort here = new HostPort(IpAddress.LOOPBACK_IPV4, freePort());
    DnsServer server =
        DnsServer.builder(net)
            .listen(here, LOOPBACK)
            .zone(zone("mesos"))
            .forward(everything(Upstream.of(here)))
            .build();

    assertThatThrownBy(() -> net.startAll(server))
        .isInstanceOf(ConfigurationException.class)
        .hasMessageContaining(
            "route .: upstream " + here + " (expected: another server, this one listens there)");

    assertThat(server.state()).isEqualTo(State.FAILED);
    for (HostPort address : server.localAddresses()) {
      InetAddress loopback = address.address().toInetAddress();
      new DatagramSocket(address.port(), loopback).close();
      new ServerSocket(address.port(), 1, loopback).close();
    }
  }

  @Test
  void newRoutesToTheServerItselfAreRefusedAndTheOldOnesStay() throws Exception {
    Upstream well = upstream(Scripts.answering("203.0.113.1"));
    DnsServer server = started(builder().forward(everything(well)));
    Upstream here = Upstream.of(server.localAddress());

    assertThatThrownBy(() -> forwarder(server).update(everything(here)))
        .isInstanceOf(ConfigurationException.class)
        .hasMessageContaining("this one listens there");

    assertThat(address(ask(server, "www.example.org"))).isEqualTo("203.0.113.1");
  }

  @Test
  void whatIsAskedOfOthersIsAnsweredBeforeTheServerEnds() throws Exception {
    BlockingQueue<Visit> held = new LinkedBlockingQueue<>();
    DnsServer server = started(builder().forward(everything(upstream(holding(held)))));

    try (DatagramSocket client = client()) {
      send(client, server, "www.example.org");
      Visit visit = held.poll(PATIENCE.toMillis(), TimeUnit.MILLISECONDS);
      assertThat(visit).as("the question").isNotNull();
      CompletableFuture<Void> stopped = server.stop(PATIENCE).toCompletableFuture();
      assertThat(stopped).isNotDone();
      send(client, server, "web.mesos");
      assertThat(address(receive(client))).as("zones answer until the end").isEqualTo("192.0.2.1");

      visit.send(visit.address("203.0.113.1"));

      assertThat(address(receive(client))).isEqualTo("203.0.113.1");
      assertThat(stopped).succeedsWithin(PATIENCE);
      assertThat(forwarder(server).state()).isEqualTo(State.STOPPED);
    }
  }

  @Test
  void endsWithTheGraceWhenOthersKeepSilent() throws Exception {
    DnsServer server = started(builder().forward(everything(upstream(Scripts.silent()))));

    try (DatagramSocket client = client()) {
      send(client, server, "www.example.org");
      await().atMost(PATIENCE).until(() -> asked("www.example.org") > 0);

      CompletableFuture<Void> stopped = server.stop(Duration.ofMillis(200)).toCompletableFuture();

      assertThat(stopped).succeedsWithin(Duration.ofSeconds(3));
      assertThat(forwarder(server).state()).isEqualTo(State.STOPPED);
      await().until(() -> forwarder(server).outstanding() == 0);
    }
  }

  @Test
  void explainsWhatIsKeptWhoWouldBeAskedAndWhatLimitsAClient() throws Exception {
    Upstream upstream = upstream(Scripts.answering("203.0.113.1"));
    RoutingTable routes =
        RoutingTable.builder()
            .route(name("corp.mesos"), List.of(upstream))
            .defaultRoute(Policy.SEQUENTIAL, List.of(upstream))
            .build();
    DnsServer server = started(builder().forward(routes));
    ask(server, "www.example.org");

    assertThat(server.explain("www.example.org", RecordType.A, null).toText())
        .containsPattern("outside www.example.org.: cached: NOERROR with 1 record, (59|60) s left")
        .contains("outside www.example.org.: route . asks [" + upstream + "]")
        .contains("rcode   what others say");
    assertThat(server.explain("new.example.org", RecordType.A, null).toText())
        .contains("outside new.example.org.: not cached");
    assertThat(server.explain("a.corp.mesos", RecordType.A, null).toText())
        .contains("handler of a route for names at and below corp.mesos.")
        .contains("zone    a route leads further down than zone mesos.")
        .contains("outside a.corp.mesos.: route corp.mesos. asks [" + upstream + "]")
        .contains("rcode   what others say");
    assertThat(server.explain("web.mesos", RecordType.A, IpAddress.parse("203.0.113.9")).toText())
        .contains("access  over UDP without a cookie 203.0.113.0/24 gets 100 equal answers");
    assertThat(server.explain("web.mesos", RecordType.A, IpAddress.LOOPBACK_IPV4).toText())
        .contains("access  127.0.0.1 has no limits");
  }

  private static Forwarder forwarder(DnsServer server) {
    return requireNonNull(server.forwarder(), "forwarder");
  }

  private static QueryHandler blocking() {
    return (query, next) ->
        CompletableFuture.completedFuture(Answer.failure(Rcode.REFUSED, ExtendedError.BLOCKED, ""));
  }

  /** Answers questions for addresses when told to, and the others never. */
  private static Script holding(BlockingQueue<Visit> held) {
    return visit -> {
      if (visit.query().getQuestion().getType() == Type.A) {
        held.add(visit);
      }
    };
  }

  private static int freePort() throws IOException {
    try (DatagramSocket socket = new DatagramSocket(0, InetAddress.getLoopbackAddress())) {
      return socket.getLocalPort();
    }
  }

  private static DatagramSocket client() throws IOException {
    DatagramSocket socket = new DatagramSocket();
    socket.setSoTimeout((int) PATIENCE.toMillis());
    return socket;
  }

  private static Message ask(DnsServer server, String name) throws IOException {
    try (DatagramSocket socket = client()) {
      send(socket, server, name);
      return receive(socket);
    }
  }

  private static void send(DatagramSocket socket, DnsServer server, String name)
      throws IOException {
    Message query =
        Message.newQuery(Record.newRecord(Name.fromString(name + "."), Type.A, DClass.IN));
    query.getHeader().setFlag(Flags.RD);
    byte[] octets = query.toWire();
    socket.send(new DatagramPacket(octets, octets.length, server.localAddress().toSocketAddress()));
  }

  private static Message receive(DatagramSocket socket) throws IOException {
    DatagramPacket packet = new DatagramPacket(new byte[4096], 4096);
    socket.receive(packet);
    return new Message(Arrays.copyOf(packet.getData(), packet.getLength()));
  }

  private static String address(Message response) {
    assertThat(response.getSection(Section.ANSWER)).as(response.toString()).hasSize(1);
    return response.getSection(Section.ANSWER).get(0).rdataToString();
  }
}
