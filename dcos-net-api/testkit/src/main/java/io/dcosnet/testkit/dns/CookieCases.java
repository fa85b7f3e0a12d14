// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.testkit.dns;

import static io.dcosnet.testkit.dns.ConformanceCase.Level.MUST;
import static io.dcosnet.testkit.dns.ConformanceCase.Level.SHOULD;
import static io.dcosnet.testkit.dns.raw.Codes.BADCOOKIE;
import static io.dcosnet.testkit.dns.raw.Codes.FORMERR;
import static io.dcosnet.testkit.dns.raw.Codes.NOERROR;
import static io.dcosnet.testkit.dns.raw.Codes.OPTION_COOKIE;

import io.dcosnet.testkit.dns.raw.RawDns;
import io.dcosnet.testkit.dns.raw.RawMessage;
import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** DNS cookies; all cases are skipped for a server that does not know them. */
final class CookieCases {

  private static final byte[] CLIENT = RawDns.hex("a1b2c3d4e5f60718");
  private static final int CLIENT_OCTETS = 8;
  private static final int MAX_OCTETS = 40;

  private CookieCases() {}

  static List<ConformanceCase> all() {
    CaseList cases = new CaseList("cookie");
    good(cases);
    bad(cases);
    return cases.all();
  }

  private static RawDns query(Conversation talk, byte[] cookie) {
    return talk.goodQuery().opt(1232, 0, 0, RawDns.option(OPTION_COOKIE, cookie));
  }

  /** The cookie that a new client is given. */
  private static byte[] first(Conversation talk) throws IOException {
    Reply reply = talk.ask(query(talk, CLIENT));
    byte[] cookie = reply.message().option(OPTION_COOKIE);
    if (cookie == null) {
      throw talk.skip("the server gives no cookies");
    }
    reply.rcode(NOERROR, BADCOOKIE).check(isWhole(cookie, CLIENT), "the client's cookie and ours");
    return cookie;
  }

  private static boolean isWhole(byte @Nullable [] cookie, byte[] client) {
    return cookie != null
        && cookie.length >= CLIENT_OCTETS + 8
        && cookie.length <= MAX_OCTETS
        && Arrays.equals(client, 0, CLIENT_OCTETS, cookie, 0, CLIENT_OCTETS);
  }

  private static boolean hasWhole(RawMessage reply) {
    return isWhole(reply.option(OPTION_COOKIE), CLIENT);
  }

  private static void good(CaseList cases) {
    cases
        .both(
            "gives-one",
            "RFC 7873 §5.2.3",
            MUST,
            "the client's cookie and 8 to 32 octets of the server's",
            talk -> first(talk))
        .both(
            "takes-its-own",
            "RFC 7873 §5.2.5",
            MUST,
            "an answer and a cookie to one that was given before",
            talk ->
                talk.ask(query(talk, first(talk)))
                    .rcode(NOERROR)
                    .answers(1)
                    .check(CookieCases::hasWhole, "a cookie"))
        .both(
            "gives-each-client-another-one",
            "RFC 9018 §4",
            MUST,
            "another server cookie for another client cookie",
            talk -> {
              byte[] one = first(talk);
              byte[] client = RawDns.hex("1111111111111111");
              byte[] other = talk.ask(query(talk, client)).message().option(OPTION_COOKIE);
              boolean differ =
                  isWhole(other, client)
                      && other != null
                      && !Arrays.equals(
                          one, CLIENT_OCTETS, one.length, other, CLIENT_OCTETS, other.length);
              if (!differ) {
                throw new AssertionError("the same server cookie for two clients");
              }
            })
        .both(
            "none-without-asking",
            "RFC 7873 §5.2.1",
            MUST,
            "no cookie in the response to a query without one",
            talk -> {
              first(talk);
              talk.ask(talk.goodQuery().opt(1232))
                  .check(reply -> reply.option(OPTION_COOKIE) == null, "no cookie");
            })
        .both(
            "query-for-a-cookie-alone",
            "RFC 7873 §5.4",
            SHOULD,
            "NOERROR with a cookie to a query without a question",
            talk -> {
              byte[] cookie = first(talk);
              RawDns query = RawDns.message().opt(1232, 0, 0, RawDns.option(OPTION_COOKIE, cookie));
              talk.ask(query).rcode(NOERROR).answers(0).check(CookieCases::hasWhole, "a cookie");
            });
  }

  private static void bad(CaseList cases) {
    for (int length : new int[] {0, 1, 7, 9, 15, 41, 100}) {
      cases.both(
          "refuses-" + length + "-octets",
          "RFC 7873 §5.2.2",
          MUST,
          "FORMERR: no cookie has this length",
          talk -> {
            first(talk);
            talk.ask(query(talk, new byte[length])).rcode(FORMERR).answers(0);
          });
    }
    cases
        .both(
            "takes-a-wrong-one-as-none",
            "RFC 7873 §5.2.4",
            MUST,
            "an answer or BADCOOKIE, and a right cookie",
            talk -> {
              byte[] wrong = first(talk).clone();
              wrong[wrong.length - 1] ^= 1;
              talk.ask(query(talk, wrong))
                  .rcode(NOERROR, BADCOOKIE)
                  .check(CookieCases::hasWhole, "a cookie")
                  .check(
                      reply -> !Arrays.equals(reply.option(OPTION_COOKIE), wrong),
                      "not the wrong one again");
            })
        .both(
            "takes-one-of-another-length-as-wrong",
            "RFC 7873 §5.2.4",
            MUST,
            "an answer or BADCOOKIE, and a right cookie",
            talk -> {
              byte[] given = first(talk);
              int length = given.length == MAX_OCTETS ? 24 : MAX_OCTETS;
              talk.ask(query(talk, Arrays.copyOf(given, length)))
                  .rcode(NOERROR, BADCOOKIE)
                  .check(CookieCases::hasWhole, "a cookie");
            })
        .both(
            "takes-the-first-of-two",
            "RFC 7873 §5.2",
            MUST,
            "a cookie for the first one, or FORMERR",
            talk -> {
              first(talk);
              RawDns query =
                  talk.goodQuery()
                      .opt(
                          1232,
                          0,
                          0,
                          RawDns.option(OPTION_COOKIE, CLIENT),
                          RawDns.option(OPTION_COOKIE, RawDns.hex("2222222222222222")));
              talk.ask(query)
                  .rcode(NOERROR, BADCOOKIE, FORMERR)
                  .check(
                      reply -> reply.rcode() == FORMERR || hasWhole(reply),
                      "a cookie for the first one");
            });
  }
}
