// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.dns.transfer;

import static io.dcosnet.dns.zone.Zones.name;
import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import io.dcosnet.api.DecodeException;
import io.dcosnet.api.net.Cidr;
import io.dcosnet.api.net.IpAddress;
import io.dcosnet.api.net.Protocol;
import io.dcosnet.api.spi.MetricsSink;
import io.dcosnet.dns.metrics.DnsMetrics;
import io.dcosnet.dns.transfer.TransferService.Responses;
import io.dcosnet.dns.transfer.TsigKey.Algorithm;
import io.dcosnet.dns.zone.Zone;
import io.dcosnet.dns.zone.ZoneRecord;
import io.dcosnet.dns.zone.ZoneTable;
import io.dcosnet.dns.zone.Zones;
import io.dcosnet.testkit.VirtualTime;
import io.dcosnet.testkit.dns.raw.RawMessage;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.util.Arrays;
import java.util.List;

/** Requests for zones, signatures and copies of zones: nothing but the promised errors come out. */
class TransferFuzzTest {

  private static final IpAddress CLIENT = IpAddress.parse("192.0.2.7");
  private static final TsigKey KEY =
      TsigKey.of(name("key.example.org"), Algorithm.HMAC_SHA256, new byte[32]);

  private final TransferServer server =
      new TransferServer(
          ZoneTable.of(List.of(Zone.of(Zones.empty("mesos")))),
          List.of(),
          TransferPolicy.builder().allow(Cidr.parse("192.0.2.0/24"), KEY).build(),
          new VirtualTime(),
          new DnsMetrics(MetricsSink.none()));

  @FuzzTest
  void everyRequestIsAnsweredOrLeftToOthers(byte[] input) {
    for (Protocol protocol : Protocol.values()) {
      try (Responses responses = server.answer(input, 0, input.length, CLIENT, protocol)) {
        if (responses != null) {
          readAll(responses, input);
        }
      }
    }
  }

  private static void readAll(Responses responses, byte[] input) {
    for (int length = responses.next(); length > 0; length = responses.next()) {
      RawMessage message = RawMessage.parse(Arrays.copyOf(responses.octets(), length));
      assertThat(message.id()).isEqualTo((input[0] & 0xff) << 8 | (input[1] & 0xff));
    }
  }

  @FuzzTest
  void everyRecordIsReadOrRefused(byte[] input) {
    try {
      ZoneRecord record = ZoneRecord.ofWire(input);

      assertThat(record.owner().wireLength()).isLessThan(input.length);
    } catch (DecodeException e) {
      assertThat(e.offset()).isBetween(0, input.length);
    }
  }

  @FuzzTest
  void everyListOfAZoneIsReadOrRefused(byte[] input) throws IOException {
    try {
      AxfrJson zone = AxfrJson.read(new ByteArrayInputStream(input));

      assertThat(zone).isNotNull();
    } catch (DecodeException e) {
      assertThat(e.offset()).isBetween(0, input.length);
    }
  }
}
