// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.dns.answer;

import static io.dcosnet.dns.answer.Asking.texts;
import static io.dcosnet.dns.zone.Zones.name;
import static org.assertj.core.api.Assertions.assertThat;

import io.dcosnet.api.net.Protocol;
import io.dcosnet.dns.name.DomainName;
import io.dcosnet.dns.zone.Alias;
import io.dcosnet.dns.zone.Aliases;
import io.dcosnet.dns.zone.RecordSet;
import io.dcosnet.dns.zone.Zone;
import io.dcosnet.dns.zone.ZoneSnapshot;
import io.dcosnet.dns.zone.Zones;
import java.util.List;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.EdgeCasesMode;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.xbill.DNS.Message;
import org.xbill.DNS.Section;
import org.xbill.DNS.Type;

class AliasProperties {

  /** One record, names below the zone given without it; a target may be {@code outside}. */
  record Given(String owner, int type, String target) {}

  @Provide
  Arbitrary<List<Given>> records() {
    Arbitrary<Integer> types =
        Arbitraries.of(Type.A, Type.SRV, Type.SRV, Type.CNAME, Type.NS, Type.DNAME);
    return Combinators.combine(labels(), types, labels()).as(Given::new).list().ofMaxSize(12);
  }

  @Provide
  Arbitrary<String> labels() {
    return Arbitraries.of("a.", "b.", "*.", "_s.", "x".repeat(50) + ".")
        .list()
        .ofMaxSize(3)
        .map(labels -> String.join("", labels));
  }

  @Property(tries = 500, edgeCases = EdgeCasesMode.NONE)
  void showsWhatTheZoneAnswersUnderAnotherName(
      @ForAll("records") List<Given> records,
      @ForAll("labels") String asked,
      @ForAll("types") int type,
      @ForAll Protocol protocol) {
    Zone zone = zone(records);
    Asking asking =
        new Asking(
            Aliases.of(List.of(new Alias(name("other.example"), name("in.zone"), false))), zone);

    Message plain = ask(asking, asked + "in.zone", type, protocol);
    Message aliased = ask(asking, asked + "other.example", type, protocol);

    if (Asking.isTruncated(plain) || Asking.isTruncated(aliased)) {
      return; // the longer names leave less room, so a chain may end before its fault is met
    }
    assertThat(aliased.getRcode()).isEqualTo(plain.getRcode());
    for (int section : List.of(Section.ANSWER, Section.AUTHORITY, Section.ADDITIONAL)) {
      assertThat(texts(aliased, section))
          .containsExactlyInAnyOrderElementsOf(
              texts(plain, section).stream()
                  .map(text -> text.replace("in.zone.", "other.example."))
                  .toList());
    }
  }

  @Provide
  Arbitrary<Integer> types() {
    return Arbitraries.of(Type.A, Type.SRV, Type.CNAME, Type.SOA, Type.NS, Type.TXT);
  }

  private static Message ask(Asking asking, String name, int type, Protocol protocol) {
    Message query = Asking.ednsQuery(name, type, 4096);
    return Asking.parse(asking.answer(query.toWire(), protocol));
  }

  private static Zone zone(List<Given> records) {
    ZoneSnapshot.Edit edit = Zones.empty("in.zone").edit();
    edit.wildcards(true);
    for (Given given : records) {
      DomainName owner = name(given.owner() + "in.zone");
      boolean apex = given.owner().isEmpty();
      String target = given.target().isEmpty() ? "outside" : given.target() + "in.zone";
      if (!(apex && (given.type() == Type.NS || given.type() == Type.CNAME))) {
        edit.put(owner, set(given.type(), target));
      }
    }
    return Zone.of(edit.commit(0));
  }

  private static RecordSet set(int type, String target) {
    return switch (type) {
      case Type.A -> Zones.addresses("192.0.2.1", "192.0.2.2");
      case Type.SRV -> Zones.services("80 " + target, "81 outside");
      default -> Zones.names(type, target);
    };
  }
}
