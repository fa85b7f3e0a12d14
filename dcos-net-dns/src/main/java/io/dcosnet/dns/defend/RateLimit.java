// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.dns.defend;

import static java.util.Objects.requireNonNull;

import io.dcosnet.api.net.Cidr;
import java.util.ArrayList;
import java.util.List;

/**
 * How often a network of clients gets the same answer over UDP, where its addresses may be forged
 * so that the answers hit somebody else (response rate limiting). Of the answers above a limit some
 * are sent cut, so that real clients come again over TCP, and the others not at all.
 *
 * <p>Clients that showed a valid cookie are not limited, and those of exempt networks neither.
 * Limits hold for a server as a whole, over all its threads. Zero switches a limit off.
 *
 * <p><b>Immutable.</b>
 *
 * @param responses answers each second with the same name to one network
 * @param nonexistent denials of names (NXDOMAIN) each second from the same zone
 * @param errors other errors each second
 * @param all answers of any kind each second
 * @param queries queries each second, over any transport, before they are answered at all
 * @param slip each how many-th answer above a limit is sent cut: 1 all of them, 0 none
 * @param ipv4Bits prefix length that makes a network of IPv4 clients
 * @param ipv6Bits the same for IPv6
 * @param exempt networks without limits
 * @param entries answers remembered at a time, rounded up to a power of two; 8 octets each
 */
public record RateLimit(
    int responses,
    int nonexistent,
    int errors,
    int all,
    int queries,
    int slip,
    int ipv4Bits,
    int ipv6Bits,
    List<Cidr> exempt,
    int entries) {

  /**
   * 100 answers, 50 denials and 20 errors each second to a /24 or /56. The host itself is free,
   * also by its other addresses as long as just these networks are exempt.
   */
  public static final RateLimit DEFAULTS =
      new RateLimit(
          100,
          50,
          20,
          0,
          0,
          2,
          24,
          56,
          List.of(Cidr.parse("127.0.0.0/8"), Cidr.parse("::1/128")),
          1 << 16);

  /** No limits. */
  public static final RateLimit OFF = new RateLimit(0, 0, 0, 0, 0, 0, 24, 56, List.of(), 8);

  private static final int MAX_RATE = 100_000;

  public RateLimit {
    requireNonNull(exempt, "exempt");
    exempt = List.copyOf(exempt);
    List<String> problems = new ArrayList<>();
    check("responses", responses, 0, MAX_RATE, problems);
    check("nonexistent", nonexistent, 0, MAX_RATE, problems);
    check("errors", errors, 0, MAX_RATE, problems);
    check("all", all, 0, MAX_RATE, problems);
    check("queries", queries, 0, MAX_RATE, problems);
    check("slip", slip, 0, 10, problems);
    check("ipv4Bits", ipv4Bits, 1, 32, problems);
    check("ipv6Bits", ipv6Bits, 1, 128, problems);
    check("entries", entries, 8, 1 << 24, problems);
    if (!problems.isEmpty()) {
      throw new IllegalArgumentException(String.join("\n", problems));
    }
  }

  private static void check(String option, int value, int low, int high, List<String> problems) {
    if (value < low || value > high) {
      problems.add("rateLimit." + option + ": " + value + " (expected: " + low + "-" + high + ")");
    }
  }

  /** The same with other rates for answers, denials and errors. */
  public RateLimit withRates(int ofResponses, int ofNonexistent, int ofErrors) {
    return new RateLimit(
        ofResponses,
        ofNonexistent,
        ofErrors,
        all,
        queries,
        slip,
        ipv4Bits,
        ipv6Bits,
        exempt,
        entries);
  }

  /** The same with limits for everything that a network gets and asks. */
  public RateLimit withTotals(int ofAll, int ofQueries) {
    return new RateLimit(
        responses,
        nonexistent,
        errors,
        ofAll,
        ofQueries,
        slip,
        ipv4Bits,
        ipv6Bits,
        exempt,
        entries);
  }

  /** The same with another slip. */
  public RateLimit withSlip(int every) {
    return new RateLimit(
        responses, nonexistent, errors, all, queries, every, ipv4Bits, ipv6Bits, exempt, entries);
  }

  /** The same with further networks that have no limits. */
  public RateLimit andExempt(Cidr... networks) {
    List<Cidr> more = new ArrayList<>(exempt);
    more.addAll(List.of(networks));
    return new RateLimit(
        responses, nonexistent, errors, all, queries, slip, ipv4Bits, ipv6Bits, more, entries);
  }

  /** True when some limit is set. */
  public boolean isOn() {
    return responses + nonexistent + errors + all + queries > 0;
  }
}
