// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.dns;

import static io.dcosnet.dns.zone.Zones.addresses;
import static io.dcosnet.dns.zone.Zones.cname;
import static io.dcosnet.dns.zone.Zones.name;
import static org.assertj.core.api.Assertions.assertThat;

import io.dcosnet.api.Lifecycle.State;
import io.dcosnet.api.net.HostPort;
import io.dcosnet.api.net.IpAddress;
import io.dcosnet.dns.name.DomainName;
import io.dcosnet.dns.query.Answer;
import io.dcosnet.dns.query.HandlerChain;
import io.dcosnet.dns.query.Query;
import io.dcosnet.dns.query.QueryHandler;
import io.dcosnet.dns.query.Resolver;
import io.dcosnet.dns.wire.ExtendedError;
import io.dcosnet.dns.zone.Rdata;
import io.dcosnet.dns.zone.RecordType;
import io.dcosnet.dns.zone.Zone;
import io.dcosnet.dns.zone.ZoneRecord;
import io.dcosnet.dns.zone.ZoneSnapshot;
import io.dcosnet.dns.zone.Zones;
import io.dcosnet.netty.NetRuntime;
import io.dcosnet.testkit.VirtualTime;
import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
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

class HandlersIT {

  private static final HostPort LOOPBACK = new HostPort(IpAddress.LOOPBACK_IPV4, 0);
  private static final int PATIENCE_MILLIS = 10_000;

  private final NetRuntime net = NetRuntime.create();

  /** Answers that nobody gave yet. */
  private final BlockingQueue<CompletableFuture<Answer>> open = new LinkedBlockingQueue<>();

  @AfterEach
  void close() {
    net.close();
  }

  private static Zone zone() {
    ZoneSnapshot.Edit edit = Zones.empty("mesos").edit();
    edit.put(name("web.mesos"), addresses("192.0.2.1"));
    edit.put(name("ext.mesos"), cname("www.example.org"));
    return Zone.of(edit.commit(0));
  }

  private DnsServer started(DnsServer.Builder builder) {
    DnsServer server = builder.listen(LOOPBACK).zone(zone()).build();
    net.startAll(server);
    return server;
  }

  private CompletableFuture<Answer> later() {
    CompletableFuture<Answer> answer = new CompletableFuture<>();
    open.add(answer);
    return answer;
  }

  private static Answer address(String owner) {
    byte[] data = Rdata.address(IpAddress.parse("203.0.113.1"));
    return Answer.of(ZoneRecord.of(name(owner), RecordType.A, 30, data));
  }

  @Test
  void aResolverAnswersWhatTheZonesDoNot() throws Exception {
    DnsServer server = started(DnsServer.builder(net).resolver(query -> later()));

    try (DatagramSocket socket = new DatagramSocket()) {
      Message query = query("ext.mesos", Type.A);
      send(socket, server, query);
      take().complete(address("www.example.org"));
      Message answer = receive(socket);

      assertThat(answer.getHeader().getID()).isEqualTo(query.getHeader().getID());
      assertThat(answer.getSection(Section.ANSWER)).hasSize(2);
      assertThat(answer.getHeader().getFlag(Flags.RA)).isTrue();
    }
  }

  @Test
  void handlersAreExchangedWhileItRuns() throws Exception {
    QueryHandler refusing =
        (query, next) ->
            CompletableFuture.completedFuture(
                Answer.failure(Rcode.NXDOMAIN, ExtendedError.BLOCKED, ""));
    DnsServer server = started(DnsServer.builder(net).handler(name("web.mesos"), refusing));

    try (DatagramSocket socket = new DatagramSocket()) {
      send(socket, server, query("web.mesos", Type.A));
      assertThat(receive(socket).getRcode()).isEqualTo(Rcode.NXDOMAIN);

      server.handlers(HandlerChain.EMPTY);
      send(socket, server, query("web.mesos", Type.A));
      assertThat(receive(socket).getRcode()).isEqualTo(Rcode.NOERROR);
    }
  }

