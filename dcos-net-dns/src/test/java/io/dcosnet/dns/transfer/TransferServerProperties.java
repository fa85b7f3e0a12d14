// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.dns.transfer;

import static io.dcosnet.dns.zone.Zones.name;
import static org.assertj.core.api.Assertions.assertThat;

import io.dcosnet.api.net.Cidr;
import io.dcosnet.api.net.IpAddress;
import io.dcosnet.api.net.Protocol;
import io.dcosnet.api.spi.MetricsSink;
import io.dcosnet.dns.metrics.DnsMetrics;
import io.dcosnet.dns.transfer.TransferService.Responses;
import io.dcosnet.dns.transfer.TsigKey.Algorithm;
import io.dcosnet.dns.zone.Zone;
import io.dcosnet.dns.zone.ZoneTable;
import io.dcosnet.dns.zone.Zones;
import io.dcosnet.testkit.VirtualTime;
import java.io.IOException;
import java.util.List;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.xbill.DNS.DClass;
import org.xbill.DNS.Message;
import org.xbill.DNS.Name;
import org.xbill.DNS.Opcode;
import org.xbill.DNS.Record;
import org.xbill.DNS.Type;

class TransferServerProperties {

  private static final IpAddress CLIENT = IpAddress.parse("192.0.2.7");
  private static final TsigKey KEY =
      TsigKey.of(name("key.example.org"), Algorithm.HMAC_SHA512, new byte[64]);

  private final VirtualTime time = new VirtualTime();
  private final TransferServer server =
      new TransferServer(
          ZoneTable.of(List.of(Zone.of(Zones.empty("mesos")))),
          List.of(),
          TransferPolicy.builder().allow(Cidr.parse("192.0.2.0/24"), KEY).build(),
          time,
          new DnsMetrics(MetricsSink.none()));

  @Property(tries = 2000)
  void neverFailsOnOctets(@ForAll byte[] octets, @ForAll boolean likely) {
    byte[] message = octets.clone();
    if (likely && message.length > 5) {
      message[2] = (byte) (Opcode.NOTIFY << 3);
      message[4] = 0;
      message[5] = 1;
    }
    for (Protocol protocol : Protocol.values()) {
      Responses responses = server.answer(message, 0, message.length, CLIENT, protocol);
      if (responses != null) {
        assertThat(responses.next()).isPositive();
        responses.close();
      }
    }
  }

  @Property(tries = 500)
  void neverFailsOnDamagedRequests(@ForAll @IntRange(max = 150) int at, @ForAll byte octet)
      throws IOException {
    Record question = Record.newRecord(Name.fromString("mesos."), Type.AXFR, DClass.IN);
    Message query = Message.newQuery(question);
    KEY.signer(time).apply(query, null);
    byte[] message = query.toWire();
    message[at % message.length] = octet;

    Responses responses = server.answer(message, 0, message.length, CLIENT, Protocol.TCP);

    if (responses != null) {
      assertThat(responses.next()).isPositive();
      responses.close();
    }
  }
}
