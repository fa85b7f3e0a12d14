// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.dns.transport.upstream;

import static org.assertj.core.api.Assertions.assertThat;

import io.dcosnet.api.net.Protocol;
import io.dcosnet.dns.name.DomainName;
import io.dcosnet.dns.query.Answer;
import io.dcosnet.dns.query.Query;
import io.dcosnet.dns.wire.QueryWriter;
import io.dcosnet.dns.wire.ResponseReader;
import io.dcosnet.dns.zone.ZoneRecord;
import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.xbill.DNS.DClass;
import org.xbill.DNS.Flags;
import org.xbill.DNS.Message;
import org.xbill.DNS.Name;
import org.xbill.DNS.Record;
import org.xbill.DNS.Section;
import org.xbill.DNS.Type;

class BailiwickTest {

  private static final String SIGNATURE =
      " 8 2 60 20300101000000 20200101000000 1 example.org. c2ln";

  private final Message message = new Message();
  private int leftOut;

  private BailiwickTest answer(String... records) {
    return add(Section.ANSWER, records);
  }

  private BailiwickTest authority(String... records) {
    return add(Section.AUTHORITY, records);
  }

  private BailiwickTest additional(String... records) {
    return add(Section.ADDITIONAL, records);
  }

  private BailiwickTest add(int section, String... records) {
    for (String record : records) {
      String[] parts = record.split(" ", 3);
      try {
        Name owner = Name.fromString(parts[0]);
        int type = Type.value(parts[1]);
        message.addRecord(
            Record.fromString(owner, type, DClass.IN, 60, parts[2], Name.root), section);
      } catch (IOException e) {
        throw new AssertionError(record, e);
      }
    }
    return this;
  }

  private Answer to(String name, int type) {
    return to(name, type, false);
  }

  private Answer to(String name, int type, boolean dnssecOk) {
    DomainName asked = DomainName.parse(name);
    message.getHeader().setFlag(Flags.QR);
    message.addRecord(
        Record.newRecord(Name.fromConstantString(name), type, DClass.IN), Section.QUESTION);
    byte[] wire = message.toWire();
    ResponseReader reader = new ResponseReader();
    ResponseReader.Verdict verdict =
        reader.read(wire, wire.length, QueryWriter.question(asked, type), true, asked);
    assertThat(verdict).isEqualTo(ResponseReader.Verdict.OK);
    Query query = new Query(asked, type, true, false, dnssecOk, false, null, Protocol.UDP, null);
    Bailiwick bailiwick = new Bailiwick(reader, query);
    Answer answer = bailiwick.answer();
    leftOut = bailiwick.leftOut();
    return answer;
  }

  private static List<String> text(List<ZoneRecord> records) {
    return records.stream()
        .map(record -> record.owner() + " " + Type.string(record.type()))
        .toList();
  }

  @Test
  void keepsWhatWasAskedFor() {
    Answer answer =
        answer("www.example.org. A 192.0.2.1", "www.example.org. A 192.0.2.2")
            .to("www.example.org.", Type.A);

    assertThat(text(answer.answer())).containsExactly("www.example.org. A", "www.example.org. A");
    assertThat(leftOut).isZero();
  }

  @Test
  void leavesOutOtherNamesAndTypes() {
    Answer answer =
        answer(
                "bank.example.com. A 203.0.113.66",
                "www.example.org. A 192.0.2.1",
                "www.example.org. TXT evil")
            .authority("example.com. NS ns.example.net.", "org. NS a.example.net.")
            .additional("bank.example.com. A 203.0.113.66", "a.example.net. A 192.0.2.7")
            .to("www.example.org.", Type.A, true);

    assertThat(text(answer.answer())).containsExactly("www.example.org. A");
    assertThat(text(answer.authority())).containsExactly("org. NS");
    assertThat(text(answer.additional())).containsExactly("a.example.net. A");
    assertThat(leftOut).isEqualTo(4);
  }

  @Test
  void answerStandsAlone() {
    Answer answer =
        answer("_web._tcp.example.org. SRV 0 1 80 www.example.org.")
            .authority("example.org. NS ns.example.org.")
            .additional("ns.example.org. A 192.0.2.53", "www.example.org. A 192.0.2.1")
            .to("_web._tcp.example.org.", Type.SRV);

    assertThat(answer.authority()).isEmpty();
    assertThat(text(answer.additional())).containsExactly("www.example.org. A");
    assertThat(leftOut).isZero();
  }

  @Test
  void tellsWhoKnowsMoreWhenThereIsNoAnswer() {
    Answer answer =
        authority("example.org. NS ns.example.org.")
            .additional("ns.example.org. A 192.0.2.53")
            .to("www.example.org.", Type.A);

    assertThat(text(answer.authority())).containsExactly("example.org. NS");
    assertThat(text(answer.additional())).containsExactly("ns.example.org. A");
  }

