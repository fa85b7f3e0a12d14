// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.dns.cache;

import io.dcosnet.api.net.IpAddress;
import io.dcosnet.dns.answer.Elsewhere;
import io.dcosnet.dns.metrics.DnsMetrics;
import io.dcosnet.dns.name.DomainName;
import io.dcosnet.dns.query.Answer;
import io.dcosnet.dns.query.Query;
import io.dcosnet.dns.wire.ExtendedError;
import io.dcosnet.dns.wire.QueryReader;
import io.dcosnet.dns.wire.Rcode;
import io.dcosnet.dns.wire.ResponseWriter;
import io.dcosnet.dns.wire.Sender;
import io.dcosnet.dns.zone.Rdata;
import io.dcosnet.dns.zone.RecordType;
import io.dcosnet.dns.zone.ZoneRecord;
import io.dcosnet.testkit.RecordingMetrics;
import io.dcosnet.testkit.VirtualTime;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import org.xbill.DNS.DClass;
import org.xbill.DNS.ExtendedErrorCodeOption;
import org.xbill.DNS.ExtendedFlags;
import org.xbill.DNS.Flags;
import org.xbill.DNS.Message;
import org.xbill.DNS.Name;
import org.xbill.DNS.OPTRecord;
import org.xbill.DNS.Record;
import org.xbill.DNS.Section;
import org.xbill.DNS.TextParseException;

/** A cache in virtual time, and one worker's view of it that is asked with real messages. */
final class Caching {

  static final DomainName NAME = DomainName.parse("www.example.org");
  static final DomainName ZONE = DomainName.parse("example.org");

  final VirtualTime time = new VirtualTime();
  final RecordingMetrics recording = new RecordingMetrics();
  final DnsMetrics metrics = new DnsMetrics(recording);
  final List<Query> refreshes = new ArrayList<>();
  final AnswerCache cache;
  final CacheView view;

  private final QueryReader reader = new QueryReader();
  private final ResponseWriter response = new ResponseWriter();

  Caching() {
    this(CacheConfig.DEFAULTS);
  }

  Caching(CacheConfig config) {
    cache =
        new AnswerCache(
            config, time, DomainName.parse("mesos")::equals, new SplittableRandom(1), metrics);
    view = new CacheView(cache, new SplittableRandom(2), refreshes::add);
  }

  static ZoneRecord a(DomainName owner, int ttl, int lastOctet) {
    byte[] data = Rdata.address(IpAddress.parse("192.0.2." + lastOctet));
    return ZoneRecord.of(owner, RecordType.A, ttl, data);
  }

  static ZoneRecord soa(DomainName zone, int ttl, int minimum) {
    String text = "ns.example.org. admin.example.org. 1 3600 600 86400 " + minimum;
    return ZoneRecord.of(
        zone, RecordType.SOA, ttl, Rdata.ofText(RecordType.SOA, text, DomainName.ROOT));
  }

  static ZoneRecord cname(DomainName owner, int ttl, DomainName target) {
    return ZoneRecord.of(owner, RecordType.CNAME, ttl, Rdata.name(target));
  }

  /** As somebody else answers. */
  static Answer answer(int rcode, List<ZoneRecord> answer, List<ZoneRecord> authority) {
    return new Answer(rcode, answer, authority, List.of(), false, false, ExtendedError.NONE, "");
  }

  static Answer addresses(int ttl, int... lastOctets) {
    return answer(
        Rcode.NOERROR,
        Arrays.stream(lastOctets).mapToObj(octet -> a(NAME, ttl, octet)).toList(),
        List.of());
  }

  static Answer nxdomain(int soaTtl, int minimum) {
    return answer(Rcode.NXDOMAIN, List.of(), List.of(soa(ZONE, soaTtl, minimum)));
  }

  static Answer nodata(int soaTtl, int minimum) {
    return answer(Rcode.NOERROR, List.of(), List.of(soa(ZONE, soaTtl, minimum)));
  }

  void put(int type, Answer answer) {
    var unused = cache.put(Query.of(NAME, type), answer);
  }

  void pass(long seconds) {
    time.advance(Duration.ofSeconds(seconds));
  }

  static Message query(String name, int type) {
    try {
      Message message =
          Message.newQuery(Record.newRecord(Name.fromString(name, Name.root), type, DClass.IN));
      message.addRecord(new OPTRecord(1232, 0, 0, 0), Section.ADDITIONAL);
      return message;
    } catch (TextParseException e) {
      throw new AssertionError(e);
    }
  }

  static Message dnssecQuery(String name, int type) {
    Message message = query(name, type);
    message.removeAllRecords(Section.ADDITIONAL);
    message.addRecord(new OPTRecord(1232, 0, 0, ExtendedFlags.DO), Section.ADDITIONAL);
    return message;
  }

  /** What the view gives: {@link Elsewhere#LATER}, {@link Elsewhere#NOBODY} or a response code. */
  int code(Message query) {
    return code(query.toWire(), ResponseWriter.MAX_OCTETS);
  }

  int code(byte[] query, int limit) {
    reader.read(query, 0, query.length);
    response.begin(reader, limit, Rcode.NOERROR, ExtendedError.NONE);
    return view.answer(
        reader, new Sender(), query, reader.nameStart(), reader.nameLength(), response);
  }

  /** The whole response of the view, which must have one. */
  Message ask(Message query) {
    return ask(query, ResponseWriter.MAX_OCTETS);
  }

  Message ask(Message query, int limit) {
    byte[] octets = octets(query, limit);
    try {
      return new Message(octets);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  byte[] octets(Message query, int limit) {
    int rcode = code(query.toWire(), limit);
    if (rcode < 0) {
      throw new AssertionError("no answer: " + (rcode == Elsewhere.LATER ? "later" : "nobody"));
    }
    response.responseCode(rcode);
    return Arrays.copyOf(response.octets(), response.finish());
  }

  Message ask(int type) {
    return ask(query("www.example.org", type));
  }

  int code(int type) {
    return code(query("www.example.org", type));
  }

  /** Such as {@code www.example.org. 60 A 192.0.2.1}. */
  static List<String> texts(Message message, int section) {
    return message.getSection(section).stream()
        .filter(record -> record.getType() != RecordType.OPT)
        .map(
            record ->
                record.getName()
                    + " "
                    + record.getTTL()
                    + " "
                    + RecordType.name(record.getType())
                    + " "
                    + record.rdataToString())
        .toList();
  }

  static Message without(Message query, int flag) {
    query.getHeader().unsetFlag(flag);
    return query;
  }

  static Message withAd(Message query) {
    query.getHeader().setFlag(Flags.AD);
    return query;
  }

  /** The code that says why the answer is not quite right. */
  static int extendedError(Message message) {
    return message.getOPT().getOptions(15).stream()
        .map(ExtendedErrorCodeOption.class::cast)
        .map(ExtendedErrorCodeOption::getErrorCode)
        .findFirst()
        .orElse(ExtendedError.NONE);
  }

  /** An address of either kind. */
  static ZoneRecord address(int type, int ttl) {
    String text = type == RecordType.A ? "192.0.2.1" : "2001:db8::1";
    return ZoneRecord.of(NAME, type, ttl, Rdata.address(IpAddress.parse(text)));
  }
}
