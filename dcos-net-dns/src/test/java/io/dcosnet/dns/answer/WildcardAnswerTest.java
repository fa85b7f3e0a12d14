// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.dns.answer;

import static io.dcosnet.dns.answer.Asking.query;
import static io.dcosnet.dns.answer.Asking.texts;
import static io.dcosnet.dns.zone.Zones.addresses;
import static io.dcosnet.dns.zone.Zones.cname;
import static io.dcosnet.dns.zone.Zones.name;
import static io.dcosnet.dns.zone.Zones.services;
import static org.assertj.core.api.Assertions.assertThat;

import io.dcosnet.dns.zone.Zone;
import io.dcosnet.dns.zone.ZoneSnapshot;
import io.dcosnet.dns.zone.Zones;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.xbill.DNS.Message;
import org.xbill.DNS.Rcode;
import org.xbill.DNS.Section;
import org.xbill.DNS.Type;

/** The example zone of RFC 4592 §2.2.1 and what that section says of it. */
class WildcardAnswerTest {

  private static final String SOA =
      "example. 30 SOA ns1.example. root.ns1.example. 101 60 600 86400 30";

  private final Asking asking = new Asking(zone(true));

  private static Zone zone(boolean wildcards) {
    ZoneSnapshot.Edit edit = Zones.empty("example").edit();
    edit.wildcards(wildcards);
    edit.put(name("*.example"), addresses("192.0.2.99"));
    edit.put(name("*.example"), services("80 host1.example"));
    edit.put(name("sub.*.example"), addresses("192.0.2.98"));
    edit.put(name("host1.example"), addresses("192.0.2.1"));
    edit.put(name("_ssh._tcp.host1.example"), services("22 host1.example"));
    edit.put(name("subdel.example"), Zones.names(Type.NS, "ns.example.com", "ns.example.net"));
    edit.put(name("*.c.example"), cname("host1.example"));
    edit.put(name("*.loop.example"), cname("x.loop.example"));
    edit.put(name("a.*.empty.example"), addresses("192.0.2.97"));
    return Zone.of(edit.commit(0));
  }

  @ParameterizedTest
  @CsvSource({
    "host3.example, A, host3.example. 60 A 192.0.2.99",
    "foo.BAR.example, A, foo.BAR.example. 60 A 192.0.2.99",
    "host3.example, ANY, host3.example. 60 A 192.0.2.99",
    "*.example, A, *.example. 60 A 192.0.2.99",
    "a.*.example, A, ",
    "sub.*.example, A, sub.*.example. 60 A 192.0.2.98",
  })
  void standsForNamesThatDoNotExist(String asked, String type, @Nullable String expected) {
    Message answer = asking.udp(query(asked, Type.value(type)));

    if (expected == null) {
      // Something below the asterisk exists, so the asterisk is the closest name above.
      assertThat(answer.getRcode()).isEqualTo(Rcode.NXDOMAIN);
    } else {
      assertThat(answer.getRcode()).isEqualTo(Rcode.NOERROR);
      assertThat(texts(answer, Section.ANSWER)).containsExactly(expected);
    }
  }

  @ParameterizedTest
  @CsvSource({
    "host1.example, SRV, NOERROR",
    "_telnet._tcp.host1.example, SRV, NXDOMAIN",
    "_tcp.host1.example, A, NOERROR",
    "ghost.*.example, SRV, NXDOMAIN",
    "host3.example, AAAA, NOERROR",
    "x.empty.example, A, NOERROR",
    "x.y.empty.example, A, NOERROR",
  })
  void doesNotStandForNamesThatExistOrHaveACloserOne(String asked, String type, String rcode) {
    Message answer = asking.udp(query(asked, Type.value(type)));

    assertThat(Rcode.string(answer.getRcode())).isEqualTo(rcode);
    assertThat(texts(answer, Section.ANSWER)).isEmpty();
    assertThat(texts(answer, Section.AUTHORITY)).containsExactly(SOA);
  }

  @Test
  void doesNotStandForNamesBelowADelegation() {
    Message answer = asking.udp(query("host.subdel.example", Type.A));

    assertThat(answer.getRcode()).isEqualTo(Rcode.NOERROR);
    assertThat(texts(answer, Section.ANSWER)).isEmpty();
    assertThat(texts(answer, Section.AUTHORITY)).hasSize(2);
  }

  @Test
  void addsAddressesToServicesOfAWildcard() {
    Message answer = asking.udp(query("host3.example", Type.SRV));

    assertThat(texts(answer, Section.ANSWER))
        .containsExactly("host3.example. 60 SRV 0 1 80 host1.example.");
    assertThat(texts(answer, Section.ADDITIONAL)).containsExactly("host1.example. 60 A 192.0.2.1");
  }

  @Test
  void leadsOnWithACname() {
    assertThat(texts(asking.udp(query("x.y.c.example", Type.A)), Section.ANSWER))
        .containsExactly("x.y.c.example. 60 CNAME host1.example.", "host1.example. 60 A 192.0.2.1");
  }

  @Test
  void failsWhenItLeadsToItself() {
    Message answer = asking.udp(query("y.loop.example", Type.A));

    assertThat(answer.getRcode()).isEqualTo(Rcode.SERVFAIL);
    assertThat(texts(answer, Section.ANSWER)).hasSize(1);
  }

  @Test
  void isALabelLikeAnyOtherInZonesThatDoNotSaySo() {
    Asking plain = new Asking(zone(false));

    assertThat(plain.udp(query("host3.example", Type.A)).getRcode()).isEqualTo(Rcode.NXDOMAIN);
    assertThat(texts(plain.udp(query("*.example", Type.A)), Section.ANSWER)).hasSize(1);
  }
}
