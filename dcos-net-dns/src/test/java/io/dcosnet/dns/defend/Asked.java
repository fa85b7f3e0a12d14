// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.dns.defend;

import static io.dcosnet.dns.defend.Senders.sender;
import static io.dcosnet.dns.zone.Zones.addresses;
import static io.dcosnet.dns.zone.Zones.cname;
import static io.dcosnet.dns.zone.Zones.name;
import static io.dcosnet.dns.zone.Zones.names;
import static io.dcosnet.dns.zone.Zones.services;

import io.dcosnet.dns.answer.Carrier;
import io.dcosnet.dns.answer.Elsewhere;
import io.dcosnet.dns.answer.Responder;
import io.dcosnet.dns.metrics.DnsMetrics;
import io.dcosnet.dns.response.ResponseStyle;
import io.dcosnet.dns.zone.Alias;
import io.dcosnet.dns.zone.Aliases;
import io.dcosnet.dns.zone.RecordType;
import io.dcosnet.dns.zone.Zone;
import io.dcosnet.dns.zone.ZoneSnapshot;
import io.dcosnet.dns.zone.ZoneTable;
import io.dcosnet.dns.zone.Zones;
import io.dcosnet.testkit.RecordingMetrics;
import io.dcosnet.testkit.VirtualTime;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import org.xbill.DNS.CookieOption;
import org.xbill.DNS.DClass;
import org.xbill.DNS.EDNSOption;
import org.xbill.DNS.ExtendedErrorCodeOption;
import org.xbill.DNS.Flags;
import org.xbill.DNS.GenericEDNSOption;
import org.xbill.DNS.Message;
import org.xbill.DNS.Name;
import org.xbill.DNS.OPTRecord;
import org.xbill.DNS.Record;
import org.xbill.DNS.Section;
import org.xbill.DNS.TextParseException;

/** A defended responder with a small zone, asked from any address. */
final class Asked {

  final RecordingMetrics metrics = new RecordingMetrics();
  final VirtualTime time = new VirtualTime();
  final Defence defence;
  private final Responder udp;
  private final Responder tcp;
  private final Responder tls;

  Asked(Defence.Rules rules) {
    this(rules, ResponseStyle.DEFAULTS);
  }

  Asked(Defence.Rules rules, ResponseStyle style) {
    this(rules, style, Elsewhere.NOWHERE);
  }

  /** With what answers names outside of the zone for clients that may have others asked. */
  Asked(Defence.Rules rules, Elsewhere elsewhere) {
    this(rules, ResponseStyle.DEFAULTS, elsewhere);
  }

  private Asked(Defence.Rules rules, ResponseStyle style, Elsewhere elsewhere) {
    defence = new Defence(rules, time, new SplittableRandom(5));
    DnsMetrics figures = new DnsMetrics(metrics);
    ZoneTable zones = ZoneTable.of(List.of(zone()));
    Aliases aliases =
        Aliases.of(List.of(new Alias(name("secret.example.org"), name("secret.mesos"), true)));
    Responder.Parts parts =
        new Responder.Parts(
            zones,
            aliases,
            protocol -> defence.guard(protocol, zones, figures),
            () -> elsewhere,
            style,
            new SplittableRandom(6),
            figures);
    udp = new Responder(parts, Carrier.UDP);
    tcp = new Responder(parts, Carrier.tcp(Duration.ofSeconds(10)));
    tls = new Responder(parts, Carrier.tls(Duration.ofSeconds(10)));
  }

