// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.dns.wire;

import static org.assertj.core.api.Assertions.assertThat;

import io.dcosnet.dns.name.DomainName;
import io.dcosnet.dns.wire.ResponseReader.Verdict;
import io.dcosnet.dns.zone.ZoneRecord;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.Arrays;
import java.util.List;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.ShrinkingMode;
import org.xbill.DNS.AAAARecord;
import org.xbill.DNS.AFSDBRecord;
import org.xbill.DNS.ARecord;
import org.xbill.DNS.CNAMERecord;
import org.xbill.DNS.DClass;
import org.xbill.DNS.DNAMERecord;
import org.xbill.DNS.Flags;
import org.xbill.DNS.MXRecord;
import org.xbill.DNS.Message;
import org.xbill.DNS.NAPTRRecord;
import org.xbill.DNS.NSRecord;
import org.xbill.DNS.Name;
import org.xbill.DNS.PTRRecord;
import org.xbill.DNS.RPRecord;
import org.xbill.DNS.Record;
import org.xbill.DNS.SOARecord;
import org.xbill.DNS.SRVRecord;
import org.xbill.DNS.Section;
import org.xbill.DNS.TXTRecord;
import org.xbill.DNS.Type;

/** What dnsjava writes, compressed, is read as the same records; anything else does no harm. */
class ResponseReaderProperties {

  private static final Name QNAME = Name.fromConstantString("www.example.org.");
  private static final DomainName NAME = DomainName.parse("www.example.org.");
  private static final byte[] ASKED = QueryWriter.question(NAME, Type.ANY);

  private final ResponseReader reader = new ResponseReader();

  /** Of few labels, so that names share their ends and are compressed. */
  @Provide
  Arbitrary<Name> names() {
    return Arbitraries.of("a", "www", "example", "org", "mail", "x".repeat(63))
        .list()
        .ofMaxSize(3)
        .map(labels -> name(String.join(".", labels) + "."));
  }

  private static Name name(String text) {
    return Name.fromConstantString(text.equals(".") ? "." : text);
  }

  @Provide
  Arbitrary<List<Record>> records() {
    Arbitrary<Integer> kind = Arbitraries.integers().between(0, 13);
    Arbitrary<Long> ttl = Arbitraries.longs().between(0, Integer.MAX_VALUE);
    Arbitrary<Integer> number = Arbitraries.integers().between(0, 0xffff);
    return Combinators.combine(kind, names(), names(), names(), ttl, number)
        .as(ResponseReaderProperties::record)
        .list()
        .ofMaxSize(12);
  }

  private static Record record(int kind, Name owner, Name one, Name two, long ttl, int number) {
    int in = DClass.IN;
    return switch (kind) {
      case 0 -> new ARecord(owner, in, ttl, address(4, number));
      case 1 -> new AAAARecord(owner, in, ttl, address(16, number));
      case 2 -> new NSRecord(owner, in, ttl, one);
      case 3 -> new CNAMERecord(owner, in, ttl, one);
      case 4 -> new PTRRecord(owner, in, ttl, one);
      case 5 -> new SOARecord(owner, in, ttl, one, two, number, 1, 2, 3, number);
      case 6 -> new MXRecord(owner, in, ttl, number, one);
      case 7 -> new SRVRecord(owner, in, ttl, number, 1, number, one);
      case 8 -> new DNAMERecord(owner, in, ttl, one);
      case 9 -> new RPRecord(owner, in, ttl, one, two);
      case 10 -> new AFSDBRecord(owner, in, ttl, number, one);
      case 11 -> new NAPTRRecord(owner, in, ttl, number, 2, "u", "E2U", "!^.*$!x!", one);
      case 12 -> new TXTRecord(owner, in, ttl, List.of("some", "text " + number));
      default -> Record.newRecord(owner, 65280, in, ttl, new byte[] {(byte) 0xc0, 12, 1});
    };
  }

  private static InetAddress address(int octets, int number) {
    byte[] address = new byte[octets];
    address[0] = 32;
    address[octets - 1] = (byte) number;
    try {
      return InetAddress.getByAddress(address);
    } catch (UnknownHostException e) {
      throw new AssertionError(e);
    }
  }

  private static byte[] response(List<Record> answer, List<Record> authority, List<Record> more) {
    Message message = new Message(4711);
    message.getHeader().setFlag(Flags.QR);
    message.addRecord(Record.newRecord(QNAME, Type.ANY, DClass.IN), Section.QUESTION);
    answer.forEach(record -> message.addRecord(record, Section.ANSWER));
    authority.forEach(record -> message.addRecord(record, Section.AUTHORITY));
    more.forEach(record -> message.addRecord(record, Section.ADDITIONAL));
    return message.toWire();
  }

  @Property
  void readsTheRecordsThatAnotherLibraryWrote(
      @ForAll("records") List<Record> answer,
      @ForAll("records") List<Record> authority,
      @ForAll("records") List<Record> more) {
    byte[] wire = response(answer, authority, more);

    Verdict verdict = reader.read(wire, wire.length, ASKED, true, NAME);

    assertThat(verdict).as(reader.fault()).isEqualTo(Verdict.OK);
    assertThat(theirs(reader.answer())).isEqualTo(answer);
    assertThat(theirs(reader.authority())).isEqualTo(authority);
    assertThat(theirs(reader.additional())).isEqualTo(more);
  }

  private static List<Record> theirs(List<ZoneRecord> records) {
    return records.stream().map(ResponseReaderProperties::theirs).toList();
  }

  private static Record theirs(ZoneRecord record) {
    Name owner = Name.fromConstantString(record.owner().toString());
    return Record.newRecord(owner, record.type(), DClass.IN, record.ttlSeconds(), record.data());
  }

  @Property
  void readsAnythingWithoutFailing(@ForAll byte[] octets) {
    assertThat(reader.read(octets, octets.length, ASKED, true, NAME)).isNotNull();
  }

  /** The message stands at the end of its array, so that a step too far would show. */
  @Property(tries = 3000, shrinking = ShrinkingMode.OFF)
  void readsChangedMessagesWithoutFailing(
      @ForAll("records") List<Record> records,
      @ForAll List<Integer> places,
      @ForAll byte[] octets,
      @ForAll int cut) {
    byte[] wire = response(records, List.of(), records);
    for (int i = 0; i < Math.min(places.size(), octets.length); i++) {
      int behindQuestion = QueryReader.HEADER_OCTETS + ASKED.length;
      int room = Math.max(1, wire.length - behindQuestion);
      int place = Math.min(behindQuestion + Math.floorMod(places.get(i), room), wire.length - 1);
      wire[place] = octets[i];
    }
    byte[] message = Arrays.copyOf(wire, wire.length - Math.floorMod(cut, wire.length));

    Verdict verdict = reader.read(message, message.length, ASKED, true, NAME);

    if (verdict == Verdict.MALFORMED) {
      assertThat(reader.fault()).isNotEmpty();
    }
    assertThat(reader.answer().toString()).isNotNull();
  }
}
