// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.standalone.config;

import io.dcosnet.api.net.Cidr;
import io.dcosnet.dns.defend.Access;
import io.dcosnet.dns.defend.AccessPolicy;
import io.dcosnet.dns.defend.RateLimit;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Sections {@code dns.access}, {@code dns.rateLimit} and {@code dns.cookies}: who gets answers, and
 * how often. <b>Immutable.</b>
 *
 * @param cookies whether clients get cookies
 * @param secretsFile secrets of the cookies; null for one that lives as long as the node
 */
public record DefenceConfig(
    AccessPolicy access, RateLimit rateLimit, boolean cookies, @Nullable Path secretsFile) {

  private static final int MAX_RATE = 100_000;

  static DefenceConfig read(Section dns) {
    AccessPolicy access =
        access(dns.section("access", "Who may ask the DNS server what (docs/dns-defence.md)."));
    RateLimit limit =
        rateLimit(
            dns.section(
                "rateLimit", "How often a network gets the same answer over UDP, each second."));
    Section cookies =
        dns.section("cookies", "Cookies by which clients prove their addresses (RFC 9018).");
    boolean enabled = cookies.value("enabled", Kind.FLAG, true, "Whether clients get cookies.");
    Path secrets =
        cookies.optional(
            "secretsFile",
            cookies.readableFile(),
            "File with one to three secrets, each a line of 32 hexadecimal digits: the first makes"
                + " cookies, all are accepted. Without: a new one at each start.");
    return new DefenceConfig(access, limit, enabled, secrets);
  }

  private static AccessPolicy access(Section access) {
    List<Cidr> query =
        prefixes(access, "query", "The only clients that may ask anything. Empty: everybody.");
    List<Cidr> refuse = prefixes(access, "refuse", "Clients that are refused.");
    List<Cidr> drop = prefixes(access, "drop", "Clients that get silence.");
    List<Cidr> recursion =
        prefixes(
            access,
            "recursion",
            "Clients for which other servers are asked, beside those with loopback, link-local and"
                + " private addresses and this host.");
    List<Cidr> noRecursion =
        prefixes(access, "noRecursion", "Clients for which others are not asked all the same.");
    Map<String, List<Cidr>> zones =
        access.map(
            "zones",
            "ORIGIN",
            Kind.listOf(Kind.PREFIX),
            "The only clients that are told of names at and below ORIGIN.");
    AccessPolicy.Builder policy = AccessPolicy.builder();
    if (!query.isEmpty()) {
      policy.onlyClients(array(query));
    }
    policy
        .clients(Access.REFUSE, array(refuse))
        .clients(Access.DROP, array(drop))
        .recursion(true, array(recursion))
        .recursion(false, array(noRecursion));
    access.byName("zones", zones).forEach((zone, only) -> policy.zoneOnlyFor(zone, array(only)));
    return policy.build();
  }

  private static List<Cidr> prefixes(Section access, String key, String help) {
    return access.list(key, Kind.PREFIX, List.of(), help);
  }

  private static Cidr[] array(List<Cidr> prefixes) {
    return prefixes.toArray(Cidr[]::new);
  }

  private static RateLimit rateLimit(Section limit) {
    RateLimit defaults = RateLimit.DEFAULTS;
    boolean enabled = limit.value("enabled", Kind.FLAG, true, "Whether there are limits.");
    RateLimit read =
        new RateLimit(
            rate(
                limit,
                "responses",
                defaults.responses(),
                "Answers with the same name; 0: no limit."),
            rate(limit, "nonexistent", defaults.nonexistent(), "Denials from the same zone."),
            rate(limit, "errors", defaults.errors(), "Other errors."),
            rate(limit, "all", defaults.all(), "Answers of any kind."),
            rate(limit, "queries", defaults.queries(), "Queries over any transport."),
            limit.value(
                "slip",
                Kind.number(0, 10),
                defaults.slip(),
                "Each how many-th answer above a limit is sent cut; 0: none."),
            limit.value(
                "ipv4Bits", Kind.number(1, 32), defaults.ipv4Bits(), "Prefix length of a network."),
            limit.value(
                "ipv6Bits",
                Kind.number(1, 128),
                defaults.ipv6Bits(),
                "Prefix length of a network."),
            limit.list("exempt", Kind.PREFIX, defaults.exempt(), "Networks without limits."),
            defaults.entries());
    return enabled ? read : RateLimit.OFF;
  }

  private static int rate(Section limit, String key, int byDefault, String help) {
    return limit.value(key, Kind.number(0, MAX_RATE), byDefault, help);
  }
}
