// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.dns.defend;

import static io.dcosnet.dns.defend.Senders.sender;
import static io.dcosnet.dns.zone.Zones.name;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.dcosnet.api.net.Cidr;
import io.dcosnet.dns.defend.RateLimiter.Kind;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RateLimiterTest {

  private final RateLimiter limiter =
      new RateLimiter(RateLimit.DEFAULTS.withTotals(500, 0), new SplittableRandom(3));

  @ParameterizedTest
  @CsvSource({"RESPONSE, 100", "NONEXISTENT, 50", "ERROR, 20", "ALL, 500"})
  void limitsEachKindByItsRate(Kind kind, int rate) {
    assertThat(taken(kind, "192.0.2.1", "web.mesos", 1000)).isEqualTo(rate);
  }

  @Test
  void doesNotLimitWhatHasNoRate() {
    assertThat(taken(Kind.QUERY, "192.0.2.1", "web.mesos", 1000)).isEqualTo(1000);
  }

  @ParameterizedTest
  @CsvSource({
    "192.0.2.1, 192.0.2.255, true",
    "192.0.2.1, 192.0.3.1, false",
    "2001:db8:0:1100::1, 2001:db8:0:11ff:ffff::1, true",
    "2001:db8:0:1100::1, 2001:db8:0:1200::1, false",
    "192.0.2.1, ::c000:201, false"
  })
  void takesClientsOfANetworkForOne(String one, String other, boolean same) {
    taken(Kind.RESPONSE, one, "web.mesos", 100);

    assertThat(taken(Kind.RESPONSE, other, "web.mesos", 100)).isEqualTo(same ? 0 : 100);
  }

  @ParameterizedTest
  @CsvSource({
    "web.mesos, WEB.Mesos, true",
    "web.mesos, wec.mesos, false",
    "web.mesos, we.bmesos, false",
    "a.long.name.of.many.labels.mesos, A.Long.Name.Of.Many.Labels.Mesos, true",
    "a.long.name.of.many.labels.mesos, a.long.name.of.many.labelt.mesos, false",
    "mesos, a.mesos, false"
  })
  void tellsNamesApartButNotTheirCase(String one, String other, boolean same) {
    taken(Kind.RESPONSE, "192.0.2.1", one, 100);

    assertThat(taken(Kind.RESPONSE, "192.0.2.1", other, 100)).isEqualTo(same ? 0 : 100);
  }

  @Test
  void leavesExemptNetworksAlone() {
    RateLimiter some =
        new RateLimiter(
            RateLimit.DEFAULTS.andExempt(Cidr.parse("10.0.0.0/8")), new SplittableRandom(3));

    assertThat(some.limits(sender("127.0.0.1"))).isFalse();
    assertThat(some.limits(sender("::1"))).isFalse();
    assertThat(some.limits(sender("10.1.2.3"))).isFalse();
    assertThat(some.limits(sender("::ffff:10.1.2.3"))).isFalse();
    assertThat(some.limits(sender("192.0.2.1"))).isTrue();
    assertThat(new RateLimiter(RateLimit.OFF, new SplittableRandom(3)).limits(sender("192.0.2.1")))
        .isFalse();
  }

  @Test
  void namesEachOptionThatIsOutOfRange() {
    assertThatThrownBy(() -> new RateLimit(-1, 0, 0, 0, 0, 11, 33, 0, List.of(), 1))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(
            """
            rateLimit.responses: -1 (expected: 0-100000)
            rateLimit.slip: 11 (expected: 0-10)
            rateLimit.ipv4Bits: 33 (expected: 1-32)
            rateLimit.ipv6Bits: 0 (expected: 1-128)
            rateLimit.entries: 1 (expected: 8-16777216)""");
  }

  private int taken(Kind kind, String client, String name, int attempts) {
    byte[] wire = name(name).toWire();
    int taken = 0;
    for (int i = 0; i < attempts; i++) {
      taken += limiter.take(kind, sender(client), wire, 0, wire.length, 5_000) ? 1 : 0;
    }
    return taken;
  }
}
