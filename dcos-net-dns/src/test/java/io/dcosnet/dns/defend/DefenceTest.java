// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.dns.defend;

import static org.assertj.core.api.Assertions.assertThat;

import io.dcosnet.api.net.Cidr;
import io.dcosnet.api.net.IpAddress;
import io.dcosnet.testkit.VirtualTime;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class DefenceTest {

  private static final IpAddress HOST = IpAddress.parse("203.0.113.5");
  private static final IpAddress STRANGER = IpAddress.parse("203.0.113.6");

  private final Defence defence =
      new Defence(
          Defence.Rules.OPEN, List.of(HOST), new VirtualTime().time(), new SplittableRandom(1));

  private void access(AccessPolicy policy) {
    defence.update(rules -> rules.withAccess(policy));
  }

  @Test
  void othersAreAskedForTheHostItselfUnderNewRulesToo() {
    assertThat(defence.mayRecurse(HOST)).isTrue();
    assertThat(defence.mayRecurse(STRANGER)).isFalse();

    access(AccessPolicy.builder().recursion(false, Cidr.parse("203.0.113.0/24")).build());

    assertThat(defence.mayRecurse(HOST)).isTrue();
    assertThat(defence.mayRecurse(STRANGER)).isFalse();
  }

  @Test
  void aRuleForJustTheAddressOfTheHostWins() {
    access(AccessPolicy.builder().recursion(false, Cidr.parse("203.0.113.5/32")).build());

    assertThat(defence.mayRecurse(HOST)).isFalse();
  }

  @Test
  void tellsTheLimitsOfAClient() {
    assertThat(defence.limits(STRANGER)).isEqualTo("203.0.113.6 has no limits");

    defence.update(rules -> rules.withRateLimit(RateLimit.DEFAULTS.withRates(10, 0, 5)));

    assertThat(defence.limits(STRANGER))
        .contains("203.0.113.0/24 gets 10 equal answers, all denials, 5 errors a second");
    assertThat(defence.limits(IpAddress.LOOPBACK_IPV4)).isEqualTo("127.0.0.1 has no limits");
  }

  @Test
  void limitsDoNotHoldForTheHostItselfUnderNewRulesToo() {
    defence.update(rules -> rules.withRateLimit(RateLimit.DEFAULTS));
    assertThat(defence.limits(HOST)).isEqualTo("203.0.113.5 has no limits");
    assertThat(defence.limits(STRANGER)).contains("100 equal answers");

    defence.update(rules -> rules.withRateLimit(RateLimit.DEFAULTS.withRates(10, 10, 5)));

    assertThat(defence.limits(HOST)).isEqualTo("203.0.113.5 has no limits");
    assertThat(defence.limits(STRANGER)).contains("10 equal answers");
  }

  @Test
  void ownChoiceOfExemptNetworksIsLeftAsItIs() {
    RateLimit chosen = RateLimit.DEFAULTS.andExempt(Cidr.parse("203.0.113.6/32"));
    defence.update(rules -> rules.withRateLimit(chosen));

    assertThat(defence.limits(HOST)).contains("100 equal answers");
    assertThat(defence.limits(STRANGER)).isEqualTo("203.0.113.6 has no limits");
    assertThat(defence.rules().rateLimit()).isEqualTo(chosen);
  }
}
