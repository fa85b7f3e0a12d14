// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.dns.answer;

import static io.dcosnet.dns.answer.Asking.ednsQuery;
import static io.dcosnet.dns.answer.Asking.extendedError;
import static io.dcosnet.dns.answer.Asking.hasFlag;
import static io.dcosnet.dns.answer.Asking.query;
import static io.dcosnet.dns.answer.Asking.texts;
import static io.dcosnet.dns.answer.AskingOthers.now;
import static io.dcosnet.dns.zone.Zones.addresses;
import static io.dcosnet.dns.zone.Zones.cname;
import static io.dcosnet.dns.zone.Zones.name;
import static org.assertj.core.api.Assertions.assertThat;

import io.dcosnet.api.net.IpAddress;
import io.dcosnet.dns.name.DomainName;
import io.dcosnet.dns.query.Answer;
import io.dcosnet.dns.query.HandlerChain;
import io.dcosnet.dns.query.Query;
import io.dcosnet.dns.query.QueryHandler;
import io.dcosnet.dns.query.Resolver;
import io.dcosnet.dns.wire.ExtendedError;
import io.dcosnet.dns.wire.Rcode;
import io.dcosnet.dns.zone.Rdata;
import io.dcosnet.dns.zone.RecordType;
import io.dcosnet.dns.zone.Zone;
import io.dcosnet.dns.zone.ZoneRecord;
import io.dcosnet.dns.zone.ZoneSnapshot;
import io.dcosnet.dns.zone.Zones;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.junit.jupiter.api.Test;
import org.xbill.DNS.Flags;
import org.xbill.DNS.Message;
import org.xbill.DNS.Section;
import org.xbill.DNS.Type;

class HandlersTest {

  /** Answers all of {@code *.example.org} with one address. */
  private static final QueryHandler WILDCARD =
      (query, next) -> {
        boolean ours = query.name().isUnder(name("example.org"));
        if (!ours || query.type() != RecordType.A) {
          return next.resolve(query);
        }
        byte[] address = Rdata.address(IpAddress.parse("203.0.113.1"));
        return CompletableFuture.completedFuture(
            Answer.of(ZoneRecord.of(query.name(), RecordType.A, 30, address)));
      };

  /** Denies what an operator does not want to be found. */
  private record Blocking(Set<DomainName> names) implements QueryHandler {
    @Override
    public CompletionStage<Answer> handle(Query query, Resolver next) {
      return names.contains(query.name())
          ? CompletableFuture.completedFuture(
              Answer.failure(Rcode.NXDOMAIN, ExtendedError.BLOCKED, "on the list"))
          : next.resolve(query);
    }
  }

  private static final QueryHandler THROWING =
      (query, next) -> {
        throw new IllegalStateException("out of order");
      };

  @SuppressWarnings("NullAway") // against the contract
  private static final QueryHandler NO_STAGE = (query, next) -> null;

  private static Zone zone() {
    ZoneSnapshot.Edit edit = Zones.empty("mesos").edit();
    edit.put(name("web.mesos"), addresses("192.0.2.1", "192.0.2.2"));
    edit.put(name("ext.mesos"), cname("www.example.org"));
    edit.put(name("in.mesos"), cname("web.mesos"));
    return Zone.of(edit.commit(0));
  }

  private static AskingOthers asking(HandlerChain handlers) {
    return new AskingOthers(handlers, null, zone());
  }

  @Test
  void aHandlerAnswersForNamesThatNoZoneHas() {
    AskingOthers asking = asking(HandlerChain.EMPTY.with(WILDCARD));

    Message answer = now(asking.udp(query("Any.Example.org", Type.A)));

    assertThat(texts(answer, Section.ANSWER)).containsExactly("Any.Example.org. 30 A 203.0.113.1");
    assertThat(hasFlag(answer, Flags.AA)).isTrue();
    assertThat(hasFlag(answer, Flags.RA)).isFalse();
  }

