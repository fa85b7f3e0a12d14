// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.dns.answer;

import static org.assertj.core.api.Assertions.assertThat;

import io.dcosnet.api.net.Protocol;
import io.dcosnet.dns.name.DomainName;
import io.dcosnet.dns.zone.ChangingZone;
import io.dcosnet.dns.zone.RecordSet;
import java.util.Arrays;
import java.util.List;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.EdgeCasesMode;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.xbill.DNS.Message;
import org.xbill.DNS.Type;

/**
 * A question for the only type that a name has is answered from one piece of memory, a question for
 * any type from the records themselves: both must say the same, to the octet.
 */
class ReadyAnswerProperties {

  private static final List<String> SPELLINGS =
      List.of("web.app.mesos", "WEB.app.MESOS", "Web.App.Mesos");

  @Provide
  Arbitrary<RecordSet> sets() {
    Arbitrary<Integer> types = Arbitraries.of(Type.A, Type.AAAA, Type.TXT, Type.HINFO);
    Arbitrary<List<byte[]>> even =
        Arbitraries.of(4, 16, 200)
            .flatMap(length -> octets(length, length).list().ofMinSize(1).ofMaxSize(60));
    Arbitrary<List<byte[]>> uneven = octets(0, 90).list().ofMinSize(1).ofMaxSize(20);
    return Combinators.combine(
            types, Arbitraries.integers().greaterOrEqual(0), Arbitraries.oneOf(even, uneven))
        .as(RecordSet::of);
  }

  private static Arbitrary<byte[]> octets(int least, int most) {
    return Arbitraries.bytes().array(byte[].class).ofMinSize(least).ofMaxSize(most);
  }

  @Property(tries = 300, edgeCases = EdgeCasesMode.NONE)
  void whatStandsReadyIsWhatTheRecordsSay(
      @ForAll("sets") RecordSet first,
      @ForAll("sets") RecordSet second,
      @ForAll Protocol protocol,
      @ForAll boolean edns) {
    ChangingZone zone = new ChangingZone("mesos");
    zone.put(SPELLINGS.get(0), first);
    Asking byType = new Asking(zone);
    Asking byAny = new Asking(zone);

    for (String name : SPELLINGS) {
      assertThat(answer(byType, name, first.type(), protocol, edns))
          .isEqualTo(answer(byAny, name, Type.ANY, protocol, edns));
    }
    zone.change(
        edit -> {
          edit.remove(DomainName.parse(SPELLINGS.get(0)), first.type());
          edit.put(DomainName.parse(SPELLINGS.get(0)), second);
        });
    for (String name : SPELLINGS) {
      assertThat(answer(byType, name, second.type(), protocol, edns))
          .isEqualTo(answer(byAny, name, Type.ANY, protocol, edns));
    }
  }

  /** The answer with its ID and the type of its question blotted out. */
  private static byte[] answer(
      Asking asking, String name, int type, Protocol protocol, boolean edns) {
    Message query = edns ? Asking.ednsQuery(name, type, 1232) : Asking.query(name, type);
    byte[] answer = asking.answer(query.toWire(), protocol);
    int typeAt = 12 + name.length() + 2;
    Arrays.fill(answer, 0, 2, (byte) 0);
    Arrays.fill(answer, typeAt, typeAt + 2, (byte) 0);
    return answer;
  }
}