  static Zone zone() {
    ZoneSnapshot.Edit edit = Zones.empty("mesos").edit();
    edit.put(name("web.mesos"), addresses("192.0.2.1", "192.0.2.2"));
    edit.put(name("sub.mesos"), names(RecordType.NS, "ns.sub.mesos", "ns.example.org"));
    edit.put(name("ns.sub.mesos"), addresses("192.0.2.53"));
    edit.put(name("db.secret.mesos"), addresses("192.0.2.99"));
    edit.put(name("alias.mesos"), cname("db.secret.mesos"));
    edit.put(name("_db._tcp.mesos"), services("80 db.secret.mesos"));
    String[] many = new String[200];
    Arrays.setAll(many, i -> "203.0.113." + i);
    edit.put(name("many.mesos"), addresses(many));
    edit.put(name("many.mesos"), addresses("2001:db8::1"));
    return Zone.of(edit.commit(101));
  }

  static byte[] plain(String name, int type) {
    return message(name, type, DClass.IN).toWire();
  }

  static Message message(String name, int type, int clazz) {
    try {
      return Message.newQuery(Record.newRecord(Name.fromString(name, Name.root), type, clazz));
    } catch (TextParseException e) {
      throw new AssertionError(e);
    }
  }

  /** A query for addresses that shows these octets as its cookie. */
  static byte[] cookie(String name, byte[] cookie) {
    return options(name, RecordType.A, new GenericEDNSOption(EDNSOption.Code.COOKIE, cookie));
  }

  static byte[] options(String name, int type, EDNSOption... options) {
    Message message = message(name, type, DClass.IN);
    message.addRecord(new OPTRecord(4096, 0, 0, 0, List.of(options)), Section.ADDITIONAL);
    return message.toWire();
  }

  Got udp(String client, byte[] query) {
    return ask(udp, client, query);
  }

  Got tcp(String client, byte[] query) {
    return ask(tcp, client, query);
  }

  Got tls(String client, byte[] query) {
    return ask(tls, client, query);
  }

  /** The responder for datagrams, for those who measure it. */
  Responder udp() {
    return udp;
  }

  /** The cookie of the server for a client. */
  byte[] learn(String client) {
    return tcp(client, cookie("web.mesos", new byte[] {1, 2, 3, 4, 5, 6, 7, 8})).cookie();
  }

  /** How many of so many equal queries without a cookie are answered over UDP. */
  int answered(String client, String name, int times) {
    byte[] query = plain(name, RecordType.A);
    int answered = 0;
    for (int i = 0; i < times; i++) {
      Got got = udp(client, query);
      answered += got.isSilence() || got.isTruncated() ? 0 : 1;
    }
    return answered;
  }

  private static Got ask(Responder responder, String client, byte[] query) {
    int length = responder.answer(query, 0, query.length, sender(client));
    return new Got(Arrays.copyOf(responder.octets(), length));
  }

  /** What came back. */
  static final class Got {
    private final byte[] octets;

    Got(byte[] octets) {
      this.octets = octets;
    }

    byte[] octets() {
      return octets;
    }

    boolean isSilence() {
      return octets.length == Responder.SILENCE;
    }

    Message message() {
      try {
        return new Message(octets);
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }

    int rcode() {
      return message().getRcode();
    }

    boolean isTruncated() {
      return message().getHeader().getFlag(Flags.TC);
    }

    int answers() {
      return message().getSection(Section.ANSWER).size();
    }

    int additional() {
      Message message = message();
      return message.getSection(Section.ADDITIONAL).size() - (message.getOPT() == null ? 0 : 1);
    }

    int extendedError() {
      return option(EDNSOption.Code.EDNS_EXTENDED_ERROR, ExtendedErrorCodeOption.class)
          .getErrorCode();
    }

    byte[] cookie() {
      CookieOption cookie = option(EDNSOption.Code.COOKIE, CookieOption.class);
      byte[] both = Arrays.copyOf(cookie.getClientCookie(), ServerCookies.OCTETS);
      System.arraycopy(cookie.getServerCookie().orElseThrow(), 0, both, 8, 16);
      return both;
    }

    <T extends EDNSOption> T option(int code, Class<T> type) {
      return type.cast(message().getOPT().getOptions(code).get(0));
    }

    boolean hasOption(int code) {
      return !message().getOPT().getOptions(code).isEmpty();
    }
  }
}
