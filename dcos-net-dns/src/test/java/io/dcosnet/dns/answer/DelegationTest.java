// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.dns.answer;

import static io.dcosnet.dns.answer.Asking.hasFlag;
import static io.dcosnet.dns.answer.Asking.query;
import static io.dcosnet.dns.answer.Asking.texts;
import static io.dcosnet.dns.zone.Zones.addresses;
import static io.dcosnet.dns.zone.Zones.cname;
import static io.dcosnet.dns.zone.Zones.name;
import static io.dcosnet.dns.zone.Zones.names;
import static org.assertj.core.api.Assertions.assertThat;

import io.dcosnet.dns.zone.RecordSet;
import io.dcosnet.dns.zone.Zone;
import io.dcosnet.dns.zone.ZoneSnapshot;
import io.dcosnet.dns.zone.Zones;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.xbill.DNS.Flags;
import org.xbill.DNS.Message;
import org.xbill.DNS.Rcode;
import org.xbill.DNS.Section;
import org.xbill.DNS.Type;

class DelegationTest {

  private final Asking asking = new Asking(zone(), child());

  private static Zone zone() {
    ZoneSnapshot.Edit edit = Zones.empty("example").edit();
    edit.put(
        name("sub.example"), names(Type.NS, "ns1.sub.example", "ns2.example", "ns.example.org"));
    edit.put(name("ns1.sub.example"), addresses("192.0.2.1"));
    edit.put(name("ns1.sub.example"), addresses("2001:db8::1"));
    edit.put(name("ns2.example"), addresses("192.0.2.2"));
    edit.put(name("sub.example"), RecordSet.of(Type.DS, 60, new byte[] {1, 2, 3, 4}));
    edit.put(name("deep.sub.example"), names(Type.NS, "ns.example.net"));
    edit.put(name("to.example"), cname("www.sub.example"));
    edit.put(name("child.example"), names(Type.NS, "ns2.example"));
    return Zone.of(edit.commit(0));
  }

  /** A zone that this server has itself, though the one above says who else has it. */
  private static Zone child() {
    ZoneSnapshot.Edit edit = Zones.empty("child.example").edit();
    edit.put(name("www.child.example"), addresses("192.0.2.9"));
    return Zone.of(edit.commit(0));
  }

  @ParameterizedTest
  @CsvSource({
    "www.sub.example, A",
    "sub.example, A",
    "SUB.example, NS",
    "sub.example, ANY",
    "ns1.sub.example, A",
    "x.deep.sub.example, A",
    "www.sub.example, DS",
  })
  void tellsWhoAnswersBelow(String asked, String type) {
    Message answer = asking.udp(query(asked, Type.value(type)));

    assertThat(answer.getRcode()).isEqualTo(Rcode.NOERROR);
    assertThat(hasFlag(answer, Flags.AA)).isFalse();
    assertThat(texts(answer, Section.ANSWER)).isEmpty();
    assertThat(lower(texts(answer, Section.AUTHORITY)))
        .containsExactlyInAnyOrder(
            "sub.example. 60 ns ns1.sub.example.",
            "sub.example. 60 ns ns2.example.",
            "sub.example. 60 ns ns.example.org.");
    assertThat(texts(answer, Section.ADDITIONAL))
        .containsExactlyInAnyOrder(
            "ns1.sub.example. 60 A 192.0.2.1",
            "ns1.sub.example. 60 AAAA 2001:db8::1",
            "ns2.example. 60 A 192.0.2.2");
  }

  private static List<String> lower(List<String> texts) {
    return texts.stream().map(text -> text.toLowerCase(java.util.Locale.ROOT)).toList();
  }

  @Test
  void answersItselfForTheSignersOfTheZoneBelow() {
    Message answer = asking.udp(query("sub.example", Type.DS));

    assertThat(hasFlag(answer, Flags.AA)).isTrue();
    assertThat(answer.getSection(Section.ANSWER)).hasSize(1);
  }

  @Test
  void endsAChainInAReferral() {
    Message answer = asking.udp(query("to.example", Type.A));

    assertThat(answer.getRcode()).isEqualTo(Rcode.NOERROR);
    assertThat(hasFlag(answer, Flags.AA)).isTrue();
    assertThat(texts(answer, Section.ANSWER))
        .containsExactly("to.example. 60 CNAME www.sub.example.");
    assertThat(texts(answer, Section.AUTHORITY)).hasSize(3);
  }

  @Test
  void answersFromItsOwnZoneBelow() {
    Message answer = asking.udp(query("www.child.example", Type.A));

    assertThat(hasFlag(answer, Flags.AA)).isTrue();
    assertThat(texts(answer, Section.ANSWER)).containsExactly("www.child.example. 60 A 192.0.2.9");
  }

  @Test
  void stillDeniesNamesBesideADelegation() {
    Message answer = asking.udp(query("www.other.example", Type.A));

    assertThat(answer.getRcode()).isEqualTo(Rcode.NXDOMAIN);
    assertThat(hasFlag(answer, Flags.AA)).isTrue();
  }
}
