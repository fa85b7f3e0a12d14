// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.dns.zonefile;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.dcosnet.dns.name.DomainName;
import io.dcosnet.dns.zone.ZoneSnapshot;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class MasterFileTest {

  private static final DomainName ORIGIN = DomainName.parse("example.org");

  private static final String HEAD =
      """
      $TTL 1h
      @ IN SOA ns1 hostmaster ( 2026010101 ; serial
          7200 900
          1209600 300 )
        NS ns1
        NS ns.example.net.
      """;

  @Test
  void readsNamesRelativeToTheOriginAndWhatStandsOnSeveralLines() {
    ZoneSnapshot zone =
        read(
            HEAD
                + """
                @       A 192.0.2.1
                        MX 10 mail
                ns1  60 A 192.0.2.53
                $ORIGIN sub.example.org.
                host    AAAA 2001:db8::1
                        TXT "one; two" three
                """);

    assertThat(zone.serial()).isEqualTo(2026010101L);
    assertThat(ZoneText.of(zone))
        .isEqualTo(
            """
            example.org.	3600	IN	SOA	ns1.example.org. hostmaster.example.org. 2026010101 7200 900 1209600 300
            example.org.	3600	IN	A	192.0.2.1
            example.org.	3600	IN	NS	ns.example.net.
            example.org.	3600	IN	NS	ns1.example.org.
            example.org.	3600	IN	MX	10 mail.example.org.
            ns1.example.org.	60	IN	A	192.0.2.53
            host.sub.example.org.	3600	IN	TXT	"one; two" three
            host.sub.example.org.	3600	IN	AAAA	2001:db8::1
            """);
    assertThat(zone.recordCount()).isEqualTo(5);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "MX 10 mail.example.org.",
        "CAA 0 issue \"ca.example.net\"",
        "SVCB 1 web.example.org. alpn=h2 port=8443",
        "HTTPS 1 . alpn=h2,h3 ipv4hint=192.0.2.1",
        "NAPTR 100 10 \"u\" \"E2U+sip\" \"!^.*$!sip:info@example.org!\" .",
        "SSHFP 4 2 123456789ABCDEF67890123456789ABCDEF67890123456789ABCDEF123456789",
        "TLSA 3 1 1 0D6FCE3A5F9C4B1E8D2A7B6C5D4E3F2A1B0C9D8E7F6A5B4C3D2E1F0A9B8C7D6E",
        "DS 60485 5 1 2BB183AF5F22588179A53B0A98631FAD1A292118",
        "DNAME other.example.net.",
        "CNAME other.example.net.",
        "PTR other.example.net.",
        "SRV 0 5 8080 web.example.org.",
        "HINFO \"x\" \"RFC8482\"",
        "TYPE65280 \\# 3 0A0B0C",
        "LOC 52 22 23.0 N 4 53 32.0 E -2.0m 0.00m 10000m 10m",
      })
  void keepsTheUsualTypesAndUnknownOnes(String record) {
    String type = record.substring(0, record.indexOf(" "));

    ZoneSnapshot zone = read(HEAD + "x " + record + "\n");
    ZoneSnapshot again = read(ZoneText.of(zone));

    assertThat(ZoneText.of(zone)).contains("x.example.org.\t3600\tIN\t" + type + "\t");
    assertThat(again.sameRecords(zone)).isTrue();
  }

  @Test
  void takesTheFormForUnknownTypesForKnownOnesToo() {
    assertThat(ZoneText.of(read(HEAD + "x TYPE1 \\# 4 C0000201\n")))
        .contains("x.example.org.\t3600\tIN\tA\t192.0.2.1\n");
  }

  @Test
  void storesWildcardsDelegationsAndEscapesAsTheyStand() {
    ZoneSnapshot zone =
        read(
            HEAD
                + "* A 192.0.2.7\n"
                + "cut NS ns.cut\n"
                + "ns.cut A 192.0.2.8\n"
                + "a\\.b.\\032c A 192.0.2.9\n");

    assertThat(ZoneText.of(zone))
        .contains("*.example.org.\t", "cut.example.org.\t3600\tIN\tNS\tns.cut.example.org.\n")
        .contains("a\\.b.\\032c.example.org.\t");
  }

  @Test
  void saysWhetherTheZoneHasWildcardsAndCuts() {
    assertThat(read(HEAD).hasWildcards()).isFalse();
    assertThat(read(HEAD).hasCuts()).isFalse();
    assertThat(read(HEAD + "*.sub A 192.0.2.7\n").hasWildcards()).isTrue();
    assertThat(read(HEAD + "sub NS ns1\n").hasCuts()).isTrue();
  }

  @Test
  void givesASetTheLowestTtlOfItsRecords() {
    assertThat(ZoneText.of(read(HEAD + "x 60 A 192.0.2.1\nx 30 A 192.0.2.2\n")))
        .contains("x.example.org.\t30\tIN\tA\t192.0.2.1\nx.example.org.\t30\tIN\tA\t192.0.2.2\n");
  }

  /** The head has six lines. */
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '\0',
      value = {
        "x A 192.0.2.300 | line 7",
        "x CNAME y;x A 192.0.2.1 | line 8: x.example.org. (expected: no other records",
        "x A 192.0.2.1;x CNAME y | line 8: x.example.org. (expected: no other records",
        "x CNAME y;x CNAME z | line 8: x.example.org. (expected: one CNAME)",
        "x DNAME y;x DNAME z | line 8: x.example.org. (expected: one DNAME)",
        "@ CNAME y | line 7: example.org. (expected: no other records",
        "www.example.net. A 192.0.2.1 | line 7: www.example.net. (expected: at or below",
        "@ SOA a b 1 2 3 4 5 | line 7: example.org. (expected: one SOA record)",
        "sub SOA a b 1 2 3 4 5 | line 7: sub.example.org. (expected: SOA of example.org. only)",
        "x CH A 192.0.2.1 | line 7",
        "x 99999999999 A 192.0.2.1 | line 7",
        "x OPT 1 | line 7",
        "x TYPE41 \\# 0 | line 7",
        "x TYPE0 \\# 0 | line 7",
        "x A 192.0.2.1 ) | line 7",
        "$INCLUDE other.zone | line 7",
        "x NOSUCHTYPE 1 | line 7",
        "$GENERATE 1-2000 h$ A 192.0.2.1 | more than 1000 records",
        "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa A 192.0.2.1 | line 7",
      })
  void refusesTheWholeFileAndSaysWhere(String lines, String complaint) {
    String text = HEAD + lines.replace(';', '\n') + "\n";

    assertThatThrownBy(() -> read(text))
        .isInstanceOf(ZoneRefusedException.class)
        .hasMessageContaining(complaint);
  }

  @Test
  void refusesNamesThatAreTooLong() {
    String label = "a".repeat(63) + ".";

    assertThatThrownBy(() -> read(HEAD + label.repeat(4) + "example.org. A 192.0.2.1\n"))
        .isInstanceOf(ZoneRefusedException.class)
        .hasMessageContaining("line 7");
  }

  @Test
  void refusesAZoneWithoutSoaOrNameServer() {
    assertThatThrownBy(() -> read("$TTL 60\n@ NS ns1\n")).hasMessageContaining("a SOA record");
    assertThatThrownBy(() -> read("@ 60 SOA a b 1 2 3 4 5\n")).hasMessageContaining("a NS record");
    assertThatThrownBy(() -> read("")).hasMessageContaining("a SOA record");
  }

  @Test
  void generatesRanges() {
    assertThat(ZoneText.of(read(HEAD + "$GENERATE 1-3 h$ A 192.0.2.$\n")))
        .contains("h1.example.org.\t3600\tIN\tA\t192.0.2.1", "h3.example.org.\t");
  }

  @Test
  void readsFilesOfOtherSystems() {
    assertThat(ZoneText.of(read((HEAD + "x A 192.0.2.1\n").replace("\n", "\r\n"))))
        .contains("x.example.org.\t3600\tIN\tA\t192.0.2.1\n");
    assertThat(ZoneText.of(read(HEAD + "x A 192.0.2.1"))).contains("x.example.org.");
  }

  private static ZoneSnapshot read(String text) {
    try {
      MasterFile format = MasterFile.of(ORIGIN).withMaxRecords(1000);
      return format.read(new ByteArrayInputStream(text.getBytes(UTF_8))).onto(null);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
