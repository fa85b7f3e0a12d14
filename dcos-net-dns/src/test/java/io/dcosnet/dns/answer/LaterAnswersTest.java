// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.dns.answer;

import static io.dcosnet.dns.answer.Asking.ednsQuery;
import static io.dcosnet.dns.answer.Asking.extendedError;
import static io.dcosnet.dns.answer.Asking.hasFlag;
import static io.dcosnet.dns.answer.Asking.isTruncated;
import static io.dcosnet.dns.answer.Asking.query;
import static io.dcosnet.dns.answer.Asking.texts;
import static io.dcosnet.dns.answer.AskingOthers.now;
import static io.dcosnet.dns.zone.Zones.addresses;
import static io.dcosnet.dns.zone.Zones.cname;
import static io.dcosnet.dns.zone.Zones.name;
import static org.assertj.core.api.Assertions.assertThat;

import io.dcosnet.api.net.IpAddress;
import io.dcosnet.api.net.Protocol;
import io.dcosnet.dns.query.Answer;
import io.dcosnet.dns.query.HandlerChain;
import io.dcosnet.dns.query.Query;
import io.dcosnet.dns.query.Resolver;
import io.dcosnet.dns.wire.ExtendedError;
import io.dcosnet.dns.wire.QueryReader;
import io.dcosnet.dns.wire.ResponseWriter;
import io.dcosnet.dns.wire.Sender;
import io.dcosnet.dns.zone.Alias;
import io.dcosnet.dns.zone.Aliases;
import io.dcosnet.dns.zone.Rdata;
import io.dcosnet.dns.zone.RecordType;
import io.dcosnet.dns.zone.Zone;
import io.dcosnet.dns.zone.ZoneRecord;
import io.dcosnet.dns.zone.ZoneSnapshot;
import io.dcosnet.dns.zone.Zones;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.xbill.DNS.Flags;
import org.xbill.DNS.Message;
import org.xbill.DNS.Rcode;
import org.xbill.DNS.Section;
import org.xbill.DNS.Type;

class LaterAnswersTest {

  private final Outside outside = new Outside();
  private final AskingOthers asking = new AskingOthers(HandlerChain.EMPTY, outside, zone());

  /** A world outside that answers from a map, or when it is told to. */
  private static final class Outside implements Resolver {
    final Map<String, Answer> answers = new HashMap<>();
    final List<Query> asked = new ArrayList<>();
    @Nullable Throwable fault;
    final List<CompletableFuture<Answer>> open = new ArrayList<>();

    @Override
    public CompletionStage<Answer> resolve(Query query) {
      if (fault instanceof Error error) {
        throw error;
      }
      if (fault instanceof RuntimeException failure) {
        throw failure;
      }
      asked.add(query);
      Answer answer = answers.get(query.name().toLowerCase().toString());
      CompletableFuture<Answer> stage =
          answer == null ? new CompletableFuture<>() : CompletableFuture.completedFuture(answer);
      open.add(stage);
      return stage;
    }
  }

  private static Zone zone() {
    ZoneSnapshot.Edit edit = Zones.empty("mesos").edit();
    edit.put(name("web.mesos"), addresses("192.0.2.1"));
    edit.put(name("ext.mesos"), cname("www.example.org"));
    edit.put(name("two.mesos"), cname("ext.mesos"));
    edit.put(name("back.mesos"), cname("back.example.org"));
    return Zone.of(edit.commit(0));
  }

  private static Answer told(ZoneRecord... records) {
    return new Answer(
        0, List.of(records), List.of(), List.of(), false, false, ExtendedError.NONE, "");
  }

  private static ZoneRecord a(String owner, int ttl, String address) {
    return ZoneRecord.of(name(owner), RecordType.A, ttl, Rdata.address(IpAddress.parse(address)));
  }

  private static ZoneRecord cnameRecord(String owner, String target) {
    return ZoneRecord.of(name(owner), RecordType.CNAME, 300, Rdata.name(name(target)));
  }

