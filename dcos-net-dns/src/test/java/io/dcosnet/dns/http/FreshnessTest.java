// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.dns.http;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.xbill.DNS.DClass;
import org.xbill.DNS.Message;
import org.xbill.DNS.Name;
import org.xbill.DNS.Rcode;
import org.xbill.DNS.Record;
import org.xbill.DNS.Section;
import org.xbill.DNS.Type;

class FreshnessTest {

  private static final String SOA = "ns.example.org. root.example.org. 1 2 3 4 ";

  @Test
  void isTheSmallestTtlOfTheAnswer() throws Exception {
    Message answer = response(Rcode.NOERROR);
    add(answer, Section.ANSWER, "www.example.org.", Type.CNAME, 300, "web.example.org.");
    add(answer, Section.ANSWER, "web.example.org.", Type.A, 60, "192.0.2.1");
    add(answer, Section.AUTHORITY, "example.org.", Type.NS, 5, "ns.example.org.");
    add(answer, Section.ADDITIONAL, "ns.example.org.", Type.A, 1, "192.0.2.2");

    assertThat(Freshness.seconds(answer.toWire())).isEqualTo(60);
  }

  @Test
  void isWhatTheSoaRecordAllowsForADenial() throws Exception {
    Message minimum = response(Rcode.NXDOMAIN);
    add(minimum, Section.AUTHORITY, "example.org.", Type.SOA, 3600, SOA + "30");
    Message ttl = response(Rcode.NOERROR);
    add(ttl, Section.AUTHORITY, "example.org.", Type.SOA, 20, SOA + "30");
    Message chain = response(Rcode.NXDOMAIN);
    add(chain, Section.ANSWER, "www.example.org.", Type.CNAME, 10, "web.example.org.");
    add(chain, Section.AUTHORITY, "example.org.", Type.SOA, 3600, SOA + "30");

    assertThat(Freshness.seconds(minimum.toWire())).isEqualTo(30);
    assertThat(Freshness.seconds(ttl.toWire())).isEqualTo(20);
    assertThat(Freshness.seconds(chain.toWire())).isEqualTo(10);
  }

  @Test
  void isNothingForErrorsAndForTtlsWithTheHighestBit() throws Exception {
    Message failure = response(Rcode.SERVFAIL);
    add(failure, Section.ANSWER, "web.example.org.", Type.A, 60, "192.0.2.1");
    Message odd = response(Rcode.NOERROR);
    add(odd, Section.ANSWER, "web.example.org.", Type.A, 60, "192.0.2.1");
    byte[] octets = odd.toWire();
    octets[octets.length - 10] = (byte) 0x80; // of the TTL, before length and address

    assertThat(Freshness.seconds(failure.toWire())).isZero();
    assertThat(Freshness.seconds(response(Rcode.NOERROR).toWire())).isZero();
    assertThat(Freshness.seconds(octets)).isZero();
  }

  @Test
  void isNothingWhateverTheOctets() throws Exception {
    Message answer = response(Rcode.NOERROR);
    add(answer, Section.ANSWER, "web.example.org.", Type.A, 60, "192.0.2.1");
    byte[] whole = answer.toWire();
    for (int length = 0; length < whole.length - 6; length++) {
      assertThat(Freshness.seconds(Arrays.copyOf(whole, length))).isZero();
    }
    Random random = new Random(7);
    for (int i = 0; i < 20_000; i++) {
      byte[] noise = whole.clone();
      noise[random.nextInt(noise.length)] = (byte) random.nextInt();
      assertThat(Freshness.seconds(noise)).isNotNegative();
    }
  }

  private static Message response(int rcode) throws Exception {
    Message message =
        Message.newQuery(Record.newRecord(Name.fromString("www.example.org."), Type.A, DClass.IN));
    message.getHeader().setFlag(0);
    message.getHeader().setRcode(rcode);
    return message;
  }

  private static void add(
      Message message, int section, String owner, int type, long ttl, String data)
      throws Exception {
    message.addRecord(
        Record.fromString(Name.fromString(owner), type, DClass.IN, ttl, data, Name.root), section);
  }
}
