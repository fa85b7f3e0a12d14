// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.dns.answer;

import static io.dcosnet.dns.answer.Asking.query;
import static io.dcosnet.dns.answer.Asking.texts;
import static io.dcosnet.dns.zone.Zones.name;
import static org.assertj.core.api.Assertions.assertThat;

import io.dcosnet.api.net.Cidr;
import io.dcosnet.api.net.IpAddress;
import io.dcosnet.api.net.Protocol;
import io.dcosnet.dns.cache.AnswerCache;
import io.dcosnet.dns.cache.CacheConfig;
import io.dcosnet.dns.cache.CacheView;
import io.dcosnet.dns.cache.CachingResolver;
import io.dcosnet.dns.defend.AccessPolicy;
import io.dcosnet.dns.defend.Defence;
import io.dcosnet.dns.defend.Defence.Rules;
import io.dcosnet.dns.metrics.DnsMetrics;
import io.dcosnet.dns.name.DomainName;
import io.dcosnet.dns.query.Answer;
import io.dcosnet.dns.query.HandlerChain;
import io.dcosnet.dns.query.Query;
import io.dcosnet.dns.response.ResponseStyle;
import io.dcosnet.dns.wire.ExtendedError;
import io.dcosnet.dns.wire.Sender;
import io.dcosnet.dns.zone.Aliases;
import io.dcosnet.dns.zone.Rdata;
import io.dcosnet.dns.zone.RecordType;
import io.dcosnet.dns.zone.ZoneRecord;
import io.dcosnet.dns.zone.ZoneTable;
import io.dcosnet.testkit.RecordingMetrics;
import io.dcosnet.testkit.VirtualTime;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.xbill.DNS.Message;
import org.xbill.DNS.Section;
import org.xbill.DNS.Type;

/** What rules for zones keep from a client, when the cache has what others told of them. */
class HiddenNamesTest {

  private static final DomainName SECRET = name("db.secret.example.org");

  private final VirtualTime time = new VirtualTime();
  private final RecordingMetrics metrics = new RecordingMetrics();
  private final Responder responder = responder();
  private int asked;

  private Responder responder() {
    DnsMetrics names = new DnsMetrics(metrics);
    ZoneTable zones = ZoneTable.of(List.of());
    SplittableRandom random = new SplittableRandom(1);
    AnswerCache cache = new AnswerCache(CacheConfig.DEFAULTS, time, any -> false, random, names);
    CachingResolver caching =
        new CachingResolver(
            cache, query -> CompletableFuture.completedFuture(told(query)), time, names);
    AccessPolicy access =
        AccessPolicy.builder()
            .zoneOnlyFor(name("secret.example.org"), Cidr.parse("10.0.0.0/8"))
            .recursion(true, Cidr.parse("192.0.2.0/24"))
            .build();
    Defence defence = new Defence(Rules.OPEN.withAccess(access), time, random);
    return new Responder(
        new Responder.Parts(
            zones,
            Aliases.NONE,
            protocol -> defence.guard(protocol, zones, names),
            () -> new CacheView(cache, random, caching::refresh),
            LaterAnswers.of(zones, Aliases.NONE, HandlerChain.EMPTY, caching, time, random, names),
            null,
            ResponseStyle.DEFAULTS,
            random,
            names),
        Protocol.UDP);
  }

  private Answer told(Query query) {
    asked++;
    ZoneRecord address =
        ZoneRecord.of(SECRET, RecordType.A, 60, Rdata.address(IpAddress.parse("10.0.0.1")));
    ZoneRecord alias = ZoneRecord.of(query.name(), RecordType.CNAME, 60, Rdata.name(SECRET));
    byte[] priority = {0, 10};
    byte[] exchange = Rdata.name(SECRET);
    byte[] mx = Arrays.copyOf(priority, 2 + exchange.length);
    System.arraycopy(exchange, 0, mx, 2, exchange.length);
    boolean mail = query.type() == RecordType.MX;
    return new Answer(
        0,
        mail
            ? List.of(ZoneRecord.of(query.name(), RecordType.MX, 60, mx))
            : List.of(alias, address),
        List.of(),
        mail ? List.of(address) : List.of(),
        false,
        false,
        ExtendedError.NONE,
        "");
  }

  private Message ask(int type, int client) {
    Sender sender = new Sender();
    sender.setIpv4(client, 4000);
    byte[] message = query("www.example.net", type).toWire();
    int length = responder.answer(message, 0, message.length, sender);
    byte[] response =
        length == Responder.LATER
            ? responder.later().toCompletableFuture().join()
            : Arrays.copyOf(responder.octets(), length);
    return Asking.parse(response);
  }

  @Test
  void anAliasFromOutsideDoesNotLeadStrangersIn() {
    for (int i = 0; i < 3; i++) { // from who is asked, then from the cache
      assertThat(texts(ask(Type.A, 0xc0000201), Section.ANSWER))
          .containsExactly("www.example.net. 60 CNAME db.secret.example.org.");
    }
    assertThat(texts(ask(Type.A, 0x0a000001), Section.ANSWER)).hasSize(2);
    assertThat(asked).isOne();
  }

  @Test
  void addressesThatComeAlongAreLeftOutForStrangers() {
    for (int i = 0; i < 3; i++) {
      Message response = ask(Type.MX, 0xc0000201);
      assertThat(texts(response, Section.ANSWER)).hasSize(1);
      assertThat(texts(response, Section.ADDITIONAL)).isEmpty();
    }
    assertThat(texts(ask(Type.MX, 0x0a000001), Section.ADDITIONAL)).hasSize(1);
  }
}