  @Test
  void answersAtOnceWhenAskingOthersFailsWhateverTheFault() {
    for (Throwable fault : List.of(new IllegalStateException("a"), new NoClassDefFoundError("b"))) {
      outside.fault = fault;
      Message query = ednsQuery("www.example.org", Type.A, 1232);

      Message response = now(asking.udp(query));

      assertThat(response.getRcode()).isEqualTo(Rcode.SERVFAIL);
    }
    assertThat(asking.metrics.gauge("dcosnet.dns.waiting")).isZero();
  }

  @Test
  void asksForNamesOutsideAndAnswersWhenToldSo() {
    Message query = ednsQuery("WWW.example.org", Type.A, 1232);
    CompletableFuture<Message> response = asking.udp(query);

    assertThat(response).isNotDone();
    assertThat(asking.metrics.gauge("dcosnet.dns.waiting")).isEqualTo(1);
    Query asked = outside.asked.get(0);
    assertThat(asked.name()).hasToString("WWW.example.org.");
    assertThat(asked.client()).isEqualTo(IpAddress.parse("192.0.2.1"));
    assertThat(asked.protocol()).isEqualTo(Protocol.UDP);
    assertThat(asked.recursionDesired()).isTrue();
    assertThat(asked.dnssecOk()).isTrue();
    asking.time.advance(Duration.ofMillis(30));
    outside.open.get(0).complete(told(a("www.example.org", 300, "203.0.113.5")));

    Message answer = now(response);
    assertThat(answer.getHeader().getID()).isEqualTo(query.getHeader().getID());
    assertThat(answer.getQuestion().getName()).hasToString("WWW.example.org.");
    assertThat(texts(answer, Section.ANSWER)).containsExactly("WWW.example.org. 300 A 203.0.113.5");
    assertThat(hasFlag(answer, Flags.RA)).isTrue();
    assertThat(hasFlag(answer, Flags.AA)).isFalse();
    assertThat(hasFlag(answer, Flags.AD)).isFalse();
    assertThat(answer.getOPT()).isNotNull();
    assertThat(asking.metrics.gauge("dcosnet.dns.waiting")).isZero();
    assertThat(asking.metrics.values("dcosnet.dns.waited.nanos", "proto", "udp"))
        .containsExactly(30_000_000L);
    assertThat(asking.time.pending()).as("timers left").isZero();
  }

  @Test
  void followsAChainOfItsZonesToTheOutside() {
    outside.answers.put(
        "www.example.org.",
        told(
            cnameRecord("www.example.org", "cdn.example.net"),
            a("cdn.example.net", 20, "203.0.113.7")));

    Message answer = now(asking.udp(query("two.mesos", Type.A)));

    assertThat(outside.asked).extracting(Query::name).containsExactly(name("www.example.org"));
    assertThat(texts(answer, Section.ANSWER))
        .containsExactly(
            "two.mesos. 60 CNAME ext.mesos.",
            "ext.mesos. 60 CNAME www.example.org.",
            "www.example.org. 300 CNAME cdn.example.net.",
            "cdn.example.net. 20 A 203.0.113.7");
    assertThat(hasFlag(answer, Flags.AA)).isTrue();
    assertThat(hasFlag(answer, Flags.RA)).isTrue();
  }

  @Test
  void othersHaveNoSayAboutOurZonesWhateverTheySayOfThemselves() {
    Answer forged =
        new Answer(
            0,
            List.of(
                cnameRecord("www.example.org", "web.mesos"), a("web.mesos", 300, "203.0.113.66")),
            List.of(),
            List.of(),
            true,
            false,
            ExtendedError.NONE,
            "");
    outside.answers.put("www.example.org.", forged);

    Message answer = now(asking.udp(query("www.example.org", Type.A)));

    assertThat(texts(answer, Section.ANSWER))
        .containsExactly("www.example.org. 300 CNAME web.mesos.", "web.mesos. 60 A 192.0.2.1");
    assertThat(hasFlag(answer, Flags.AA)).isFalse();
  }

