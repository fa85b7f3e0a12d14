// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.dns.transfer;

import static io.dcosnet.dns.zone.Zones.name;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.dcosnet.api.net.Cidr;
import io.dcosnet.api.net.HostPort;
import io.dcosnet.api.net.IpAddress;
import io.dcosnet.dns.DnsServer;
import io.dcosnet.dns.transfer.TsigKey.Algorithm;
import io.dcosnet.dns.transport.TcpLimits;
import io.dcosnet.dns.zone.RecordSet;
import io.dcosnet.dns.zone.Zone;
import io.dcosnet.dns.zone.ZoneContent;
import io.dcosnet.dns.zone.ZoneRecord;
import io.dcosnet.dns.zone.ZoneSnapshot;
import io.dcosnet.dns.zone.Zones;
import io.dcosnet.dns.zonefile.MasterFile;
import io.dcosnet.netty.NetRuntime;
import io.dcosnet.testkit.RecordingMetrics;
import java.io.ByteArrayInputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.time.Duration;
import java.util.Base64;
import java.util.List;
import org.awaitility.Awaitility;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.xbill.DNS.DClass;
import org.xbill.DNS.Message;
import org.xbill.DNS.Name;
import org.xbill.DNS.Record;
import org.xbill.DNS.Section;
import org.xbill.DNS.TSIG;
import org.xbill.DNS.Type;
import org.xbill.DNS.ZoneTransferException;
import org.xbill.DNS.ZoneTransferIn;

/** Whole zones over real sockets, as dnsjava's own client sees them. */
class TransferIT {

  private static final Cidr LOOPBACK = Cidr.parse("127.0.0.0/8");
  private static final byte[] SECRET = "0123456789abcdef0123456789abcdef".getBytes(UTF_8);
  private static final TsigKey KEY =
      TsigKey.of(name("key.example.org"), Algorithm.HMAC_SHA256, SECRET);

  private final RecordingMetrics metrics = new RecordingMetrics();
  private final NetRuntime net = NetRuntime.builder().metrics(metrics).build();
  private HostPort server = new HostPort(IpAddress.LOOPBACK_IPV4, 0);

  @AfterEach
  void close() {
    net.close();
  }

  private void serve(TransferPolicy policy, ZoneSnapshot... zones) {
    DnsServer.Builder builder =
        DnsServer.builder(net)
            .listen(server)
            .transfers(policy)
            .tcpLimits(new TcpLimits(64, 64, Duration.ofSeconds(3), Duration.ofSeconds(2)));
    for (ZoneSnapshot zone : zones) {
      builder.zone(Zone.of(zone));
    }
    DnsServer dns = builder.build();
    net.startAll(dns);
    server = dns.localAddress();
  }

  private static ZoneSnapshot large(int records) {
    ZoneSnapshot.Edit edit = Zones.empty("Mesos").edit();
    for (int i = 0; i < records; i += 2) {
      edit.put(
          name("Task-" + i + ".marathon.Mesos"),
          Zones.addresses("192.0.2." + i % 250, "198.51.100." + i % 249));
    }
    return edit.commit(200);
  }

  @Test
  void givesALargeZoneInManyMessagesWithTheCaseOfItsNames() throws Exception {
    ZoneSnapshot zone = large(200_000);
    serve(TransferPolicy.builder().allow(LOOPBACK).build(), zone);

    ZoneSnapshot copy = fetch("mesos", null);

    assertThat(copy.sameRecords(zone)).isTrue();
    assertThat(copy.serial()).isEqualTo(200);
    assertThat(copy.recordCount()).isEqualTo(200_000);
    assertThat(copy.sorted().get(2).name().toString()).isEqualTo("Task-0.marathon.Mesos.");
    assertThat(count("zone")).isOne();
    Awaitility.await().until(() -> metrics.gauge("dcosnet.dns.transfers.active") == 0);
  }

