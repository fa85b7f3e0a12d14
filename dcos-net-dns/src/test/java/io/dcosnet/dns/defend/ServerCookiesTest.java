// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.dns.defend;

import static io.dcosnet.dns.defend.Senders.sender;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.dcosnet.dns.defend.ServerCookies.Result;
import io.dcosnet.dns.wire.QueryReader;
import java.util.HexFormat;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ServerCookiesTest {

  private static final String SECRET = "e5e973e5a6b2a43f48e7dc849e37bfcf";
  private static final String OLD = "dd3bdf9344b678b185a6f5cb60fca715";
  private static final String NEW = "445536bcd2513298075a5d379663c962";
  private static final String CLIENT = "2464c4abcf10c957";
  private static final long NOW = 1_559_731_985;

  private final ServerCookies cookies = new ServerCookies();

  /** The examples of RFC 9018, appendix A. */
  @ParameterizedTest
  @CsvSource({
    "e5e973e5a6b2a43f48e7dc849e37bfcf, 198.51.100.100, 2464c4abcf10c957, 1559731985,"
        + " CLIENT_ONLY, 2464c4abcf10c957010000005cf79f111f8130c3eee29480",
    "e5e973e5a6b2a43f48e7dc849e37bfcf, 198.51.100.100,"
        + " 2464c4abcf10c957010000005cf79f111f8130c3eee29480, 1559734385,"
        + " VALID, 2464c4abcf10c957010000005cf7a871d4a564a1442aca77",
    "e5e973e5a6b2a43f48e7dc849e37bfcf, 203.0.113.203,"
        + " fc93fc62807ddb8601abcdef5cf78f71a314227b6679ebf5, 1559734700,"
        + " INVALID, fc93fc62807ddb86010000005cf7a9acf73a7810aca2381e"
  })
  void agreesWithTheExamplesOfTheStandard(
      String secret, String client, String shown, long seconds, Result result, String reply) {
    assertThat(check(Cookies.of(CookieSecret.parse(secret)), client, shown, seconds))
        .isEqualTo(result);
    assertThat(reply()).isEqualTo(reply);
  }

  @Test
  void hashesReservedOctetsAsTheyCame() {
    // The third example of the standard, at the time at which the cookie was made.
    String shown = "fc93fc62807ddb8601abcdef5cf78f71a314227b6679ebf5";

    assertThat(check(on(SECRET), "203.0.113.203", shown, 0x5cf78f71L)).isEqualTo(Result.VALID);
    assertThat(reply()).startsWith("fc93fc62807ddb86010000005cf78f71").isNotEqualTo(shown);
  }

  @Test
  void acceptsTheSecretBeforeAndAnswersWithTheNewOne() {
    // The fourth example of the standard.
    String client = "2001:db8:220:1:59de:d0f4:8769:82b8";
    String shown = "22681ab97d52c298010000005cf7c57926556bd0934c72f8";

    assertThat(check(on(NEW, OLD), client, shown, 1_559_741_961)).isEqualTo(Result.VALID);
    assertThat(reply()).isEqualTo("22681ab97d52c298010000005cf7c609a6bb79d16625507a");
    assertThat(check(on(NEW), client, shown, 1_559_741_961)).isEqualTo(Result.INVALID);
    assertThat(check(on(OLD).rolledTo(CookieSecret.parse(NEW)), client, shown, 1_559_741_961))
        .isEqualTo(Result.VALID);
  }

  @ParameterizedTest
  @CsvSource({
    "0, VALID, same",
    "1800, VALID, same",
    "1801, VALID, fresh",
    "3600, VALID, fresh",
    "3601, INVALID, fresh",
    "-300, VALID, same",
    "-301, INVALID, fresh",
    "-2147483648, INVALID, fresh"
  })
  void believesACookieForAnHourAndRenewsItAfterHalf(int age, Result result, String given) {
    check(on(SECRET), "192.0.2.1", CLIENT, NOW);
    String first = reply();

    assertThat(check(on(SECRET), "192.0.2.1", first, NOW + age)).isEqualTo(result);
    assertThat(reply().equals(first)).isEqualTo(given.equals("same"));
  }

  @Test
  void goesOnWhereTheSecondsOfACookieWrapAround() {
    long end = 0xffff_fff0L;
    check(on(SECRET), "192.0.2.1", CLIENT, end);
    String before = reply();

    assertThat(check(on(SECRET), "192.0.2.1", before, end + 100)).isEqualTo(Result.VALID);
  }

  @Test
  void tellsClientsApart() {
    check(on(SECRET), "192.0.2.1", CLIENT, NOW);
    String ours = reply();

    assertThat(check(on(SECRET), "192.0.2.2", ours, NOW)).isEqualTo(Result.INVALID);
    assertThat(check(on(SECRET), "2001:db8::1", ours, NOW)).isEqualTo(Result.INVALID);
    assertThat(check(on(NEW), "192.0.2.1", ours, NOW)).isEqualTo(Result.INVALID);
    assertThat(check(on(SECRET), "::ffff:192.0.2.1", ours, NOW)).isEqualTo(Result.VALID);
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 7, 8, 9, 12, 15, 16, 23})
  void noticesEachOctetThatIsChanged(int index) {
    check(on(SECRET), "192.0.2.1", CLIENT, NOW);
    byte[] changed = HexFormat.of().parseHex(reply());
    changed[index] ^= 0x10;

    assertThat(check(on(SECRET), "192.0.2.1", HexFormat.of().formatHex(changed), NOW))
        .isEqualTo(Result.INVALID);
  }

  @ParameterizedTest
  @ValueSource(ints = {8, 15, 17, 32})
  void givesANewOneForThoseOfOtherServers(int octets) {
    assertThat(check(on(SECRET), "192.0.2.1", CLIENT + "01".repeat(octets), NOW))
        .isEqualTo(Result.INVALID);
    assertThat(reply()).startsWith(CLIENT + "01000000").hasSize(48);
  }

  @Test
  void keepsSilentWithoutACookieOrASecret() {
    assertThat(check(on(SECRET), "192.0.2.1", "", NOW)).isEqualTo(Result.NONE);
    assertThat(check(Cookies.OFF, "192.0.2.1", CLIENT, NOW)).isEqualTo(Result.NONE);
  }

  @Test
  void neverShowsASecret() {
    Cookies cookies = Cookies.random(new SplittableRandom(1));

    assertThat(cookies).hasToString("Cookies[secrets=[cookie secret]]");
    assertThatThrownBy(() -> CookieSecret.parse("not-so-secret"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("cookie secret: 13 characters (expected: 32 hexadecimal digits)");
  }

  private static Cookies on(String... secrets) {
    CookieSecret[] all = new CookieSecret[secrets.length];
    for (int i = 0; i < all.length; i++) {
      all[i] = CookieSecret.parse(secrets[i]);
    }
    return Cookies.of(all);
  }

  private Result check(Cookies rules, String client, String cookie, long seconds) {
    String option = cookie.isEmpty() ? "" : String.format("000a%04x", cookie.length() / 2) + cookie;
    String opt = String.format("00002904d000000000%04x", option.length() / 2) + option;
    byte[] message = HexFormat.of().parseHex("123400000001000000000001" + "0000010001" + opt);
    QueryReader query = new QueryReader();
    assertThat(query.read(message, 0, message.length)).isEqualTo(QueryReader.Verdict.OK);
    return cookies.check(rules, query, sender(client), seconds);
  }

  private String reply() {
    return HexFormat.of().formatHex(cookies.reply());
  }
}