  @Test
  void aChainIsCheckedOnlyWhenAllPartsOfItAre() {
    outside.answers.put("www.example.org.", checked(cnameRecord("www.example.org", "ext.mesos")));
    outside.answers.put(
        "one.example.org.", checked(cnameRecord("one.example.org", "cdn.example.net")));
    outside.answers.put("cdn.example.net.", told(a("cdn.example.net", 20, "203.0.113.7")));

    Message throughOthers = now(asking.udp(ednsQuery("one.example.org", Type.A, 1232)));
    Message throughUs = now(asking.udp(ednsQuery("www.example.org", Type.A, 1232)));

    assertThat(texts(throughOthers, Section.ANSWER)).hasSize(2);
    assertThat(hasFlag(throughOthers, Flags.AD)).isFalse();
    assertThat(hasFlag(throughUs, Flags.AD)).isFalse();
  }

  private static Answer checked(ZoneRecord... records) {
    return new Answer(
        0, List.of(records), List.of(), List.of(), false, true, ExtendedError.NONE, "");
  }

  @Test
  void endsAChainWithTheCodeOfTheOutside() {
    ZoneRecord soa =
        ZoneRecord.of(
            name("example.org"),
            RecordType.SOA,
            60,
            Rdata.ofText(RecordType.SOA, "ns.example.org. a.example.org. 1 2 3 4 5", name("x")));
    outside.answers.put(
        "www.example.org.",
        new Answer(3, List.of(), List.of(soa), List.of(), false, false, ExtendedError.NONE, ""));

    Message answer = now(asking.udp(query("ext.mesos", Type.A)));

    assertThat(answer.getRcode()).isEqualTo(Rcode.NXDOMAIN);
    assertThat(texts(answer, Section.ANSWER))
        .containsExactly("ext.mesos. 60 CNAME www.example.org.");
    assertThat(texts(answer, Section.AUTHORITY)).hasSize(1);
  }

  @Test
  void leavesTheRestOfTheChainToClientsThatDoNotWantRecursion() {
    Message query = query("ext.mesos", Type.A);
    query.getHeader().unsetFlag(Flags.RD);

    Message answer = now(asking.udp(query));

    assertThat(answer.getRcode()).isEqualTo(Rcode.NOERROR);
    assertThat(texts(answer, Section.ANSWER))
        .containsExactly("ext.mesos. 60 CNAME www.example.org.");
    assertThat(outside.asked).isEmpty();
  }

  @Test
  void refusesTheOutsideToClientsThatMayNotHaveIt() {
    Guard strangers =
        new Guard() {
          @Override
          public Decision query(QueryReader query, Sender sender) {
            return Decision.PASS;
          }

          @Override
          public Decision response(
              QueryReader query, Sender sender, int rcode, ResponseWriter response) {
            return Decision.PASS;
          }

          @Override
          public boolean mayRecurse(Sender sender) {
            return false;
          }
        };
    AskingOthers closed =
        new AskingOthers(HandlerChain.EMPTY, outside, strangers, Aliases.NONE, null, zone());

    Message refused = now(closed.udp(ednsQuery("www.example.org", Type.A, 1232)));
    Message partial = now(closed.udp(query("ext.mesos", Type.A)));

    assertThat(refused.getRcode()).isEqualTo(Rcode.REFUSED);
    assertThat(extendedError(refused)).isEqualTo("18");
    assertThat(hasFlag(refused, Flags.RA)).isFalse();
    assertThat(partial.getRcode()).isEqualTo(Rcode.NOERROR);
    assertThat(partial.getSection(Section.ANSWER)).hasSize(1);
    assertThat(outside.asked).isEmpty();
  }

  @Test
  void dropsWhatOthersSayOfItsOwnNamesAndAnswersThemItself() {
    outside.answers.put(
        "www.example.org.",
        told(cnameRecord("www.example.org", "web.mesos"), a("web.mesos", 9999, "198.51.100.66")));

    Message answer = now(asking.udp(query("www.example.org", Type.A)));

    assertThat(texts(answer, Section.ANSWER))
        .containsExactly("www.example.org. 300 CNAME web.mesos.", "web.mesos. 60 A 192.0.2.1");
  }

