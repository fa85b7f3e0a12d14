// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.dns.defend;

import static io.dcosnet.dns.defend.Asked.cookie;
import static org.assertj.core.api.Assertions.assertThat;

import io.dcosnet.api.net.Cidr;
import io.dcosnet.api.net.Protocol;
import io.dcosnet.dns.answer.Elsewhere;
import io.dcosnet.dns.name.DomainName;
import io.dcosnet.dns.wire.QueryReader;
import io.dcosnet.dns.wire.Rcode;
import io.dcosnet.dns.wire.ResponseWriter.Section;
import io.dcosnet.dns.zone.RecordType;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The guard at work in a responder. */
class WorkerGuardTest {

  private static final String FAR = "198.51.100.7";
  private static final byte[] ADDRESS = {(byte) 192, 0, 2, 1};
  private static final byte[] SOA = new byte[22];

  @ParameterizedTest
  @CsvSource({"web.mesos, 100", "no.such.mesos, 50", "www.example.org, 20", "x.sub.mesos, 100"})
  void limitsWhatANetworkGetsInASecond(String name, int expected) {
    Asked asked = new Asked(rules(RateLimit.DEFAULTS.withSlip(0)));

    assertThat(asked.answered(FAR, name, 500)).isEqualTo(expected);
    assertThat(asked.metrics.count("dcosnet.dns.dropped", "reason", "rrl"))
        .isEqualTo(500 - expected);
    assertThat(asked.answered("203.0.113.7", name, 500)).isEqualTo(expected);
    asked.time.advance(Duration.ofSeconds(1));
    assertThat(asked.answered(FAR, name, 500)).isEqualTo(expected);
  }

  @Test
  void limitsDenialsByZoneAndReferralsByZone() {
    Asked asked = new Asked(rules(RateLimit.DEFAULTS.withSlip(0)));
    int denials = 0;
    int referrals = 0;
    for (int i = 0; i < 300; i++) {
      denials += asked.answered(FAR, "random" + i + ".mesos", 1);
      referrals += asked.answered(FAR, "random" + i + ".sub.mesos", 1);
    }

    assertThat(denials).isEqualTo(50);
    assertThat(referrals).isEqualTo(100);
    assertThat(asked.answered(FAR, "web.mesos", 1)).isOne();
  }

  @ParameterizedTest
  @CsvSource({"true, NXDOMAIN, 50", "false, NXDOMAIN, 50", "true, NOERROR, 100"})
  void limitsWhatOthersDenyByTheZoneThatDenies(boolean tellsZone, String rcode, int each) {
    Asked asked = new Asked(forFar(), denying(tellsZone, rcode.equals("NOERROR") ? 0 : 3));
    int first = 0;
    int second = 0;
    for (int i = 0; i < 300; i++) {
      first += asked.answered(FAR, "random" + i + ".a.example.org", 1);
      second += asked.answered(FAR, "random" + i + ".b.example.com", 1);
    }

    assertThat(first).isEqualTo(each);
    assertThat(second).isEqualTo(each);
  }

  @Test
  void limitsWhatATopLevelDeniesWhateverTheNamesBelowIt() {
    Asked asked =
        new Asked(
            forFar(),
            (query, sender, octets, start, length, response) -> {
              int org = QueryReader.NAME_OFFSET + length - "3org0".length();
              response.add(Section.ANSWER, QueryReader.NAME_OFFSET, RecordType.A, 9, ADDRESS, 4);
              response.add(Section.AUTHORITY, org, RecordType.SOA, 9, SOA, SOA.length);
              return Rcode.NXDOMAIN;
            });
    int denials = 0;
    for (int i = 0; i < 300; i++) {
      denials += asked.answered(FAR, "www.random" + i + ".org", 1);
    }

    assertThat(denials).isEqualTo(50);
  }

  private static Defence.Rules forFar() {
    return rules(RateLimit.DEFAULTS.withSlip(0))
        .withAccess(AccessPolicy.builder().recursion(true, Cidr.parse("198.51.100.0/24")).build());
  }

