// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.dns.defend;

import static io.dcosnet.dns.defend.Senders.sender;
import static io.dcosnet.dns.zone.Zones.name;
import static org.assertj.core.api.Assertions.assertThat;

import io.dcosnet.api.net.Cidr;
import io.dcosnet.api.net.IpAddress;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class AccessPolicyTest {

  @ParameterizedTest
  @CsvSource({
    "127.0.0.1, true",
    "::1, true",
    "10.1.2.3, true",
    "172.16.0.1, true",
    "172.31.255.255, true",
    "172.32.0.1, false",
    "192.168.7.7, true",
    "169.254.1.1, true",
    "fe80::1, true",
    "fd00::1, true",
    "100.64.0.1, false",
    "198.51.100.7, false",
    "2001:db8::1, false",
    "::ffff:10.0.0.1, true",
    "::ffff:198.51.100.7, false"
  })
  void asksOthersForNearClientsOnly(String client, boolean allowed) {
    assertThat(AccessPolicy.DEFAULTS.mayRecurse(sender(client))).isEqualTo(allowed);
    assertThat(AccessPolicy.DEFAULTS.client(sender(client))).isEqualTo(Access.ALLOW);
  }

  @Test
  void asksOthersForWhomARuleNames() {
    AccessPolicy policy =
        AccessPolicy.builder()
            .recursion(true, cidr("198.51.100.0/24"))
            .recursion(false, cidr("10.9.0.0/16"))
            .recursion(false, cidr("203.0.113.8/32"))
            .build()
            .andNear(addresses("203.0.113.8", "203.0.113.9", "10.9.0.1"));

    assertThat(policy.mayRecurse(sender("198.51.100.7"))).isTrue();
    assertThat(policy.mayRecurse(sender("198.51.101.7"))).isFalse();
    assertThat(policy.mayRecurse(sender("10.8.0.1"))).isTrue();
    assertThat(policy.mayRecurse(sender("10.9.0.2"))).isFalse();
    assertThat(policy.mayRecurse(sender("10.9.0.1"))).isTrue();
    assertThat(policy.mayRecurse(sender("203.0.113.9"))).isTrue();
    assertThat(policy.mayRecurse(sender("203.0.113.8"))).isFalse();
  }

  @Test
  void letsTheLongestPrefixDecide() {
    AccessPolicy policy =
        AccessPolicy.builder()
            .onlyClients(cidr("192.0.2.0/24"), cidr("2001:db8::/32"))
            .clients(Access.DROP, cidr("192.0.2.128/25"))
            .clients(Access.ALLOW, cidr("192.0.2.200/32"))
            .build();

    assertThat(policy.client(sender("192.0.2.1"))).isEqualTo(Access.ALLOW);
    assertThat(policy.client(sender("192.0.2.129"))).isEqualTo(Access.DROP);
    assertThat(policy.client(sender("192.0.2.200"))).isEqualTo(Access.ALLOW);
    assertThat(policy.client(sender("198.51.100.1"))).isEqualTo(Access.REFUSE);
    assertThat(policy.client(sender("2001:db8:1::1"))).isEqualTo(Access.ALLOW);
    assertThat(policy.client(sender("2001:db9::1"))).isEqualTo(Access.REFUSE);
  }

  @Test
  void keepsRulesForOneFamilyOutOfTheOther() {
    AccessPolicy policy = AccessPolicy.builder().clients(Access.REFUSE, cidr("::/0")).build();

    assertThat(policy.client(sender("2001:db8::1"))).isEqualTo(Access.REFUSE);
    assertThat(policy.client(sender("192.0.2.1"))).isEqualTo(Access.ALLOW);
  }

  @Test
  void takesMappedPrefixesForIpv4() {
    AccessPolicy policy =
        AccessPolicy.builder().clients(Access.DROP, cidr("::ffff:192.0.2.0/120")).build();

    assertThat(policy.client(sender("192.0.2.77"))).isEqualTo(Access.DROP);
    assertThat(policy.client(sender("192.0.3.77"))).isEqualTo(Access.ALLOW);
  }

  @Test
  void asksTheRulesOfTheLongestZoneFirst() {
    AccessPolicy policy =
        AccessPolicy.builder()
            .zoneOnlyFor(name("mesos"), cidr("10.0.0.0/8"))
            .zone(name("open.mesos"), Access.ALLOW, cidr("192.0.2.0/24"))
            .zone(name("slave.mesos"), Access.DROP, cidr("10.1.0.0/16"))
            .build();

    assertThat(access(policy, "10.1.2.3", "web.mesos")).isEqualTo(Access.ALLOW);
    assertThat(access(policy, "192.0.2.1", "web.mesos")).isEqualTo(Access.REFUSE);
    assertThat(access(policy, "192.0.2.1", "MESOS")).isEqualTo(Access.REFUSE);
    assertThat(access(policy, "192.0.2.1", "a.Open.mesos")).isEqualTo(Access.ALLOW);
    assertThat(access(policy, "198.51.100.1", "a.open.mesos")).isEqualTo(Access.REFUSE);
    assertThat(access(policy, "10.1.2.3", "slave.mesos")).isEqualTo(Access.DROP);
    assertThat(access(policy, "10.2.2.3", "slave.mesos")).isEqualTo(Access.ALLOW);
    assertThat(access(policy, "192.0.2.1", "xmesos")).isEqualTo(Access.ALLOW);
    assertThat(access(policy, "192.0.2.1", "www.example.org")).isEqualTo(Access.ALLOW);
  }

  private static Access access(AccessPolicy policy, String client, String name) {
    byte[] wire = name(name).toWire();
    return policy.name(sender(client), wire, 0, wire.length);
  }

  private static List<IpAddress> addresses(String... texts) {
    return Arrays.stream(texts).map(IpAddress::parse).toList();
  }

  private static Cidr cidr(String text) {
    return Cidr.parse(text);
  }
}
