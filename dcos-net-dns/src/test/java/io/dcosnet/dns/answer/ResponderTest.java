// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.dns.answer;

import static io.dcosnet.dns.answer.Asking.ednsQuery;
import static io.dcosnet.dns.answer.Asking.hasFlag;
import static io.dcosnet.dns.answer.Asking.isTruncated;
import static io.dcosnet.dns.answer.Asking.query;
import static io.dcosnet.dns.zone.Zones.addresses;
import static io.dcosnet.dns.zone.Zones.name;
import static io.dcosnet.dns.zone.Zones.services;
import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import io.dcosnet.api.event.Subscription;
import io.dcosnet.api.net.Protocol;
import io.dcosnet.dns.name.DomainName;
import io.dcosnet.dns.zone.RecordSet;
import io.dcosnet.dns.zone.Zone;
import io.dcosnet.dns.zone.ZoneApex;
import io.dcosnet.dns.zone.ZoneListener;
import io.dcosnet.dns.zone.ZonePublisher;
import io.dcosnet.dns.zone.ZoneSnapshot;
import io.dcosnet.dns.zone.Zones;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.Executor;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.xbill.DNS.DClass;
import org.xbill.DNS.EDNSOption;
import org.xbill.DNS.ExtendedErrorCodeOption;
import org.xbill.DNS.ExtendedFlags;
import org.xbill.DNS.Flags;
import org.xbill.DNS.GenericEDNSOption;
import org.xbill.DNS.Message;
import org.xbill.DNS.Name;
import org.xbill.DNS.OPTRecord;
import org.xbill.DNS.Opcode;
import org.xbill.DNS.Rcode;
import org.xbill.DNS.Record;
import org.xbill.DNS.SRVRecord;
import org.xbill.DNS.Section;
import org.xbill.DNS.Type;

class ResponderTest {

  private static final Zone MESOS =
      zone(
          Map.of(
              "web.marathon.mesos", List.of(addresses("192.0.2.1", "192.0.2.2", "192.0.2.3")),
              "v6.marathon.mesos", List.of(addresses("2001:db8::1")),
              "both.marathon.mesos", List.of(addresses("192.0.2.9"), addresses("2001:db8::9")),
              "many.marathon.mesos", List.of(addresses(many(400))),
              "a-1.marathon.mesos", List.of(addresses("192.0.2.1"), addresses("2001:db8::1")),
              "a-2.marathon.mesos", List.of(addresses("192.0.2.2")),
              "_web._tcp.marathon.mesos",
                  List.of(
                      services(
                          "80 a-1.marathon.mesos",
                          "81 a-1.marathon.mesos",
                          "80 a-2.marathon.mesos",
                          "80 gone.marathon.mesos",
                          "80 www.example.org"))));

  private final Asking asking = new Asking(MESOS);

  @Test
  void givesTheAddressesOfAName() {
    Message answer = asking.udp(query("web.marathon.mesos", Type.A));

    assertThat(answer.getRcode()).isEqualTo(Rcode.NOERROR);
    assertThat(texts(answer, Section.ANSWER))
        .containsExactlyInAnyOrder(
            "web.marathon.mesos. 60 A 192.0.2.1",
            "web.marathon.mesos. 60 A 192.0.2.2",
            "web.marathon.mesos. 60 A 192.0.2.3");
    assertThat(answer.getSection(Section.AUTHORITY)).isEmpty();
    assertThat(answer.getSection(Section.ADDITIONAL)).isEmpty();
    assertThat(hasFlag(answer, Flags.QR)).isTrue();
    assertThat(hasFlag(answer, Flags.AA)).isTrue();
    assertThat(hasFlag(answer, Flags.RD)).isTrue();
    assertThat(hasFlag(answer, Flags.RA)).isFalse();
  }

  @Test
  void repeatsTheQuestionInTheCaseItWasAsked() {
    Message asked = query("wEb.MaRathon.mesoS", Type.A);

    Message answer = asking.udp(asked);

    assertThat(answer.getHeader().getID()).isEqualTo(asked.getHeader().getID());
    assertThat(answer.getQuestion().getName()).hasToString("wEb.MaRathon.mesoS.");
    assertThat(answer.getSection(Section.ANSWER))
        .hasSize(3)
        .allSatisfy(record -> assertThat(record.getName()).hasToString("wEb.MaRathon.mesoS."));
  }