  @Test
  void signsEveryMessage() throws Exception {
    ZoneSnapshot zone = large(10_000);
    serve(TransferPolicy.builder().allow(LOOPBACK, KEY).build(), zone);

    assertThat(fetch("Mesos", tsig(SECRET)).sameRecords(zone)).isTrue();
  }

  @Test
  void refusesWhoHasNoRightAndCountsWhy() {
    serve(
        TransferPolicy.builder()
            .allow(Cidr.parse("192.0.2.0/24"))
            .allow(name("other.example"), LOOPBACK, null)
            .allow(LOOPBACK, KEY)
            .build(),
        large(10));

    assertThatThrownBy(() -> fetch("mesos", null)).hasMessageContaining("REFUSED");
    assertThatThrownBy(() -> fetch("example.net", null)).hasMessageContaining("NOTAUTH");
    assertThatThrownBy(() -> fetch("mesos", tsig(new byte[32])))
        .isInstanceOf(ZoneTransferException.class);
    assertThat(count("acl")).isOne();
    assertThat(count("not-ours")).isOne();
    assertThat(count("bad-signature")).isOne();
    assertThat(count("zone")).isZero();
  }

  @Test
  void givesNobodyAnythingByDefault() {
    serve(TransferPolicy.NOBODY, large(10));

    assertThatThrownBy(() -> fetch("mesos", null)).hasMessageContaining("REFUSED");
  }

  @Test
  void givesNoZoneThatIsNotRead() {
    ZoneSnapshot.Edit edit = large(10).edit();
    edit.partial(true);
    serve(TransferPolicy.builder().allow(LOOPBACK).build(), edit.commit(0));

    assertThatThrownBy(() -> fetch("mesos", null)).hasMessageContaining("SERVFAIL");
    assertThat(count("not-ready")).isOne();
  }

  @Test
  void answersIncrementalRequestsWithTheWholeZoneOrItsSerial() throws Exception {
    ZoneSnapshot zone = large(10);
    serve(TransferPolicy.builder().allow(LOOPBACK).build(), zone);

    ZoneTransferIn old =
        ZoneTransferIn.newIXFR(Name.fromString("mesos."), 199, true, socket(), null);
    old.run();
    ZoneTransferIn current =
        ZoneTransferIn.newIXFR(Name.fromString("mesos."), 200, true, socket(), null);
    current.run();

    assertThat(old.isAXFR()).isTrue();
    assertThat(old.getAXFR()).hasSize(10 + 1 + 2);
    assertThat(current.isCurrent()).isTrue();
    assertThat(count("current")).isOne();
  }

  @Test
  void keepsAllTypesAndTheLargestRecords() throws Exception {
    String text =
        """
        $TTL 60
        @ SOA ns1 admin 5 1 2 3 4
        @ NS ns1
        @ MX 10 mail
        * TXT "a" "b"
        cut NS ns.cut
        ns.cut A 192.0.2.1
        alias CNAME www
        svc HTTPS 1 . alpn=h2
        """;
    ZoneSnapshot.Edit edit =
        MasterFile.of(name("example.org"))
            .read(new ByteArrayInputStream(text.getBytes(UTF_8)))
            .onto(null)
            .edit();
    for (int i = 0; i < 5; i++) {
      edit.put(name("big" + i + ".example.org"), RecordSet.of(65280, 1, new byte[40_000 + i]));
    }
    ZoneSnapshot zone = edit.commit(6);
    serve(TransferPolicy.builder().allow(LOOPBACK).build(), zone);

    assertThat(fetch("example.org", null).sameRecords(zone)).isTrue();
  }

  @Test
  void endsTheConnectionWhenARecordFitsIntoNoMessage() {
    ZoneSnapshot.Edit edit = large(10).edit();
    edit.put(name("big.mesos"), RecordSet.of(65280, 1, new byte[65_530]));
    serve(TransferPolicy.builder().allow(LOOPBACK).build(), edit.commit(0));

    assertThatThrownBy(() -> fetch("mesos", null)).isInstanceOf(IOException.class);
    Awaitility.await().until(() -> metrics.gauge("dcosnet.dns.transfers.active") == 0);
  }