  @Test
  void aHandlerForNamesInsideOfAZoneMayGiveWhatOthersToldOfThem() {
    byte[] address = Rdata.address(IpAddress.parse("203.0.113.1"));
    ZoneRecord wanted = ZoneRecord.of(name("x.sub.mesos"), RecordType.A, 30, address);
    ZoneRecord alias =
        ZoneRecord.of(name("y.sub.mesos"), RecordType.CNAME, 30, Rdata.name(name("web.mesos")));
    ZoneRecord forged = ZoneRecord.of(name("web.mesos"), RecordType.A, 30, address);
    QueryHandler others =
        (query, zone) ->
            CompletableFuture.completedFuture(
                new Answer(
                    Rcode.NOERROR,
                    query.name().equals(wanted.owner()) ? List.of(wanted) : List.of(alias, forged),
                    List.of(),
                    List.of(),
                    false,
                    false,
                    ExtendedError.NONE,
                    ""));
    AskingOthers asking = asking(HandlerChain.EMPTY.with(name("sub.mesos"), others));

    Message direct = now(asking.udp(query("x.sub.mesos", Type.A)));
    Message chained = now(asking.udp(query("y.sub.mesos", Type.A)));

    assertThat(texts(direct, Section.ANSWER)).containsExactly("x.sub.mesos. 30 A 203.0.113.1");
    assertThat(hasFlag(direct, Flags.AA)).isFalse();
    assertThat(texts(chained, Section.ANSWER))
        .containsExactlyInAnyOrder(
            "y.sub.mesos. 30 CNAME web.mesos.",
            "web.mesos. 60 A 192.0.2.1",
            "web.mesos. 60 A 192.0.2.2");
  }

  @Test
  void aHandlerAnswersClientsThatDoNotAskForRecursionToo() {
    AskingOthers asking = asking(HandlerChain.EMPTY.with(WILDCARD));
    Message query = query("ext.mesos", Type.A);
    query.getHeader().unsetFlag(Flags.RD);

    Message answer = now(asking.udp(query));

    assertThat(texts(answer, Section.ANSWER))
        .containsExactly(
            "ext.mesos. 60 CNAME www.example.org.", "www.example.org. 30 A 203.0.113.1");
  }

  @Test
  void whatNobodyAnswersIsRefused() {
    AskingOthers asking = asking(HandlerChain.EMPTY.with(WILDCARD));

    Message answer = now(asking.udp(ednsQuery("example.net", Type.A, 1232)));

    assertThat(answer.getRcode()).isEqualTo(Rcode.REFUSED);
    assertThat(extendedError(answer)).isEqualTo("20");
  }

  @Test
  void aHandlerBlocksNamesAndSaysSo() {
    HandlerChain handlers =
        HandlerChain.EMPTY.with(new Blocking(Set.of(name("ads.example.org")))).with(WILDCARD);

    Message blocked = now(asking(handlers).udp(ednsQuery("ads.example.org", Type.A, 1232)));
    Message open = now(asking(handlers).udp(query("www.example.org", Type.A)));

    assertThat(blocked.getRcode()).isEqualTo(Rcode.NXDOMAIN);
    assertThat(extendedError(blocked)).isEqualTo("15 on the list");
    assertThat(open.getSection(Section.ANSWER)).hasSize(1);
  }

  @Test
  void aHandlerForANameStandsBeforeTheZones() {
    HandlerChain handlers =
        HandlerChain.EMPTY.with(name("web.mesos"), new Blocking(Set.of(name("web.mesos"))));
    AskingOthers asking = asking(handlers);

    assertThat(now(asking.udp(query("web.mesos", Type.A))).getRcode()).isEqualTo(Rcode.NXDOMAIN);
    assertThat(now(asking.udp(query("in.mesos", Type.A))).getRcode()).isEqualTo(Rcode.NXDOMAIN);
    assertThat(now(asking.udp(query("x.web.mesos", Type.A))).getRcode())
        .as("passed on to the zone")
        .isEqualTo(Rcode.NXDOMAIN);
    assertThat(now(asking.udp(query("mesos", Type.SOA))).getSection(Section.ANSWER)).hasSize(1);
  }

  @Test
  void theZonesAnswerWhatAHandlerForTheirNamesPassesOn() {
    QueryHandler asAsked = (query, next) -> next.resolve(query);
    AskingOthers passing = asking(HandlerChain.EMPTY.with(DomainName.ROOT, asAsked));
    AskingOthers plain = asking(HandlerChain.EMPTY);

    for (String name : List.of("web.mesos", "in.mesos", "no.mesos", "mesos", "example.org")) {
      for (int type : new int[] {Type.A, Type.NS, Type.AAAA, Type.SOA}) {
        Message query = ednsQuery(name, type, 1232);
        Message through = now(passing.udp(query));
        Message direct = now(plain.udp(query));

        assertThat(through.getHeader().toString()).isEqualTo(direct.getHeader().toString());
        for (int section : new int[] {Section.ANSWER, Section.AUTHORITY, Section.ADDITIONAL}) {
          assertThat(texts(through, section))
              .containsExactlyInAnyOrderElementsOf(texts(direct, section));
        }
        assertThat(extendedError(through)).isEqualTo(extendedError(direct));
      }
    }
  }