  @Test
  void putsAChainInOrder() {
    Answer answer =
        answer(
                "c.example.net. A 192.0.2.1",
                "b.example.net. CNAME c.example.net.",
                "x.example.net. CNAME y.example.net.",
                "a.example.org. CNAME b.example.net.")
            .to("a.example.org.", Type.A);

    assertThat(text(answer.answer()))
        .containsExactly("a.example.org. CNAME", "b.example.net. CNAME", "c.example.net. A");
  }

  @Test
  void endsALoop() {
    Answer answer =
        answer("a.example.org. CNAME b.example.org.", "b.example.org. CNAME a.example.org.")
            .to("a.example.org.", Type.A);

    assertThat(text(answer.answer()))
        .containsExactly("a.example.org. CNAME", "b.example.org. CNAME");
  }

  @Test
  void doesNotFollowAnAliasThatIsAskedForItself() {
    Answer answer =
        answer("a.example.org. CNAME b.example.org.", "b.example.org. CNAME c.example.org.")
            .to("a.example.org.", Type.CNAME);

    assertThat(text(answer.answer())).containsExactly("a.example.org. CNAME");
  }

  @Test
  void followsADnameWithAndWithoutTheAliasThatComesFromIt() {
    Answer with =
        answer(
                "example.org. DNAME example.net.",
                "a.b.example.org. CNAME a.b.example.net.",
                "a.b.example.net. A 192.0.2.1")
            .to("a.b.example.org.", Type.A);
    assertThat(text(with.answer()))
        .containsExactly("example.org. DNAME", "a.b.example.org. CNAME", "a.b.example.net. A");

    Answer without =
        new BailiwickTest()
            .answer("example.org. DNAME example.net.", "a.b.example.net. A 192.0.2.1")
            .to("a.b.example.org.", Type.A);
    assertThat(text(without.answer())).containsExactly("example.org. DNAME", "a.b.example.net. A");
  }

  @Test
  void keepsTheDenialForTheEndOfAChain() {
    Answer answer =
        answer("a.example.org. CNAME b.example.net.")
            .authority(
                "example.net. SOA ns.example.net. me.example.net. 1 2 3 4 5",
                "www.example.net. SOA ns.example.net. me.example.net. 1 2 3 4 5")
            .to("a.example.org.", Type.A);

    assertThat(text(answer.authority())).containsExactly("example.net. SOA");
  }

  @Test
  void keepsSignaturesAndProofsForThoseWhoWantThem() {
    String[] answers = {"www.example.org. A 192.0.2.1", "www.example.org. RRSIG A" + SIGNATURE};
    String[] proofs = {
      "example.org. SOA ns.example.org. me.example.org. 1 2 3 4 5",
      "example.org. RRSIG SOA" + SIGNATURE,
      "a.example.org. NSEC z.example.org. A",
      "example.com. NSEC z.example.com. A"
    };
    Answer plain = answer(answers).authority(proofs).to("www.example.org.", Type.A);
    Answer careful =
        new BailiwickTest().answer(answers).authority(proofs).to("www.example.org.", Type.A, true);

    assertThat(text(plain.answer())).containsExactly("www.example.org. A");
    assertThat(text(plain.authority())).containsExactly("example.org. SOA");
    assertThat(text(careful.answer()))
        .containsExactly("www.example.org. A", "www.example.org. RRSIG");
    assertThat(text(careful.authority()))
        .containsExactly("example.org. SOA", "example.org. RRSIG", "a.example.org. NSEC");
  }

  @Test
  void keepsAllTypesOfTheNameWhenAllAreAskedFor() {
    Answer answer =
        answer("a.example.org. A 192.0.2.1", "a.example.org. TXT x", "b.example.org. TXT y")
            .to("a.example.org.", Type.ANY);

    assertThat(text(answer.answer())).containsExactly("a.example.org. A", "a.example.org. TXT");
  }

  @Test
  void keepsAddressesOfServices() {
    Answer answer =
        answer("_x._tcp.example.org. SRV 0 1 80 a.example.net.")
            .additional(
                "a.example.net. A 192.0.2.1",
                "a.example.net. AAAA 2001:db8::1",
                "a.example.net. TXT no",
                "b.example.net. A 203.0.113.66")
            .to("_x._tcp.example.org.", Type.SRV);

    assertThat(text(answer.additional()))
        .containsExactly("a.example.net. A", "a.example.net. AAAA");
  }

  @Test
  void keepsNoMoreOfAChainThanItFollows() {
    String[] chain = new String[40];
    Arrays.setAll(chain, i -> "n" + i + ".example.org. CNAME n" + (i + 1) + ".example.org.");

    Answer answer = answer(chain).to("n0.example.org.", Type.A);

    assertThat(answer.answer()).hasSize(Bailiwick.MAX_CHAIN);
  }
}