  /** Denies all names, with the SOA of the zone three labels below the root or without. */
  private static Elsewhere denying(boolean tellsZone, int rcode) {
    return (query, sender, octets, start, length, response) -> {
      if (tellsZone) {
        int zone = QueryReader.NAME_OFFSET + octets[start] + 1;
        response.add(Section.AUTHORITY, zone, RecordType.SOA, 9, SOA, SOA.length);
      }
      return rcode;
    };
  }

  @Test
  void sendsEverySecondAnswerAboveALimitCut() {
    Asked asked = new Asked(rules(RateLimit.DEFAULTS));
    asked.answered(FAR, "web.mesos", 100);
    int cut = 0;
    for (int i = 0; i < 100; i++) {
      Asked.Got got = asked.udp(FAR, Asked.plain("web.mesos", RecordType.A));
      if (!got.isSilence()) {
        assertThat(got.message().getHeader().getRcode()).isZero();
        assertThat(got.isTruncated()).isTrue();
        assertThat(got.answers()).isZero();
        cut++;
      }
    }

    assertThat(cut).isEqualTo(50);
    assertThat(asked.metrics.count("dcosnet.dns.declined", "proto", "udp", "reason", "rrl"))
        .isEqualTo(50);
  }

  @Test
  void doesNotLimitTheHostItselfNorTcp() {
    Asked asked = new Asked(rules(RateLimit.DEFAULTS));

    assertThat(asked.answered("127.0.0.1", "web.mesos", 500)).isEqualTo(500);
    for (int i = 0; i < 500; i++) {
      assertThat(asked.tcp(FAR, Asked.plain("web.mesos", RecordType.A)).answers()).isEqualTo(2);
    }
  }

  @Test
  void countsNoQueryOfSomebodyElseForAMalformedOne() {
    Asked asked = new Asked(rules(RateLimit.DEFAULTS.withSlip(0)));
    byte[] known = asked.learn(FAR);
    byte[] malformed = {1, 2, 1, 0, 0, 9, 0, 0, 0, 0, 0, 0};
    int answered = 0;
    for (int i = 0; i < 100; i++) {
      assertThat(asked.udp(FAR, cookie("web.mesos", known)).isSilence()).isFalse();
      answered += asked.udp("203.0.113.1", malformed).isSilence() ? 0 : 1;
    }

    assertThat(answered).isEqualTo(20);
  }

  @Test
  void freesClientsWithACookieFromLimits() {
    Asked asked = new Asked(rules(RateLimit.DEFAULTS.withSlip(0)));
    byte[] known = asked.learn(FAR);
    asked.answered(FAR, "web.mesos", 500);

    for (int i = 0; i < 500; i++) {
      Asked.Got got = asked.udp(FAR, cookie("web.mesos", known));
      assertThat(got.answers()).isEqualTo(2);
      assertThat(got.cookie()).isEqualTo(known);
    }
    assertThat(asked.udp("198.51.100.8", cookie("web.mesos", known)).isSilence()).isTrue();
    assertThat(asked.metrics.count("dcosnet.dns.cookies", "result", "valid")).isEqualTo(500);
    assertThat(asked.metrics.count("dcosnet.dns.cookies", "result", "invalid")).isOne();
  }

  @Test
  void asksClientsThatKnowCookiesForOneWhenALimitIsReached() {
    Asked asked = new Asked(rules(RateLimit.DEFAULTS.withSlip(1)));
    asked.answered(FAR, "web.mesos", 100);

    Asked.Got got = asked.udp(FAR, cookie("web.mesos", new byte[8]));

    assertThat(got.rcode()).isEqualTo(Rcode.BADCOOKIE);
    assertThat(got.answers()).isZero();
    assertThat(asked.udp(FAR, cookie("web.mesos", got.cookie())).answers()).isEqualTo(2);
  }