  @Test
  void aHandlerMayChangeWhatTheZonesAnswer() {
    QueryHandler shorter =
        (query, next) ->
            next.resolve(query)
                .thenApply(
                    answer ->
                        Answer.of(
                            answer.answer().stream()
                                .map(record -> record.withTtlSeconds(1))
                                .toArray(ZoneRecord[]::new)));
    AskingOthers asking = asking(HandlerChain.EMPTY.with(name("mesos"), shorter));

    Message answer = now(asking.udp(query("web.mesos", Type.A)));

    assertThat(texts(answer, Section.ANSWER))
        .containsExactlyInAnyOrder("web.mesos. 1 A 192.0.2.1", "web.mesos. 1 A 192.0.2.2");
  }

  @Test
  void aHandlerThatThrowsFailsItsQueryAlone() {
    HandlerChain handlers =
        HandlerChain.EMPTY
            .with(name("bad.example"), THROWING)
            .with(name("none.example"), NO_STAGE)
            .with(
                name("failed.example"),
                (query, next) -> CompletableFuture.failedFuture(new AssertionError("no")))
            .with(WILDCARD);
    AskingOthers asking = asking(handlers);

    for (String name : List.of("bad.example", "none.example", "failed.example")) {
      Message answer = now(asking.udp(ednsQuery(name, Type.A, 1232)));
      assertThat(answer.getRcode()).isEqualTo(Rcode.SERVFAIL);
      assertThat(extendedError(answer)).isEqualTo("0 a handler failed");
    }
    assertThat(asking.metrics.count("dcosnet.dns.handler.errors")).isEqualTo(3);
    assertThat(now(asking.udp(query("www.example.org", Type.A))).getSection(Section.ANSWER))
        .hasSize(1);
  }

  @Test
  void aSlowHandlerHoldsUpNobodyElse() {
    List<CompletableFuture<Answer>> waiting = new ArrayList<>();
    QueryHandler slow =
        (query, next) -> {
          CompletableFuture<Answer> stage = new CompletableFuture<>();
          waiting.add(stage);
          return stage;
        };
    AskingOthers asking = asking(HandlerChain.EMPTY.with(name("slow.example"), slow));

    CompletableFuture<Message> first = asking.udp(query("slow.example", Type.A));
    CompletableFuture<Message> second = asking.udp(query("b.slow.example", Type.A));
    assertThat(now(asking.udp(query("web.mesos", Type.A))).getSection(Section.ANSWER)).hasSize(2);
    waiting.get(1).complete(Answer.failure(Rcode.NXDOMAIN, ExtendedError.NONE, ""));

    assertThat(first).isNotDone();
    assertThat(now(second).getRcode()).isEqualTo(Rcode.NXDOMAIN);
    asking.time.advance(Duration.ofSeconds(5));
    assertThat(now(first).getRcode()).isEqualTo(Rcode.SERVFAIL);
  }

  @Test
  void aCnameRecordOfAHandlerIsFollowedIntoTheZones() {
    QueryHandler alias =
        (query, next) ->
            CompletableFuture.completedFuture(
                Answer.of(
                    ZoneRecord.of(
                        query.name(), RecordType.CNAME, 9, Rdata.name(name("web.mesos")))));
    AskingOthers asking = asking(HandlerChain.EMPTY.with(name("shop.example"), alias));

    Message answer = now(asking.udp(query("shop.example", Type.A)));

    assertThat(texts(answer, Section.ANSWER))
        .hasSize(3)
        .startsWith("shop.example. 9 CNAME web.mesos.");
  }

  @Test
  void handlersChangeWhileQueriesCome() {
    AskingOthers asking = asking(HandlerChain.EMPTY);
    assertThat(now(asking.udp(query("a.example.org", Type.A))).getRcode()).isEqualTo(Rcode.REFUSED);

    asking.later.update(HandlerChain.EMPTY.with(WILDCARD));
    Message answer = now(asking.udp(query("a.example.org", Type.A)));
    asking.later.update(HandlerChain.EMPTY.with(name("mesos"), THROWING));

    assertThat(answer.getSection(Section.ANSWER)).hasSize(1);
    assertThat(now(asking.udp(query("web.mesos", Type.A))).getRcode()).isEqualTo(Rcode.SERVFAIL);
    assertThat(now(asking.udp(query("a.example.org", Type.A))).getRcode()).isEqualTo(Rcode.REFUSED);
  }
}