  @Test
  void copiesRdAndCdAndClearsTheOtherFlags() {
    Message asked = query("web.marathon.mesos", Type.A);
    asked.getHeader().unsetFlag(Flags.RD);
    asked.getHeader().setFlag(Flags.CD);
    asked.getHeader().setFlag(Flags.AD);
    asked.getHeader().setFlag(Flags.TC);
    byte[] octets = asked.toWire();
    octets[3] |= 0x40; // the reserved bit

    byte[] answer = asking.answer(octets, Protocol.UDP);

    assertThat(answer[2] & 0xff).isEqualTo(0x84);
    assertThat(answer[3] & 0xff).isEqualTo(0x10);
  }

  @ParameterizedTest
  @CsvSource({
    "web.marathon.mesos, AAAA, NOERROR",
    "v6.marathon.mesos, A, NOERROR",
    "web.marathon.mesos, TYPE65280, NOERROR",
    "web.marathon.mesos, NS, NOERROR",
    "marathon.mesos, A, NOERROR",
    "_tcp.marathon.mesos, SRV, NOERROR",
    "marathon.mesos, ANY, NOERROR",
    "mesos, A, NOERROR",
    "no.such.mesos, A, NXDOMAIN",
    "x.web.marathon.mesos, A, NXDOMAIN",
    "no.such.mesos, SRV, NXDOMAIN",
    "no.such.mesos, ANY, NXDOMAIN",
    "no.such.mesos, SOA, NXDOMAIN",
  })
  void deniesWithTheSoaOfTheZone(String name, String type, String rcode) {
    Message answer = asking.udp(query(name, Type.value(type)));

    assertThat(Rcode.string(answer.getRcode())).isEqualTo(rcode);
    assertThat(answer.getSection(Section.ANSWER)).isEmpty();
    assertThat(texts(answer, Section.AUTHORITY))
        .containsExactly("mesos. 30 SOA ns1.mesos. root.ns1.mesos. 101 60 600 86400 30");
    assertThat(hasFlag(answer, Flags.AA)).isTrue();
  }

  @Test
  void answersForTheApexInTheAnswerSection() {
    assertThat(texts(asking.udp(query("Mesos", Type.SOA)), Section.ANSWER))
        .containsExactly("Mesos. 60 SOA ns1.mesos. root.ns1.mesos. 101 60 600 86400 30");
    assertThat(texts(asking.udp(query("mesos", Type.NS)), Section.ANSWER))
        .containsExactly("mesos. 60 NS ns1.mesos.");
  }

  @Test
  void addsAllAddressesOfServiceTargetsOnce() {
    Message answer = asking.udp(ednsQuery("_web._tcp.marathon.mesos", Type.SRV, 4096));

    assertThat(answer.getSection(Section.ANSWER)).hasSize(5);
    assertThat(texts(answer, Section.ADDITIONAL))
        .filteredOn(text -> !text.contains("OPT"))
        .containsExactlyInAnyOrder(
            "a-1.marathon.mesos. 60 A 192.0.2.1",
            "a-1.marathon.mesos. 60 AAAA 2001:db8::1",
            "a-2.marathon.mesos. 60 A 192.0.2.2");
    assertThat(isTruncated(answer)).isFalse();
  }

  @Test
  void doesNotCompressServiceTargets() {
    byte[] answer =
        asking.answer(query("_web._tcp.marathon.mesos", Type.SRV).toWire(), Protocol.TCP);
    String octets = new String(answer, ISO_8859_1);

    assertThat(octets).contains("\3a-1\10marathon\5mesos\0");
    assertThat(octets.split("\10marathon\5mesos", -1)).hasSize(1 + 1 + 4); // question and targets
  }

  @Test
  void leavesOutWholeAdditionalSetsWithoutTruncating() {
    RecordSet three = addresses("192.0.2.1", "192.0.2.2", "192.0.2.3");
    RecordSet targets =
        services(IntStream.range(0, 9).mapToObj(i -> "80 t" + i + ".mesos").toArray(String[]::new));
    ZoneSnapshot.Edit edit = Zones.empty("mesos").edit();
    edit.put(name("_s._tcp.mesos"), targets);
    for (int i = 0; i < 9; i++) {
      edit.put(name("t" + i + ".mesos"), three);
    }

    Message answer = new Asking(Zone.of(edit.commit(0))).udp(query("_s._tcp.mesos", Type.SRV));

    assertThat(isTruncated(answer)).isFalse();
    assertThat(answer.getSection(Section.ANSWER)).hasSize(9);
    List<Record> additional = answer.getSection(Section.ADDITIONAL);
    assertThat(additional.size() % 3).isZero();
    assertThat(additional).hasSizeBetween(3, 24);
  }

