// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.dns;

import static io.dcosnet.dns.zone.Zones.name;
import static org.assertj.core.api.Assertions.assertThat;

import io.dcosnet.api.net.HostPort;
import io.dcosnet.api.net.IpAddress;
import io.dcosnet.dns.zonefile.FileZone;
import io.dcosnet.dns.zonefile.HostsFile;
import io.dcosnet.netty.NetRuntime;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.xbill.DNS.DClass;
import org.xbill.DNS.Message;
import org.xbill.DNS.Name;
import org.xbill.DNS.Rcode;
import org.xbill.DNS.Record;
import org.xbill.DNS.Section;
import org.xbill.DNS.Type;

/** A zone from a file and a hosts file, as a client of the server sees them. */
class StaticZonesIT {

  @TempDir private Path folder;

  private final NetRuntime net = NetRuntime.create();
  private HostPort server = new HostPort(IpAddress.LOOPBACK_IPV4, 0);

  @BeforeEach
  void serve() throws IOException {
    writeZone(1, "www A 192.0.2.1\nmail A 192.0.2.2");
    Files.writeString(folder.resolve("hosts"), "192.0.2.99 www.example.org box\n");
    Duration step = Duration.ofMillis(20);
    Path zoneFile = folder.resolve("zone");
    FileZone zone = FileZone.of(name("example.org"), zoneFile, net.scheduler(), step);
    HostsFile hosts = HostsFile.of(folder.resolve("hosts"), net.scheduler(), step);
    DnsServer dns = DnsServer.builder(net).listen(server).zone(zone).hosts(hosts).build();
    net.startAll(dns);
    server = dns.localAddress();
    awaitAnswer("box", Type.A, "192.0.2.99");
    awaitAnswer("www.example.org", Type.A, "192.0.2.99");
  }

  @AfterEach
  void close() {
    net.close();
  }

  private void writeZone(int serial, String records) throws IOException {
    Files.writeString(
        folder.resolve("zone"),
        "$TTL 60\n@ SOA ns1 admin " + serial + " 60 60 600 5\n NS ns1\n" + records + "\n");
  }

  @Test
  void answersHostsBeforeZonesAndFollowsBothFiles() throws IOException {
    awaitAnswer("mail.example.org", Type.A, "192.0.2.2");
    awaitAnswer("99.2.0.192.in-addr.arpa", Type.PTR, "www.example.org.");
    assertThat(ask("example.net", Type.A).getRcode()).isEqualTo(Rcode.REFUSED);
    assertThat(ask("no.example.org", Type.A).getRcode()).isEqualTo(Rcode.NXDOMAIN);

    Files.writeString(folder.resolve("hosts"), "192.0.2.98 other\n");
    awaitAnswer("www.example.org", Type.A, "192.0.2.1");
    awaitAnswer("other", Type.A, "192.0.2.98");
    assertThat(ask("box", Type.A).getRcode()).isEqualTo(Rcode.REFUSED);

    writeZone(2, "www A 192.0.2.3");
    awaitAnswer("www.example.org", Type.A, "192.0.2.3");
    assertThat(ask("mail.example.org", Type.A).getRcode()).isEqualTo(Rcode.NXDOMAIN);
  }

  private void awaitAnswer(String name, int type, String data) {
    Awaitility.await()
        .atMost(Duration.ofSeconds(30))
        .untilAsserted(
            () ->
                assertThat(ask(name, type).getSection(Section.ANSWER))
                    .extracting(Record::rdataToString)
                    .containsExactly(data));
  }

  private Message ask(String name, int type) throws IOException {
    byte[] query =
        Message.newQuery(Record.newRecord(Name.fromString(name + "."), type, DClass.IN)).toWire();
    try (Socket socket = new Socket(server.address().toInetAddress(), server.port())) {
      DataOutputStream out = new DataOutputStream(socket.getOutputStream());
      out.writeShort(query.length);
      out.write(query);
      DataInputStream in = new DataInputStream(socket.getInputStream());
      byte[] answer = new byte[in.readUnsignedShort()];
      in.readFully(answer);
      return new Message(answer);
    }
  }
}
