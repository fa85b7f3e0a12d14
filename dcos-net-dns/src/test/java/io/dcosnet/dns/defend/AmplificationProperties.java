// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.dns.defend;

import static org.assertj.core.api.Assertions.assertThat;

import io.dcosnet.dns.wire.ResponseWriter;
import io.dcosnet.dns.zone.RecordType;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.xbill.DNS.DClass;
import org.xbill.DNS.GenericEDNSOption;
import org.xbill.DNS.Message;
import org.xbill.DNS.OPTRecord;
import org.xbill.DNS.Record;
import org.xbill.DNS.Section;

/** How little somebody gains who asks in the name of others. */
class AmplificationProperties {

  private static final int FLOOD_A_SECOND = 2000;

  /** Queries of all kinds for a zone that has small and very large sets. */
  @Provide
  Arbitrary<byte[]> queries() {
    Arbitrary<String> names =
        Arbitraries.of(
            "web.mesos",
            "many.mesos",
            "alias.mesos",
            "_db._tcp.mesos",
            "mesos",
            "x.sub.mesos",
            "no.such.mesos",
            "www.example.org",
            ".");
    Arbitrary<Integer> types =
        Arbitraries.of(
            RecordType.A, RecordType.AAAA, RecordType.SRV, RecordType.ANY, RecordType.SOA, 65280);
    Arbitrary<Integer> sizes = Arbitraries.of(-1, 0, 512, 1232, 4096, 65_535);
    Arbitrary<Boolean> cookies = Arbitraries.of(true, false);
    return Combinators.combine(names, types, sizes, cookies).as(AmplificationProperties::query);
  }

  private static byte[] query(String name, int type, int size, boolean cookie) {
    Message message = Asked.message(name, type, DClass.IN);
    if (size >= 0) {
      OPTRecord opt =
          cookie
              ? new OPTRecord(size, 0, 0, 0, List.of(new GenericEDNSOption(10, new byte[8])))
              : new OPTRecord(size, 0, 0);
      message.addRecord(opt, Section.ADDITIONAL);
    }
    return message.toWire();
  }

  @Property
  void noDatagramIsLongerThanWhatFitsEveryLinkAndAnyGivesOneSet(@ForAll("queries") byte[] query) {
    Asked asked = new Asked(rules());

    Asked.Got got = asked.udp("198.51.100.7", query);

    assertThat(got.octets().length).isBetween(12, ResponseWriter.UDP_PAYLOAD_OCTETS);
    Set<Integer> types = new HashSet<>();
    for (Record record : got.message().getSection(Section.ANSWER)) {
      if (record.getType() != RecordType.CNAME) {
        types.add(record.getType());
      }
    }
    assertThat(types).hasSizeLessThanOrEqualTo(1);
  }

  /** The first second has the full buckets of the limits; those after it have what flows in. */
  @Property(tries = 60)
  void aFloodGainsLessThanItPutsIn(@ForAll("queries") byte[] query) {
    Asked asked = new Asked(rules());
    long first = flood(asked, query);
    long second = flood(asked, query);

    long sent = (long) FLOOD_A_SECOND * query.length;
    assertThat(first).isLessThan(6 * sent);
    assertThat(second).isLessThan(4 * sent);
    assertThat(second).isLessThan(100L * ResponseWriter.UDP_PAYLOAD_OCTETS + 3 * sent / 2);
  }

  private static long flood(Asked asked, byte[] query) {
    long got = 0;
    for (int i = 0; i < FLOOD_A_SECOND; i++) {
      got += asked.udp("198.51.100." + i % 256, query).octets().length;
      asked.time.advance(Duration.ofNanos(1_000_000_000L / FLOOD_A_SECOND));
    }
    return got;
  }

  private static Defence.Rules rules() {
    return Defence.Rules.OPEN
        .withRateLimit(RateLimit.DEFAULTS)
        .withCookies(Cookies.of(CookieSecret.of(new byte[16])));
  }
}
