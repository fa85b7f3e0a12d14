// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.dns.defend;

import static io.dcosnet.dns.defend.Asked.cookie;
import static io.dcosnet.dns.defend.Asked.options;
import static io.dcosnet.dns.defend.Asked.plain;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.dcosnet.dns.response.ResponseStyle;
import io.dcosnet.dns.response.Rotation;
import io.dcosnet.dns.response.ServerIdentity;
import io.dcosnet.dns.wire.Rcode;
import io.dcosnet.dns.zone.RecordType;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.xbill.DNS.ARecord;
import org.xbill.DNS.DClass;
import org.xbill.DNS.EDNSOption;
import org.xbill.DNS.GenericEDNSOption;
import org.xbill.DNS.Message;
import org.xbill.DNS.OPTRecord;
import org.xbill.DNS.Section;
import org.xbill.DNS.TcpKeepaliveOption;
import org.xbill.DNS.Type;

/** What responses hold beside records. */
class DefendedAnswersTest {

  private static final String CLIENT = "198.51.100.7";
  private static final ServerIdentity IDENTITY = new ServerIdentity("n1", "host.example.org", "9");
  private static final Cookies COOKIES =
      Cookies.of(CookieSecret.parse("e5e973e5a6b2a43f48e7dc849e37bfcf"));

  private final Asked asked =
      new Asked(
          Defence.Rules.OPEN.withCookies(COOKIES), ResponseStyle.DEFAULTS.withIdentity(IDENTITY));
  private final Asked silent = new Asked(Defence.Rules.OPEN);

  @Test
  void answersACookieWithACookie() {
    Asked.Got got = asked.udp(CLIENT, cookie("web.mesos", new byte[8]));

    assertThat(got.answers()).isEqualTo(2);
    assertThat(HexFormat.of().formatHex(got.cookie())).startsWith("000000000000000001000000");
    assertThat(asked.udp(CLIENT, options("web.mesos", 1)).hasOption(EDNSOption.Code.COOKIE))
        .isFalse();
    assertThat(
            silent.udp(CLIENT, cookie("web.mesos", new byte[8])).hasOption(EDNSOption.Code.COOKIE))
        .isFalse();
  }

  @Test
  void answersTheQuestionAlthoughTheCookieIsWrong() {
    Asked.Got got = asked.udp(CLIENT, cookie("web.mesos", new byte[24]));

    assertThat(got.rcode()).isZero();
    assertThat(got.answers()).isEqualTo(2);
    assertThat(got.cookie()).isNotEqualTo(new byte[24]);
  }

  @Test
  void sendsErrorsWithACookieToo() {
    Asked.Got got = asked.udp(CLIENT, cookie("www.example.org", new byte[8]));

    assertThat(got.rcode()).isEqualTo(Rcode.REFUSED);
    assertThat(got.cookie()).hasSize(24);
  }

  @Test
  void callsCookiesOfAWrongLengthAFormatError() {
    Asked.Got got = asked.udp(CLIENT, cookie("web.mesos", new byte[9]));

    assertThat(got.rcode()).isEqualTo(Rcode.FORMERR);
    assertThat(got.message().getOPT()).isNotNull();
    assertThat(got.hasOption(EDNSOption.Code.COOKIE)).isFalse();
  }

  @Test
  void givesACookieToThoseWhoAskForNothingElse() {
    Asked.Got fresh = asked.udp(CLIENT, onlyCookie(new byte[8]));
    Asked.Got known = asked.udp(CLIENT, onlyCookie(fresh.cookie()));
    Asked.Got wrong = asked.udp(CLIENT, onlyCookie(new byte[24]));

    assertThat(fresh.rcode()).isEqualTo(Rcode.NOERROR);
    assertThat(fresh.message().getQuestion()).isNull();
    assertThat(known.rcode()).isEqualTo(Rcode.NOERROR);
    assertThat(known.cookie()).isEqualTo(fresh.cookie());
    assertThat(wrong.rcode()).isEqualTo(Rcode.BADCOOKIE);
    assertThat(asked.udp(CLIENT, onlyCookie(wrong.cookie())).rcode()).isEqualTo(Rcode.NOERROR);
    assertThat(silent.udp(CLIENT, onlyCookie(new byte[8])).rcode()).isEqualTo(Rcode.FORMERR);
  }

  private static byte[] onlyCookie(byte[] cookie) {
    String opt = String.format("00002904d000000000%04x000a%04x", cookie.length + 4, cookie.length);
    return HexFormat.of()
        .parseHex("123400000000000000000001" + opt + HexFormat.of().formatHex(cookie));
  }

  @Test
  void saysWhichServerAnswersWhenAskedAndEnabled() {
    byte[] query = options("web.mesos", 1, new GenericEDNSOption(3, new byte[0]));

    assertThat(asked.udp(CLIENT, query).option(3, EDNSOption.class).toWire())
        .isEqualTo(new byte[] {0, 3, 0, 2, 'n', '1'});
    assertThat(silent.udp(CLIENT, query).hasOption(3)).isFalse();
    assertThat(asked.udp(CLIENT, options("web.mesos", 1)).hasOption(3)).isFalse();
  }

  @Test
  void saysHowLongConnectionsMayBeIdleOverTcpAlone() {
    int keepalive = EDNSOption.Code.TCP_KEEPALIVE;
    byte[] query = options("web.mesos", 1, new GenericEDNSOption(keepalive, new byte[0]));

    assertThat(
            asked
                .tcp(CLIENT, query)
                .option(keepalive, TcpKeepaliveOption.class)
                .getTimeoutDuration())
        .hasValueSatisfying(idle -> assertThat(idle).hasSeconds(10));
    assertThat(asked.udp(CLIENT, query).hasOption(keepalive)).isFalse();
    assertThat(asked.tcp(CLIENT, options("web.mesos", 1)).hasOption(keepalive)).isFalse();
  }