  @Test
  void refusesOrDropsClientsAsRulesSay() {
    Asked asked =
        new Asked(
            rules(RateLimit.OFF)
                .withAccess(
                    AccessPolicy.builder()
                        .clients(Access.REFUSE, Cidr.parse("198.51.100.0/24"))
                        .clients(Access.DROP, Cidr.parse("203.0.113.0/24"))
                        .build()));

    Asked.Got refused = asked.udp(FAR, cookie("web.mesos", new byte[8]));

    assertThat(refused.rcode()).isEqualTo(Rcode.REFUSED);
    assertThat(refused.extendedError()).isEqualTo(18);
    assertThat(asked.udp("203.0.113.1", Asked.plain("web.mesos", 1)).isSilence()).isTrue();
    assertThat(asked.udp("203.0.113.1", new byte[12]).isSilence()).isTrue();
    assertThat(asked.udp("192.0.2.1", Asked.plain("web.mesos", 1)).answers()).isEqualTo(2);
    assertThat(asked.metrics.count("dcosnet.dns.declined", "proto", "udp", "reason", "acl"))
        .isOne();
    assertThat(asked.metrics.count("dcosnet.dns.dropped", "reason", "acl")).isEqualTo(2);
  }

  @Test
  void tellsNothingOfAZoneToWhomItIsBarredOnAnyWay() {
    DomainName secret = DomainName.parse("secret.mesos");
    Asked asked =
        new Asked(
            rules(RateLimit.OFF)
                .withAccess(
                    AccessPolicy.builder().zoneOnlyFor(secret, Cidr.parse("10.0.0.0/8")).build()));

    assertThat(asked.udp(FAR, Asked.plain("db.secret.mesos", 1)).rcode()).isEqualTo(Rcode.REFUSED);
    assertThat(asked.udp("10.0.0.1", Asked.plain("db.secret.mesos", 1)).answers()).isOne();
    // An alias of the zone, a CNAME record and a service that lead there.
    assertThat(asked.udp(FAR, Asked.plain("db.secret.example.org", 1)).rcode())
        .isEqualTo(Rcode.REFUSED);
    assertThat(asked.udp("10.0.0.1", Asked.plain("db.secret.example.org", 1)).answers()).isOne();
    assertThat(asked.udp(FAR, Asked.plain("alias.mesos", 1)).answers()).isOne();
    assertThat(asked.udp("10.0.0.1", Asked.plain("alias.mesos", 1)).answers()).isEqualTo(2);
    assertThat(asked.udp(FAR, Asked.plain("_db._tcp.mesos", 33)).additional()).isZero();
    assertThat(asked.udp("10.0.0.1", Asked.plain("_db._tcp.mesos", 33)).additional()).isOne();
  }

  @Test
  void limitsQueriesOverAnyTransport() {
    Asked asked = new Asked(rules(RateLimit.DEFAULTS.withTotals(0, 5).withSlip(0)));

    assertThat(asked.answered(FAR, "web.mesos", 20)).isEqualTo(5);
    assertThat(asked.tcp(FAR, Asked.plain("web.mesos", 1)).rcode()).isEqualTo(Rcode.REFUSED);
    assertThat(
            asked.metrics.count(
                "dcosnet.dns.declined", "proto", Protocol.TCP.toString(), "reason", "rate"))
        .isOne();
  }

  @Test
  void obeysNewRulesFromTheNextQueryOn() {
    Asked asked = new Asked(rules(RateLimit.DEFAULTS.withSlip(0)));
    byte[] known = asked.learn(FAR);
    asked.answered(FAR, "web.mesos", 100);

    asked.defence.update(
        rules -> rules.withCookies(rules.cookies().rolledTo(CookieSecret.of(new byte[16]))));
    assertThat(asked.answered(FAR, "web.mesos", 1)).isZero(); // the limits know what they knew
    Asked.Got got = asked.udp(FAR, cookie("web.mesos", known));
    assertThat(got.answers()).isEqualTo(2);
    assertThat(got.cookie()).isNotEqualTo(known);
    asked.defence.update(rules -> rules.withRateLimit(RateLimit.OFF));
    assertThat(asked.answered(FAR, "web.mesos", 500)).isEqualTo(500);
  }

  private static Defence.Rules rules(RateLimit limit) {
    return new Defence.Rules(
        AccessPolicy.DEFAULTS,
        limit,
        Cookies.of(CookieSecret.parse("e5e973e5a6b2a43f48e7dc849e37bfcf")));
  }
}
