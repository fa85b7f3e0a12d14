// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.dns.transfer;

import static io.dcosnet.dns.zone.Zones.name;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.dcosnet.api.DecodeException;
import io.dcosnet.api.net.Cidr;
import io.dcosnet.api.net.IpAddress;
import io.dcosnet.api.net.Protocol;
import io.dcosnet.dns.metrics.DnsMetrics;
import io.dcosnet.dns.transfer.TransferService.Responses;
import io.dcosnet.dns.transfer.TsigKey.Algorithm;
import io.dcosnet.dns.zone.Zone;
import io.dcosnet.dns.zone.ZoneTable;
import io.dcosnet.dns.zone.Zones;
import io.dcosnet.testkit.RecordingMetrics;
import io.dcosnet.testkit.VirtualTime;
import java.io.IOException;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.xbill.DNS.DClass;
import org.xbill.DNS.Flags;
import org.xbill.DNS.Message;
import org.xbill.DNS.Name;
import org.xbill.DNS.Opcode;
import org.xbill.DNS.Rcode;
import org.xbill.DNS.Record;
import org.xbill.DNS.SOARecord;
import org.xbill.DNS.Section;
import org.xbill.DNS.TSIG;
import org.xbill.DNS.TSIGRecord;
import org.xbill.DNS.Type;

class TransferServerTest {

  private static final IpAddress CLIENT = IpAddress.parse("192.0.2.7");
  private static final byte[] SECRET = "0123456789abcdef0123456789abcdef".getBytes(UTF_8);
  private static final TsigKey KEY =
      TsigKey.of(name("Key.example.org"), Algorithm.HMAC_SHA512, SECRET);

  private final VirtualTime time = new VirtualTime();
  private final RecordingMetrics metrics = new RecordingMetrics();
  private final TransferServer server =
      new TransferServer(
          ZoneTable.of(List.of(Zone.of(Zones.empty("mesos")))),
          List.of(),
          TransferPolicy.builder().allow(Cidr.parse("192.0.2.0/24"), KEY).build(),
          time,
          new DnsMetrics(metrics));

  @Test
  void leavesAllOtherMessagesToOthers() throws IOException {
    assertThat(ask(query("mesos", Type.A), Protocol.TCP)).isNull();
    assertThat(ask(query("mesos", Type.SOA), Protocol.UDP)).isNull();
    assertThat(ask(query("mesos", Type.AXFR), Protocol.UDP)).isNull();
    assertThat(ask(query("mesos", Type.IXFR), Protocol.UDP)).isNull();
    Message chaos =
        Message.newQuery(Record.newRecord(Name.fromString("mesos."), Type.AXFR, DClass.CH));
    assertThat(ask(chaos, Protocol.TCP)).isNull();
    Message update = query("mesos", Type.SOA);
    update.getHeader().setOpcode(Opcode.UPDATE);
    assertThat(ask(update, Protocol.UDP)).isNull();
  }

  @Test
  void answersSignedQuestionsForTheSerialWithASignature() throws IOException {
    Message query = query("mesos", Type.SOA);
    TSIGRecord signature = sign(query, SECRET);

    byte[] octets = requireOne(ask(query, Protocol.UDP));
    Message answer = new Message(octets);

    assertThat(answer.getRcode()).isEqualTo(Rcode.NOERROR);
    assertThat(answer.getHeader().getFlag(Flags.AA)).isTrue();
    assertThat(answer.getSection(Section.ANSWER))
        .singleElement()
        .asString()
        .contains("SOA", " 100 ");
    assertThat(KEY.signer(time).verify(answer, octets, signature)).isEqualTo(Rcode.NOERROR);
  }

  @Test
  void answersSignedQuestionsForChangesOverUdpWithTheSerialAlone() throws IOException {
    Message query = query("mesos", Type.IXFR);
    Record known =
        new SOARecord(
            Name.fromString("mesos."), DClass.IN, 60, Name.root, Name.root, 7, 1, 1, 1, 1);
    query.addRecord(known, Section.AUTHORITY);
    sign(query, SECRET);

    Message answer = new Message(requireOne(ask(query, Protocol.UDP)));

    assertThat(answer.getSection(Section.ANSWER))
        .singleElement()
        .asString()
        .contains("SOA", " 100 ");
    assertThat(count("soa")).isOne();
    assertThat(count("zone")).isZero();
  }