  @Test
  void truncatesToARandomPartOfTheAnswer() {
    Set<String> seen = new HashSet<>();
    for (int i = 0; i < 60; i++) {
      Message answer = asking.udp(query("many.marathon.mesos", Type.A));
      assertThat(isTruncated(answer)).isTrue();
      assertThat(answer.getSection(Section.ANSWER)).hasSize((512 - 12 - 25) / 16);
      seen.addAll(texts(answer, Section.ANSWER));
    }

    assertThat(seen).hasSizeGreaterThan(390);
    assertThat(asking.metrics.count("dcosnet.dns.truncated", "proto", "udp")).isEqualTo(60);
  }

  @Test
  void givesEverythingOverTcp() {
    Message answer = asking.tcp(query("many.marathon.mesos", Type.A));

    assertThat(isTruncated(answer)).isFalse();
    assertThat(new HashSet<>(texts(answer, Section.ANSWER))).hasSize(400);
  }

  @Test
  void truncatesOverTcpWhereAMessageEnds() {
    ZoneSnapshot.Edit edit = Zones.empty("mesos").edit();
    edit.put(name("huge.mesos"), addresses(many(5000)));

    Message answer = new Asking(Zone.of(edit.commit(0))).tcp(ednsQuery("huge.mesos", Type.A, 512));

    assertThat(isTruncated(answer)).isTrue();
    assertThat(answer.getSection(Section.ANSWER)).hasSize((65535 - 12 - 16 - 11) / 16);
    assertThat(answer.getOPT()).isNotNull();
  }