  @Test
  void padsWhereNobodyCanReadAndWhenAsked() {
    int padding = EDNSOption.Code.PADDING;
    byte[] query = options("web.mesos", 1, new GenericEDNSOption(padding, new byte[0]));

    assertThat(asked.tls(CLIENT, query).octets()).hasSize(468);
    assertThat(asked.tls(CLIENT, options("many.mesos", 1)).octets().length % 468).isNotZero();
    assertThat(
            asked
                    .tls(
                        CLIENT,
                        options("many.mesos", 1, new GenericEDNSOption(padding, new byte[9])))
                    .octets()
                    .length
                % 468)
        .isZero();
    assertThat(asked.tcp(CLIENT, query).hasOption(padding)).isFalse();
    assertThat(asked.udp(CLIENT, query).hasOption(padding)).isFalse();
  }

  @ParameterizedTest
  @CsvSource({
    "version.bind, TXT, NOERROR, 9",
    "Version.Server, TXT, NOERROR, 9",
    "hostname.bind, ANY, NOERROR, host.example.org",
    "id.server, TXT, NOERROR, n1",
    "id.server, A, NOERROR, ''",
    "authors.bind, TXT, REFUSED, ''",
    "web.mesos, A, REFUSED, ''"
  })
  void tellsOfItselfInTheClassForThat(String name, String type, String rcode, String text) {
    Message answer =
        asked.udp(CLIENT, Asked.message(name, Type.value(type), DClass.CH).toWire()).message();

    assertThat(Rcode.name(answer.getRcode())).isEqualTo(rcode);
    assertThat(answer.getSection(Section.ANSWER))
        .extracting(record -> DClass.string(record.getDClass()) + record.rdataToString())
        .isEqualTo(text.isEmpty() ? List.of() : List.of("CH" + text));
  }

  @Test
  void tellsNothingOfItselfUnlessEnabled() {
    byte[] query = Asked.message("version.bind", Type.TXT, DClass.CH).toWire();

    assertThat(silent.udp(CLIENT, query).rcode()).isEqualTo(Rcode.REFUSED);
    assertThatThrownBy(() -> new ServerIdentity("x".repeat(65), "", "é".repeat(33)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(
            """
            nsid: 65 octets (expected: 64 at most)
            version: 66 octets (expected: 64 at most)""");
  }

  @ParameterizedTest
  @EnumSource(Rotation.class)
  void ordersRecordsAsChosen(Rotation rotation) {
    Asked some = new Asked(Defence.Rules.OPEN, ResponseStyle.DEFAULTS.withRotation(rotation));
    List<String> firsts = new ArrayList<>();
    for (int i = 0; i < 8; i++) {
      Message answer = some.udp(CLIENT, plain("web.mesos", 1)).message();
      firsts.add(
          ((ARecord) answer.getSection(Section.ANSWER).get(0)).getAddress().getHostAddress());
    }

    List<String> inTurn = new ArrayList<>();
    for (int i = 0; i < 8; i++) {
      inTurn.add(i % 2 == 0 || rotation == Rotation.NONE ? "192.0.2.1" : "192.0.2.2");
    }
    if (rotation == Rotation.RANDOM) {
      assertThat(firsts).containsOnly("192.0.2.1", "192.0.2.2").isNotEqualTo(inTurn);
    } else {
      assertThat(firsts).isEqualTo(inTurn);
    }
  }

  @Test
  void rotatesWhatIsCutTooSoThatAllComeToTheFront() {
    Asked some =
        new Asked(Defence.Rules.OPEN, ResponseStyle.DEFAULTS.withRotation(Rotation.ROUND_ROBIN));
    List<String> seen = new ArrayList<>();
    for (int i = 0; i < 200; i++) {
      Message answer = some.udp(CLIENT, plain("many.mesos", 1)).message();
      answer.getSection(Section.ANSWER).forEach(record -> seen.add(record.rdataToString()));
    }

    assertThat(seen.stream().distinct()).hasSize(200);
  }

  @Test
  void hidesThatAnAnswerWasCutWhenToldTo() {
    Asked some = new Asked(Defence.Rules.OPEN, ResponseStyle.DEFAULTS.withTruncateBit(false));

    Asked.Got got = some.udp(CLIENT, plain("many.mesos", 1));

    assertThat(got.isTruncated()).isFalse();
    assertThat(got.answers()).isBetween(20, 40);
  }

  @Test
  void neverHidesThatALimitCutAnAnswer() {
    Asked some =
        new Asked(
            Defence.Rules.OPEN.withRateLimit(RateLimit.DEFAULTS.withSlip(1)),
            ResponseStyle.DEFAULTS.withTruncateBit(false));
    some.answered(CLIENT, "web.mesos", 100);

    assertThat(some.udp(CLIENT, plain("web.mesos", 1)).isTruncated()).isTrue();
  }

  @Test
  void fitsAllOptionsIntoTheSmallestMessage() {
    Message query = Asked.message("many.mesos", RecordType.A, DClass.IN);
    query.addRecord(
        new OPTRecord(
            512,
            0,
            0,
            0,
            Arrays.asList(
                new GenericEDNSOption(3, new byte[0]), new GenericEDNSOption(10, new byte[8]))),
        Section.ADDITIONAL);

    Asked.Got got = asked.udp(CLIENT, query.toWire());

    assertThat(got.octets().length).isBetween(512 - 16, 512);
    assertThat(got.isTruncated()).isTrue();
    assertThat(got.cookie()).hasSize(24);
    assertThat(got.hasOption(3)).isTrue();
  }
}