  @Test
  void givesUpAClientThatStopsReadingAndServesOthersMeanwhile() throws Exception {
    serve(TransferPolicy.builder().allow(LOOPBACK).maxTransfers(2).build(), large(200_000));
    try (Socket stuck = new Socket()) {
      stuck.setReceiveBufferSize(4096);
      stuck.connect(socket());
      send(stuck, query("mesos", Type.AXFR));
      Awaitility.await().until(() -> metrics.gauge("dcosnet.dns.transfers.active") == 1);

      assertThat(fetch("mesos", null).recordCount()).isEqualTo(200_000);

      Awaitility.await()
          .atMost(Duration.ofSeconds(20))
          .until(() -> metrics.gauge("dcosnet.dns.transfers.active") == 0);
      assertThat(count("cut")).isOne();
    }
  }

  @Test
  void limitsTransfersAtATime() throws Exception {
    serve(TransferPolicy.builder().allow(LOOPBACK).maxTransfers(1).build(), large(200_000));
    try (Socket stuck = new Socket()) {
      stuck.setReceiveBufferSize(4096);
      stuck.connect(socket());
      send(stuck, query("mesos", Type.AXFR));
      Awaitility.await().until(() -> metrics.gauge("dcosnet.dns.transfers.active") == 1);

      assertThatThrownBy(() -> fetch("mesos", null)).hasMessageContaining("SERVFAIL");
      assertThat(count("busy")).isOne();
    }
  }

  @Test
  void answersOtherQueriesBehindATransferAndAfterTheClientStoppedAsking() throws Exception {
    ZoneSnapshot zone = large(50_000);
    serve(TransferPolicy.builder().allow(LOOPBACK).build(), zone);
    try (Socket client = new Socket()) {
      client.connect(socket());
      send(client, query("mesos", Type.AXFR));
      send(client, query("task-0.marathon.mesos", Type.A));
      client.shutdownOutput();

      DataInputStream in = new DataInputStream(client.getInputStream());
      int records = 0;
      while (records < 50_000 + 3) {
        records += read(in).getSection(Section.ANSWER).size();
      }
      assertThat(read(in).getSection(Section.ANSWER)).hasSize(2);
      assertThat(in.read()).isEqualTo(-1);
    }
  }

  private ZoneSnapshot fetch(String zone, @Nullable TSIG tsig)
      throws IOException, ZoneTransferException {
    Name origin = Name.fromString(zone + ".");
    ZoneTransferIn transfer = ZoneTransferIn.newAXFR(origin, socket(), tsig);
    transfer.setTimeout(Duration.ofSeconds(30));
    transfer.run();
    List<Record> records = transfer.getAXFR();
    ZoneContent.Collector collector = ZoneContent.of(name(zone));
    for (Record record : records) {
      collector.add(ZoneRecord.ofWire(record.toWire(Section.ANSWER)));
    }
    return collector.build().onto(null);
  }

  private static TSIG tsig(byte[] secret) {
    return new TSIG(
        TSIG.HMAC_SHA256, "key.example.org.", Base64.getEncoder().encodeToString(secret));
  }

  private InetSocketAddress socket() {
    return server.toSocketAddress();
  }

  private static Message query(String name, int type) throws IOException {
    return Message.newQuery(Record.newRecord(Name.fromString(name + "."), type, DClass.IN));
  }

  private static void send(Socket socket, Message message) throws IOException {
    DataOutputStream out = new DataOutputStream(socket.getOutputStream());
    byte[] octets = message.toWire();
    out.writeShort(octets.length);
    out.write(octets);
    out.flush();
  }

  private static Message read(DataInputStream in) throws IOException {
    byte[] octets = new byte[in.readUnsignedShort()];
    in.readFully(octets);
    return new Message(octets);
  }

  private long count(String result) {
    return metrics.count("dcosnet.dns.transfers", "result", result);
  }
}