  @Test
  void fits512OctetsExactlyAndNot513() {
    // 12 octets of header, a question of 4 beside its name, 16 for each address.
    ZoneSnapshot.Edit edit = Zones.empty("mesos").edit();
    edit.put(name("xxxxxxxx.mesos"), addresses(many(30)));
    edit.put(name("xxxxxxxxx.mesos"), addresses(many(30)));
    Asking edge = new Asking(Zone.of(edit.commit(0)));

    byte[] fits = edge.answer(query("xxxxxxxx.mesos", Type.A).toWire(), Protocol.UDP);
    byte[] tooLong = edge.answer(query("xxxxxxxxx.mesos", Type.A).toWire(), Protocol.UDP);

    assertThat(fits).hasSize(512);
    assertThat(isTruncated(Asking.parse(fits))).isFalse();
    assertThat(tooLong).hasSize(513 - 16);
    assertThat(isTruncated(Asking.parse(tooLong))).isTrue();
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 100, 511, 512})
  void takesSmallSizesFor512(int size) {
    byte[] answer =
        asking.answer(ednsQuery("many.marathon.mesos", Type.A, size).toWire(), Protocol.UDP);

    assertThat(answer.length).isBetween(512 - 16, 512);
  }

  @Test
  void sendsNoMoreThanItsOwnLimit() {
    byte[] answer =
        asking.answer(ednsQuery("many.marathon.mesos", Type.A, 65535).toWire(), Protocol.UDP);

    assertThat(answer.length).isBetween(1232 - 16, 1232);
  }

  @Test
  void speaksEdnsOnlyToThoseWhoDo() {
    Message plain = asking.udp(query("web.marathon.mesos", Type.A));
    OPTRecord opt = asking.udp(ednsQuery("web.marathon.mesos", Type.A, 4096)).getOPT();

    assertThat(plain.getOPT()).isNull();
    assertThat(opt.getPayloadSize()).isEqualTo(1232);
    assertThat(opt.getVersion()).isZero();
    assertThat(opt.getFlags()).isEqualTo(ExtendedFlags.DO);
    assertThat(opt.getOptions()).isEmpty();
  }

  @Test
  void ignoresUnknownOptionsAndFlags() {
    Message asked = query("web.marathon.mesos", Type.A);
    List<EDNSOption> options = List.of(new GenericEDNSOption(65001, new byte[] {1, 2, 3}));
    asked.addRecord(new OPTRecord(1232, 0, 0, 0x7fff, options), Section.ADDITIONAL);

    OPTRecord opt = asking.udp(asked).getOPT();

    assertThat(opt.getOptions()).isEmpty();
    assertThat(opt.getFlags()).isZero();
  }

  @Test
  void answersOtherEdnsVersionsWithBadvers() {
    Message asked = query("web.marathon.mesos", Type.A);
    asked.addRecord(new OPTRecord(1232, 0, 1), Section.ADDITIONAL);

    Message answer = asking.udp(asked);

    assertThat(answer.getRcode()).isEqualTo(Rcode.BADVERS);
    assertThat(answer.getOPT().getVersion()).isZero();
    assertThat(answer.getSection(Section.ANSWER)).isEmpty();
    assertThat(answer.getQuestion()).isEqualTo(asked.getQuestion());
  }

  @Test
  void refusesNamesOfNoZone() {
    Message answer = asking.udp(ednsQuery("www.example.org", Type.A, 1232));

    assertThat(answer.getRcode()).isEqualTo(Rcode.REFUSED);
    assertThat(hasFlag(answer, Flags.AA)).isFalse();
    assertThat(extendedError(answer)).isEqualTo(ExtendedErrorCodeOption.NOT_AUTHORITATIVE);
    assertThat(asking.udp(query(".", Type.NS)).getRcode()).isEqualTo(Rcode.REFUSED);
    assertThat(asking.udp(query("xmesos", Type.A)).getRcode()).isEqualTo(Rcode.REFUSED);
  }

  @Test
  void saysServfailAndNotNxdomainBeforeTheZoneIsThere() {
    Asking early = new Asking(new Waiting("mesos"));

    Message answer = early.udp(ednsQuery("web.marathon.mesos", Type.A, 1232));

    assertThat(answer.getRcode()).isEqualTo(Rcode.SERVFAIL);
    assertThat(hasFlag(answer, Flags.AA)).isFalse();
    assertThat(extendedError(answer)).isEqualTo(ExtendedErrorCodeOption.NOT_READY);
    assertThat(early.udp(query("mesos", Type.SOA)).getRcode()).isEqualTo(Rcode.SERVFAIL);
    assertThat(early.udp(query("other", Type.A)).getRcode()).isEqualTo(Rcode.REFUSED);
  }

  @Test
  void deniesNothingWhileNamesMayBeMissing() throws Exception {
    ZoneSnapshot.Edit edit = Zones.empty("mesos").edit();
    edit.put(name("web.marathon.mesos"), addresses("192.0.2.1"));
    edit.partial(true);
    Asking some = new Asking(Zone.of(edit.commit(101)));

    Message missing = some.udp(ednsQuery("other.marathon.mesos", Type.A, 1232));

    assertThat(missing.getRcode()).isEqualTo(Rcode.SERVFAIL);
    assertThat(extendedError(missing)).isEqualTo(ExtendedErrorCodeOption.NOT_READY);
    assertThat(some.udp(query("web.marathon.mesos", Type.A)).getRcode()).isEqualTo(Rcode.NOERROR);
    assertThat(some.udp(query("web.marathon.mesos", Type.AAAA)).getRcode())
        .isEqualTo(Rcode.NOERROR);
  }

  @ParameterizedTest
  @CsvSource({"IN, NOERROR", "ANY, NOERROR", "CH, REFUSED", "HS, REFUSED", "NONE, REFUSED"})
  void servesOneClass(String clazz, String rcode) throws Exception {
    Record question =
        Record.newRecord(Name.fromString("web.marathon.mesos."), Type.A, DClass.value(clazz));

    assertThat(Rcode.string(asking.udp(Message.newQuery(question)).getRcode())).isEqualTo(rcode);
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3, Opcode.NOTIFY, Opcode.UPDATE, 6, 7, 15})
  void doesNothingButQueries(int opcode) {
    Message asked = ednsQuery("web.marathon.mesos", Type.A, 1232);
    asked.getHeader().setOpcode(opcode);

    Message answer = asking.udp(asked);

    assertThat(answer.getRcode()).isEqualTo(Rcode.NOTIMP);
    assertThat(answer.getHeader().getOpcode()).isEqualTo(opcode);
    assertThat(answer.getOPT()).isNotNull();
    assertThat(answer.getSection(Section.ANSWER)).isEmpty();
  }

  @ParameterizedTest
  @CsvSource({
    "AXFR, UDP, REFUSED",
    "AXFR, TCP, REFUSED",
    "IXFR, TCP, REFUSED",
    "MAILA, UDP, NOTIMP",
    "MAILB, UDP, NOTIMP",
    "TYPE41, UDP, FORMERR"
  })
  void turnsDownWhatItDoesNotDo(String type, Protocol protocol, String rcode) {
    byte[] asked = query("mesos", Type.A).toWire();
    asked[asked.length - 3] = (byte) Type.value(type);

    byte[] octets = asking.answer(asked, protocol);

    assertThat(octets[3] & 0xf).isEqualTo(Rcode.value(rcode));
  }

  @Test
  void answersIncrementalTransfersOverUdpWithTheSoa() {
    byte[] asked = query("mesos", Type.A).toWire();
    asked[asked.length - 3] = (byte) Type.IXFR;

    byte[] octets = asking.answer(asked, Protocol.UDP);

    assertThat(octets[3] & 0xf).isZero();
    assertThat(octets[7]).isEqualTo((byte) 1);
  }

  @Test
  void answersAnyWithOneSetOverUdpAndAllOverTcp() {
    assertThat(texts(asking.udp(query("both.marathon.mesos", Type.ANY)), Section.ANSWER))
        .containsExactly("both.marathon.mesos. 60 A 192.0.2.9");
    assertThat(texts(asking.udp(query("v6.marathon.mesos", Type.ANY)), Section.ANSWER))
        .containsExactly("v6.marathon.mesos. 60 AAAA 2001:db8::1");
    assertThat(texts(asking.tcp(query("both.marathon.mesos", Type.ANY)), Section.ANSWER))
        .containsExactly(
            "both.marathon.mesos. 60 A 192.0.2.9", "both.marathon.mesos. 60 AAAA 2001:db8::9");
    assertThat(asking.tcp(query("mesos", Type.ANY)).getSection(Section.ANSWER)).hasSize(2);
  }

  @Test
  void shufflesEachResponse() {
    Set<List<String>> orders = new HashSet<>();
    for (int i = 0; i < 100; i++) {
      orders.add(texts(asking.udp(query("web.marathon.mesos", Type.A)), Section.ANSWER));
    }

    assertThat(orders).hasSize(6);
  }

  @Test
  void keepsSilentTowardsResponsesAndStumps() {
    Message response = query("web.marathon.mesos", Type.A);
    response.getHeader().setFlag(Flags.QR);

    assertThat(asking.answer(response.toWire(), Protocol.UDP)).isEmpty();
    assertThat(asking.answer(new byte[11], Protocol.UDP)).isEmpty();
    assertThat(asking.answer(new byte[0], Protocol.UDP)).isEmpty();
    assertThat(asking.metrics.count("dcosnet.dns.dropped", "reason", "short")).isEqualTo(2);
    assertThat(asking.metrics.count("dcosnet.dns.dropped", "reason", "response")).isEqualTo(1);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "1234 0100 0001 0000 0000 0000 | c000 0001 0001",
        "1234 0100 0001 0000 0000 0000 | 03 7777",
        "1234 0100 0000 0000 0000 0000 | 00",
        "1234 0100 0002 0000 0000 0000 | 00 0001 0001 00 0001 0001",
        "1234 0100 0001 0000 0000 0001 | 00 0001 0001 01 61 00 0029 04d0 00 00 0000 0000",
      })
  void answersMalformedQueriesWithTheHeaderAlone(String header, String rest) {
    byte[] octets = HexFormat.of().parseHex((header + rest).replace(" ", ""));

    byte[] answer = asking.answer(octets, Protocol.UDP);

    assertThat(HexFormat.of().formatHex(answer)).isEqualTo("123481010000000000000000");
    assertThat(asking.metrics.count("dcosnet.dns.malformed", "reason", "form")).isOne();
  }

  @Test
  void answersMalformedQueriesOfEdnsClientsWithAnOptRecord() {
    String two = "00 0029 04d0 00 00 0000 0000".repeat(2);
    String query = "1234 0100 0001 0000 0000 0002 00 0001 0001" + two;
    String noQuestion = "1234 0100 0000 0000 0000 0001 00 0029 04d0 00 00 0000 0000";

    for (String message : List.of(query, noQuestion)) {
      byte[] octets = HexFormat.of().parseHex(message.replace(" ", ""));
      Message answer = Asking.parse(asking.answer(octets, Protocol.UDP));
      assertThat(answer.getRcode()).isEqualTo(Rcode.FORMERR);
      assertThat(answer.getOPT()).isNotNull();
    }
  }

  @Test
  void countsQueriesAndAnswers() {
    asking.udp(query("web.marathon.mesos", Type.A));
    asking.tcp(query("no.such.mesos", 222));

    assertThat(
            asking.metrics.count(
                "dcosnet.dns.requests", "proto", "udp", "family", "ipv6", "type", "A"))
        .isOne();
    assertThat(
            asking.metrics.count(
                "dcosnet.dns.requests", "proto", "tcp", "family", "ipv6", "type", "other"))
        .isOne();
    assertThat(asking.metrics.count("dcosnet.dns.responses", "proto", "tcp", "rcode", "NXDOMAIN"))
        .isOne();
  }

  @Test
  void servesZonesInsideOneAnother() {
    Asking nested =
        new Asking(
            MESOS,
            zone(
                "marathon.mesos",
                Map.of("web.marathon.mesos", List.of(addresses("198.51.100.1")))));

    assertThat(texts(nested.udp(query("web.marathon.mesos", Type.A)), Section.ANSWER))
        .containsExactly("web.marathon.mesos. 60 A 198.51.100.1");
    assertThat(texts(nested.udp(query("x.marathon.mesos", Type.A)), Section.AUTHORITY).get(0))
        .startsWith("marathon.mesos. 30 SOA");
  }

  @Test
  void followsTheNewestSnapshot() {
    Waiting zone = new Waiting("mesos");
    Asking live = new Asking(zone);
    zone.published.publish(Objects.requireNonNull(MESOS.snapshot()));

    assertThat(live.udp(query("web.marathon.mesos", Type.A)).getSection(Section.ANSWER)).hasSize(3);
    zone.published.publish(Zones.empty("mesos"));
    assertThat(live.udp(query("web.marathon.mesos", Type.A)).getRcode()).isEqualTo(Rcode.NXDOMAIN);
  }

  @Test
  void servesTheRootAsAZone() {
    Asking root = new Asking(zone(".", Map.of("a", List.of(addresses("192.0.2.1")))));

    assertThat(texts(root.udp(query("a", Type.A)), Section.ANSWER)).hasSize(1);
    assertThat(texts(root.udp(query("b.c", Type.A)), Section.AUTHORITY).get(0))
        .startsWith(". 30 SOA");
  }

  private static List<String> texts(Message message, int section) {
    return message.getSection(section).stream()
        .map(
            record ->
                record.getName()
                    + " "
                    + record.getTTL()
                    + " "
                    + Type.string(record.getType())
                    + " "
                    + (record instanceof SRVRecord ? "" : Asking.data(record)))
        .map(String::strip)
        .toList();
  }

  private static int extendedError(Message message) {
    EDNSOption option = message.getOPT().getOptions(EDNSOption.Code.EDNS_EXTENDED_ERROR).get(0);
    return ((ExtendedErrorCodeOption) option).getErrorCode();
  }

  private static String[] many(int count) {
    return IntStream.range(0, count)
        .mapToObj(i -> "10." + i / 65536 + "." + i / 256 % 256 + "." + i % 256)
        .toArray(String[]::new);
  }

  private static Zone zone(Map<String, List<RecordSet>> names) {
    return zone("mesos", names);
  }

  private static Zone zone(String origin, Map<String, List<RecordSet>> names) {
    ZoneSnapshot.Edit edit = (origin.equals(".") ? root() : Zones.empty(origin)).edit();
    names.forEach((owner, sets) -> sets.forEach(set -> edit.put(name(owner), set)));
    return Zone.of(edit.commit(0));
  }

  private static ZoneSnapshot root() {
    return ZoneSnapshot.empty(
        new ZoneApex(
            DomainName.ROOT, name("ns"), name("root"), 60, 600, 86400, 30, 60, 60, List.of()),
        1);
  }

  /** A zone whose source has said nothing yet. */
  private static final class Waiting implements Zone {
    private final DomainName origin;
    private final ZonePublisher published = new ZonePublisher();

    Waiting(String origin) {
      this.origin = name(origin);
    }

    @Override
    public DomainName origin() {
      return origin;
    }

    @Override
    public @Nullable ZoneSnapshot snapshot() {
      return published.snapshot();
    }

    @Override
    public Subscription watch(Executor executor, ZoneListener listener) {
      return published.watch(executor, listener);
    }

    @Override
    public Subscription follow(Surroundings surroundings) {
      return () -> {};
    }
  }
}