  @Test
  void whatWaitsIsAnsweredBeforeTheServerEnds() throws Exception {
    DnsServer server = started(DnsServer.builder(net).resolver(query -> later()));

    try (DatagramSocket socket = new DatagramSocket()) {
      send(socket, server, query("www.example.org", Type.A));
      CompletableFuture<Answer> waiting = take();
      CompletableFuture<Void> stopped = server.stop(Duration.ofSeconds(10)).toCompletableFuture();
      assertThat(server.state()).isEqualTo(State.STOPPING);
      assertThat(stopped).isNotDone();
      waiting.complete(address("www.example.org"));

      assertThat(receive(socket).getSection(Section.ANSWER)).hasSize(1);
      assertThat(stopped).succeedsWithin(Duration.ofMillis(PATIENCE_MILLIS));
    }
  }

  @Test
  void goesOnAnsweringWhileItSaysThatItWillStop() throws Exception {
    VirtualTime time = new VirtualTime();
    try (NetRuntime virtual = NetRuntime.builder().scheduler(time).build();
        DatagramSocket socket = new DatagramSocket()) {
      DnsServer server =
          DnsServer.builder(virtual)
              .listen(LOOPBACK)
              .zone(zone())
              .lameduck(Duration.ofSeconds(3))
              .build();
      virtual.startAll(server);

      CompletableFuture<Void> stopped = server.stop(Duration.ofSeconds(10)).toCompletableFuture();
      time.advance(Duration.ofMillis(2_999));
      send(socket, server, query("web.mesos", Type.A));
      assertThat(receive(socket).getSection(Section.ANSWER)).hasSize(1);
      assertThat(server.state()).isEqualTo(State.STOPPING);
      assertThat(stopped).isNotDone();

      time.advance(Duration.ofMillis(1));
      assertThat(stopped).succeedsWithin(Duration.ofMillis(PATIENCE_MILLIS));
      assertThat(server.state()).isEqualTo(State.STOPPED);
    }
  }

  @Test
  void explainsRulesHandlersAndWhoIsAsked() {
    Resolver described =
        new Resolver() {
          @Override
          public CompletionStage<Answer> resolve(Query query) {
            return later();
          }

          @Override
          public List<String> describe(DomainName name, int type) {
            return List.of(name + ": 198.51.100.7 is asked");
          }
        };
    QueryHandler passing = (query, next) -> next.resolve(query);
    DnsServer server =
        DnsServer.builder(net)
            .listen(LOOPBACK)
            .zone(zone())
            .handler(name("web.mesos"), passing)
            .resolver(described)
            .build();

    assertThat(server.explain("ext.mesos", RecordType.A, IpAddress.LOOPBACK_IPV4).toText())
        .contains("access  127.0.0.1 may ask for ext.mesos.")
        .contains("outside www.example.org.: 198.51.100.7 is asked")
        .contains("rcode   what others say");
    assertThat(server.explain("ext.mesos", RecordType.A, IpAddress.parse("203.0.113.9")).toText())
        .contains("access  203.0.113.9 may not have others asked")
        .contains("the client has to ask on")
        .contains("rcode   NOERROR");
    assertThat(server.explain("web.mesos", RecordType.A, null).toText())
        .contains("for names at and below web.mesos.")
        .contains("rcode   NOERROR");
    assertThat(server.explain("example.net", RecordType.A, null).toJson().toUtf8())
        .contains("\"rcode\": null");
  }

  private CompletableFuture<Answer> take() throws InterruptedException {
    CompletableFuture<Answer> answer = open.poll(PATIENCE_MILLIS, TimeUnit.MILLISECONDS);
    assertThat(answer).as("somebody was asked").isNotNull();
    return answer;
  }

  private static Message query(String name, int type) throws IOException {
    return Message.newQuery(Record.newRecord(Name.fromString(name + "."), type, DClass.IN));
  }

  private static void send(DatagramSocket socket, DnsServer server, Message query)
      throws IOException {
    if (socket.getSoTimeout() == 0) {
      socket.setSoTimeout(PATIENCE_MILLIS);
    }
    byte[] octets = query.toWire();
    socket.send(new DatagramPacket(octets, octets.length, server.localAddress().toSocketAddress()));
  }

  private static Message receive(DatagramSocket socket) throws IOException {
    DatagramPacket packet = new DatagramPacket(new byte[4096], 4096);
    socket.receive(packet);
    return new Message(Arrays.copyOf(packet.getData(), packet.getLength()));
  }
}