  @Test
  void endsACircleThroughTheOutside() {
    outside.answers.put("back.example.org.", told(cnameRecord("back.example.org", "back.mesos")));

    Message answer = now(asking.udp(ednsQuery("back.mesos", Type.A, 1232)));

    assertThat(answer.getRcode()).isEqualTo(Rcode.SERVFAIL);
    assertThat(extendedError(answer)).startsWith("0 chain of CNAME records");
    assertThat(outside.asked).hasSize(1);
  }

  @Test
  void asksOnForANameThatTheAnswerOnlyLeadsTo() {
    outside.answers.put("www.example.org.", told(cnameRecord("www.example.org", "b.example.net")));
    outside.answers.put("b.example.net.", told(a("b.example.net", 5, "203.0.113.9")));

    Message answer = now(asking.udp(query("www.example.org", Type.A)));

    assertThat(texts(answer, Section.ANSWER))
        .containsExactly(
            "www.example.org. 300 CNAME b.example.net.", "b.example.net. 5 A 203.0.113.9");
  }

  @Test
  void givesUpOnNamesThatLeadOnForEver() {
    for (int i = 0; i < 30; i++) {
      String owner = "n" + i + ".example.org";
      outside.answers.put(owner + ".", told(cnameRecord(owner, "n" + (i + 1) + ".example.org")));
    }

    Message answer = now(asking.udp(ednsQuery("n0.example.org", Type.A, 1232)));

    assertThat(answer.getRcode()).isEqualTo(Rcode.SERVFAIL);
    assertThat(outside.asked).hasSize(PutOff.MOST_NAMES);
    assertThat(asking.later.waiting()).isZero();
  }

  @Test
  void writesNamesUnderAnAliasAsTheyWereAsked() {
    Aliases aliases = Aliases.of(List.of(new Alias(name("short"), name("far.example"), false)));
    AskingOthers aliased =
        new AskingOthers(HandlerChain.EMPTY, outside, Guard.OPEN, aliases, null, zone());
    outside.answers.put(
        "a.far.example.",
        told(cnameRecord("a.far.example", "b.far.example"), a("b.far.example", 7, "192.0.2.7")));

    Message answer = now(aliased.udp(query("a.short", Type.A)));

    assertThat(texts(answer, Section.ANSWER))
        .containsExactly("a.short. 300 CNAME b.short.", "b.short. 7 A 192.0.2.7");
  }

  @Test
  void answersServfailWhenNobodyAnswersInTime() {
    CompletableFuture<Message> response = asking.udp(ednsQuery("ext.mesos", Type.A, 1232));

    asking.time.advance(LaterAnswers.LONGEST.minusMillis(1));
    assertThat(response).isNotDone();
    asking.time.advance(Duration.ofMillis(1));

    Message answer = now(response);
    assertThat(answer.getRcode()).isEqualTo(Rcode.SERVFAIL);
    assertThat(extendedError(answer)).isEqualTo("22 nobody answered in time");
    assertThat(answer.getSection(Section.ANSWER)).hasSize(1);
    assertThat(asking.metrics.count("dcosnet.dns.timeouts")).isEqualTo(1);
    outside.open.get(0).complete(told(a("www.example.org", 300, "203.0.113.5")));
    assertThat(asking.later.waiting()).isZero();
  }

