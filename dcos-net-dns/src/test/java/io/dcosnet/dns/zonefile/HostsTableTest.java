// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.dns.zonefile;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.dcosnet.dns.name.DomainName;
import java.util.Map;
import org.junit.jupiter.api.Test;

class HostsTableTest {

  @Test
  void readsAddressesNamesAndComments() {
    HostsTable table =
        parse(
            """
            # a comment
            192.0.2.1\tweb.example.org  web WWW.example.org # behind

            2001:db8::1 web.example.org
            192.0.2.2   web.example.org\r
            """);

    assertThat(table.refused()).isEmpty();
    assertThat(of(table, "web.example.org"))
        .isEqualTo("{1=60 A [192.0.2.1, 192.0.2.2], 28=60 AAAA [2001:db8::1]}");
    assertThat(of(table, "web")).isEqualTo("{1=60 A [192.0.2.1]}");
    assertThat(of(table, "www.example.org")).isEqualTo("{1=60 A [192.0.2.1]}");
  }

  @Test
  void pointsFromEachAddressToItsFirstName() {
    HostsTable table =
        parse(
            "192.0.2.1 b.example.org a.example.org\n192.0.2.1 c.example.org\n2001:db8::1 v6.example.org\n");

    assertThat(of(table, "1.2.0.192.in-addr.arpa")).isEqualTo("{12=60 PTR [b.example.org.]}");
    assertThat(
            of(table, "1.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.8.b.d.0.1.0.0.2.ip6.arpa"))
        .isEqualTo("{12=60 PTR [v6.example.org.]}");
  }

  @Test
  void reportsBadLinesAndGoesOn() {
    HostsTable table =
        parse(
            "fe80::1%lo0 localhost\n192.0.2.1\n192.0.2.300 x\n192.0.2.1 bad..name good\n"
                + "192.0.2.9 last");

    assertThat(table.refused())
        .extracting(refusal -> refusal.subject() + " " + refusal.code())
        .containsExactly(
            "line 1 HOST_BAD_ADDRESS",
            "line 2 HOST_NO_NAME",
            "line 3 HOST_BAD_ADDRESS",
            "line 4 HOST_BAD_NAME");
    assertThat(of(table, "good")).isEqualTo("{1=60 A [192.0.2.1]}");
    assertThat(of(table, "last")).isEqualTo("{1=60 A [192.0.2.9]}");
  }

  private static HostsTable parse(String text) {
    return HostsTable.parse(text.getBytes(UTF_8));
  }

  private static String of(HostsTable table, String name) {
    return table.names().getOrDefault(DomainName.parse(name), Map.of()).toString();
  }
}
