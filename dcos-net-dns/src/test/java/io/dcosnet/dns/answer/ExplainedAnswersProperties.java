// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.dns.answer;

import static org.assertj.core.api.Assertions.assertThat;

import io.dcosnet.dns.explain.Explainer;
import io.dcosnet.dns.explain.Explanation;
import io.dcosnet.dns.zone.RecordType;
import io.dcosnet.dns.zone.Zone;
import io.dcosnet.dns.zone.ZoneSnapshot;
import io.dcosnet.dns.zone.Zones;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.EdgeCasesMode;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.xbill.DNS.Message;
import org.xbill.DNS.Record;
import org.xbill.DNS.Section;
import org.xbill.DNS.Type;

class ExplainedAnswersProperties {

  record Question(String name, int type) {}

  @Provide
  Arbitrary<Set<String>> owners() {
    return names().set().ofMaxSize(6);
  }

  @Provide
  Arbitrary<Question> questions() {
    return Combinators.combine(
            names(),
            Arbitraries.of(
                Type.A, Type.AAAA, Type.SRV, Type.ANY, Type.SOA, Type.NS, Type.DS, 65280))
        .as(Question::new);
  }

  private static Arbitrary<String> names() {
    return Combinators.combine(
            Arbitraries.of("a", "b", "_s", "C", "*").list().ofMaxSize(3),
            Arbitraries.of("mesos", "mesos", "mesos", "in.mesos", "example.org"))
        .as((labels, end) -> labels.isEmpty() ? end : String.join(".", labels) + "." + end);
  }

  @Property(edgeCases = EdgeCasesMode.NONE)
  void whatIsExplainedIsWhatIsAnswered(
      @ForAll("owners") Set<String> owners,
      @ForAll("questions") Question question,
      @ForAll boolean partial,
      @ForAll boolean wildcards) {
    Zone outer = zone("mesos", owners, partial, wildcards);
    Zone inner = zone("in.mesos", owners, false, wildcards);

    Message answered = new Asking(outer, inner).tcp(Asking.query(question.name(), question.type()));
    Explanation explained =
        Explainer.of(List.of(outer, inner)).explain(question.name(), question.type(), null);

    assertThat(explained.rcode()).isEqualTo(answered.getRcode());
    Set<String> sent = new TreeSet<>();
    for (Record record : answered.getSection(Section.ANSWER)) {
      sent.add(Type.string(record.getType()) + " " + Asking.data(record));
    }
    Set<String> told = new TreeSet<>();
    explained
        .answer()
        .forEach(record -> told.add(Type.string(record.type()) + " " + record.data()));
    assertThat(told).isEqualTo(sent);
  }

  private static Zone zone(String origin, Set<String> owners, boolean partial, boolean wildcards) {
    ZoneSnapshot.Edit edit = Zones.empty(origin).edit();
    int number = 1;
    for (String owner : owners) {
      if (owner.endsWith("." + origin)) {
        edit.put(Zones.name(owner), Zones.addresses("192.0.2." + number));
        edit.put(Zones.name(owner), Zones.services("80 a." + origin, "81 b." + origin));
        if (number++ % 3 == 0) {
          edit.put(Zones.name(owner), Zones.names(RecordType.NS, "ns.example.org"));
        }
      }
    }
    edit.partial(partial);
    edit.wildcards(wildcards);
    return Zone.of(edit.commit(101));
  }
}