  @Test
  void dropsDatagramsAndFailsStreamsWhenTooManyWait() {
    List<CompletableFuture<Message>> waiting = new ArrayList<>();
    for (int i = 0; i < LaterAnswers.MOST_WAITING; i++) {
      waiting.add(asking.udp(query("n" + i + ".example.org", Type.A)));
    }

    byte[] dropped = asking.ask(query("more.example.org", Type.A).toWire(), Protocol.UDP).join();
    Message failed = now(asking.tcp(ednsQuery("more.example.org", Type.A, 1232)));

    assertThat(dropped).isEmpty();
    assertThat(asking.metrics.count("dcosnet.dns.dropped", "reason", "overload")).isEqualTo(1);
    assertThat(failed.getRcode()).isEqualTo(Rcode.SERVFAIL);
    assertThat(extendedError(failed)).isEqualTo("23 too many queries wait");
    assertThat(waiting).allSatisfy(one -> assertThat(one).isNotDone());
    outside.open.get(0).complete(told());
    assertThat(asking.udp(query("again.example.org", Type.A))).isNotDone();
  }

  @Test
  void staysSilentWhenToldToDrop() {
    outside.answers.put("www.example.org.", Answer.DROP);

    byte[] response = asking.ask(query("www.example.org", Type.A).toWire(), Protocol.UDP).join();

    assertThat(response).isEmpty();
    assertThat(asking.later.waiting()).isZero();
  }

  @Test
  void failsOneQueryWhenAnAnswerCannotBeSent() {
    ZoneRecord noName = ZoneRecord.of(name("www.example.org"), RecordType.CNAME, 1, new byte[] {9});
    outside.answers.put("www.example.org.", told(noName));

    Message answer = now(asking.udp(query("www.example.org", Type.A)));

    assertThat(answer.getRcode()).isEqualTo(Rcode.SERVFAIL);
    assertThat(answer.getSection(Section.ANSWER)).isEmpty();
    assertThat(asking.metrics.count("dcosnet.dns.handler.errors")).isEqualTo(1);
  }

  @Test
  void givesAdOnlyToClientsThatAskForIt() {
    Answer checked =
        new Answer(
            0,
            List.of(a("www.example.org", 1, "203.0.113.5")),
            List.of(),
            List.of(),
            false,
            true,
            ExtendedError.NONE,
            "");
    outside.answers.put("www.example.org.", checked);
    Message plain = query("www.example.org", Type.A);
    Message asks = query("www.example.org", Type.A);
    asks.getHeader().setFlag(Flags.AD);

    assertThat(hasFlag(now(asking.udp(plain)), Flags.AD)).isFalse();
    assertThat(hasFlag(now(asking.udp(asks)), Flags.AD)).isTrue();
    assertThat(hasFlag(now(asking.udp(ednsQuery("www.example.org", Type.A, 512))), Flags.AD))
        .isTrue();
  }

  @ParameterizedTest
  @EnumSource(Protocol.class)
  void truncatesOverUdpAndGivesAllOverTcp(Protocol protocol) {
    ZoneRecord[] many =
        IntStream.range(0, 200)
            .mapToObj(i -> a("www.example.org", 60, "203.0.113." + i))
            .toArray(ZoneRecord[]::new);
    outside.answers.put("www.example.org.", told(many));

    Message answer =
        Asking.parse(asking.ask(query("www.example.org", Type.A).toWire(), protocol).join());

    boolean udp = protocol == Protocol.UDP;
    assertThat(isTruncated(answer)).isEqualTo(udp);
    assertThat(answer.getSection(Section.ANSWER)).hasSize(udp ? (512 - 33) / 16 : 200);
  }

  @Test
  void keepsTextsShort() {
    outside.answers.put(
        "www.example.org.", Answer.failure(2, ExtendedError.OTHER, "😀".repeat(80)));

    Message answer = now(asking.udp(ednsQuery("www.example.org", Type.A, 1232)));

    assertThat(extendedError(answer)).isEqualTo("0 " + "😀".repeat(50));
  }

  @Test
  void neverHasOthersAskedForTypesThatAreNoRecords() {
    Message ixfr = now(asking.udp(query("www.example.org", Type.IXFR)));
    Message unknown = now(asking.udp(query("www.example.org", 200)));

    assertThat(ixfr.getRcode()).isEqualTo(Rcode.REFUSED);
    assertThat(unknown.getRcode()).isEqualTo(Rcode.REFUSED);
    assertThat(outside.asked).isEmpty();
  }
}