  @Test
  void saysWhatIsWrongWithASignature() throws IOException {
    Message wrongSecret = query("mesos", Type.AXFR);
    sign(wrongSecret, new byte[64]);
    Message late = query("mesos", Type.AXFR);
    sign(late, SECRET);
    Message otherKey = query("mesos", Type.AXFR);
    new TSIG(TSIG.HMAC_SHA512, "other.", "MDEyMzQ1Njc4OWFiY2RlZg==").apply(otherKey, null);
    Message otherAlgorithm = query("mesos", Type.AXFR);
    TsigKey.of(KEY.name(), Algorithm.HMAC_SHA256, SECRET).signer(time).apply(otherAlgorithm, null);

    assertThat(errorOf(wrongSecret)).isEqualTo("NOTAUTH 16");
    assertThat(errorOf(otherKey)).isEqualTo("NOTAUTH 17");
    assertThat(errorOf(otherAlgorithm)).isEqualTo("NOTAUTH 17");
    time.jumpWall(Duration.ofMinutes(10));
    assertThat(errorOf(late)).isEqualTo("NOTAUTH 18");

    assertThat(count("bad-signature")).isOne();
    assertThat(count("bad-key")).isEqualTo(2);
    assertThat(count("bad-time")).isOne();
  }

  private String errorOf(Message query) throws IOException {
    Message answer = new Message(requireOne(ask(query, Protocol.TCP)));
    TSIGRecord signature = answer.getTSIG();
    assertThat(signature).isNotNull();
    return Rcode.string(answer.getRcode()) + " " + signature.getError();
  }

  @Test
  void refusesNewsFromAnybodyForZonesThatAreNoCopies() throws IOException {
    Message notify = query("mesos", Type.SOA);
    notify.getHeader().setOpcode(Opcode.NOTIFY);
    Message elsewhere = query("example.org", Type.SOA);
    elsewhere.getHeader().setOpcode(Opcode.NOTIFY);

    Message answer = new Message(requireOne(ask(notify, Protocol.UDP)));
    assertThat(answer.getRcode()).isEqualTo(Rcode.REFUSED);
    assertThat(answer.getHeader().getOpcode()).isEqualTo(Opcode.NOTIFY);
    assertThat(new Message(requireOne(ask(elsewhere, Protocol.UDP))).getRcode())
        .isEqualTo(Rcode.NOTAUTH);
    assertThat(metrics.count("dcosnet.dns.notify.received", "result", "refused")).isOne();
    assertThat(metrics.count("dcosnet.dns.notify.received", "result", "not-ours")).isOne();
  }

  @Test
  void readsKeysAndNeverShowsTheirSecret() {
    TsigKey key = TsigKey.parse("hmac-SHA256:key.example.org:MDEyMzQ1Njc4OWFiY2RlZg==");

    assertThat(key).hasToString("hmac-sha256:key.example.org.");
    for (String bad :
        List.of(
            "hmac-md5:k:MDEyMzQ1Njc4OWFiY2RlZg==",
            "k:MDEyMzQ1Njc4OWFiY2RlZg==",
            "hmac-sha256:k:MDEyMzQ1Njc4OWFiY2RlZg=*",
            "hmac-sha256:k:MDEy")) {
      assertThatThrownBy(() -> TsigKey.parse(bad))
          .isInstanceOf(DecodeException.class)
          .hasMessageNotContaining("MDEy");
    }
  }

  private byte @Nullable [] ask(Message query, Protocol protocol) {
    byte[] octets = query.toWire();
    Responses responses = server.answer(octets, 0, octets.length, CLIENT, protocol);
    if (responses == null) {
      return null;
    }
    try (responses) {
      int length = responses.next();
      return Arrays.copyOf(responses.octets(), length);
    }
  }

  private static byte[] requireOne(byte @Nullable [] octets) {
    assertThat(octets).isNotNull();
    return octets;
  }

  private TSIGRecord sign(Message query, byte[] secret) {
    TsigKey.of(KEY.name(), KEY.algorithm(), secret).signer(time).apply(query, null);
    TSIGRecord signature = query.getTSIG();
    assertThat(signature).isNotNull();
    return signature;
  }

  private static Message query(String name, int type) throws IOException {
    return Message.newQuery(Record.newRecord(Name.fromString(name + "."), type, DClass.IN));
  }

  private long count(String result) {
    return metrics.count("dcosnet.dns.transfers", "result", result);
  }
}
