// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.dns.wire;

import static org.assertj.core.api.Assertions.assertThat;

import io.dcosnet.dns.wire.QueryReader.Verdict;
import java.util.Arrays;
import java.util.HexFormat;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class QueryOptionsTest {

  private static final String CLIENT = "2464c4abcf10c957";

  private final QueryReader reader = new QueryReader();

  @Test
  void findsTheCookieWhereItStands() {
    byte[] message = query("000a0018" + CLIENT + "010000005cf79f111f8130c3eee29480");
    byte[] around = new byte[message.length + 7];
    System.arraycopy(message, 0, around, 3, message.length);

    assertThat(reader.read(around, 3, message.length)).isEqualTo(Verdict.OK);

    QueryOptions options = reader.options();
    int start = options.cookieOffset();
    assertThat(options.hasCookie()).isTrue();
    assertThat(options.cookieLength()).isEqualTo(24);
    assertThat(Arrays.copyOfRange(around, start, start + 8))
        .isEqualTo(HexFormat.of().parseHex(CLIENT));
  }

  @ParameterizedTest
  @ValueSource(ints = {8, 16, 17, 24, 39, 40})
  void takesCookiesOfTheseLengths(int length) {
    assertThat(read(cookie(length))).isEqualTo(Verdict.OK);
    assertThat(reader.options().cookieLength()).isEqualTo(length);
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1, 7, 9, 15, 41, 64, 300})
  void rejectsCookiesOfOtherLengths(int length) {
    assertThat(read(cookie(length))).isEqualTo(Verdict.MALFORMED);
    assertThat(reader.hasEdns()).isTrue();
  }

  @Test
  void countsTheFirstOfSeveralCookies() {
    assertThat(read("000a0008" + CLIENT + cookie(7))).isEqualTo(Verdict.OK);
    assertThat(reader.options().cookieLength()).isEqualTo(8);
    assertThat(reader.octets()[reader.options().cookieOffset()]).isEqualTo((byte) 0x24);
  }

  @ParameterizedTest
  @CsvSource({
    "00030000, true, false, false",
    "0003000161, true, false, false",
    "000b0000, false, true, false",
    "000b00020064, false, true, false",
    "000c0000, false, false, true",
    "000c0003000000, false, false, true",
    "000c0000000b000000030000, true, true, true",
    "000800070001180000c000, false, false, false",
    "fde900020102, false, false, false"
  })
  void seesWhatIsAskedFor(String options, boolean identity, boolean keepalive, boolean padding) {
    assertThat(read(options)).isEqualTo(Verdict.OK);

    assertThat(reader.options().asksIdentity()).isEqualTo(identity);
    assertThat(reader.options().asksKeepalive()).isEqualTo(keepalive);
    assertThat(reader.options().asksPadding()).isEqualTo(padding);
    assertThat(reader.options().hasCookie()).isFalse();
  }

  @Test
  void forgetsTheOptionsOfTheMessageBefore() {
    read("000a0008" + CLIENT + "000c0000000b000000030000");
    byte[] plain = HexFormat.of().parseHex("123400000001000000000000" + "0000010001");

    assertThat(reader.read(plain, 0, plain.length)).isEqualTo(Verdict.OK);
    assertThat(reader.options().hasCookie()).isFalse();
    assertThat(reader.options().asksIdentity()).isFalse();
    assertThat(reader.options().asksKeepalive()).isFalse();
    assertThat(reader.options().asksPadding()).isFalse();
  }

  @Test
  void knowsQueriesForACookieAlone() {
    String opt = "00 0029 04d0 00 00 0000 000c 000a0008" + CLIENT;
    byte[] message =
        HexFormat.of().parseHex(("1234 0000 0000 0000 0000 0001" + opt).replace(" ", ""));

    assertThat(reader.read(message, 0, message.length)).isEqualTo(Verdict.COOKIE_ONLY);
    assertThat(reader.hasQuestion()).isFalse();
    assertThat(reader.options().cookieLength()).isEqualTo(8);
  }

  @Test
  void readsTheBitThatAsksForCheckedData() {
    byte[] message = query("");
    message[3] = 0x20;

    reader.read(message, 0, message.length);
    assertThat(reader.authenticData()).isTrue();
    message[3] = (byte) 0xdf;
    reader.read(message, 0, message.length);
    assertThat(reader.authenticData()).isFalse();
  }

  private static String cookie(int length) {
    return String.format("000a%04x", length) + "ab".repeat(length);
  }

  private Verdict read(String options) {
    byte[] message = query(options);
    return reader.read(message, 0, message.length);
  }

  private static byte[] query(String options) {
    String header = "123400000001000000000001";
    String opt = String.format("00002904d000000000%04x", options.length() / 2);
    return HexFormat.of().parseHex(header + "0000010001" + opt + options);
  }
}
