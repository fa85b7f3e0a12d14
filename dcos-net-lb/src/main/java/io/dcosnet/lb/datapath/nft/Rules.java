// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.lb.datapath.nft;

import static java.util.stream.Collectors.joining;

import io.dcosnet.lb.vip.AddressRange;
import java.util.Collection;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;

/**
 * The text of the table, but for the elements of its sets. <b>Pure.</b>
 *
 * <p>Only the first packet of a connection comes to these rules, since all that matters hangs on
 * NAT; the others cost what tracking costs. In the order in which a packet meets them:
 *
 * <ul>
 *   <li>{@code incoming} and {@code local}, before the redirections of anybody else for the same
 *       port: to the address of a service? Then redirected to a slot, or refused at once.
 *   <li>{@code refused-here}: UDP that was let through for the node itself to refuse, for a process
 *       that gets EPERM for a packet that is refused on its way out would not know why.
 *   <li>{@code leaving}: gets the node's address as its source where the answer would not come back
 *       this way.
 * </ul>
 */
final class Rules {

  static final String TABLE = "dcosnet_lb";

  /** Redirections of others, such as for ports of containers, are at -100. */
  private static final int BEFORE_OTHERS = -105;

  /** Those who give packets a new source are at 100. */
  private static final int BEFORE_OTHER_SOURCES = 95;

  private static final String WHOLE = "inet " + TABLE;

  /** All but those that draw slots. */
  private static final Set<String> CHAINS =
      Set.of(
          "refuse",
          "service4",
          "service6",
          "local",
          "incoming",
          "refused-here",
          "source",
          "leaving");

  private Rules() {}

  /**
   * Commands that make the table, or its rules anew; elements stay. One transaction.
   *
   * @param chains that are there, or needed
   */
  static String commands(NftConfig config, Collection<Chain> chains) {
    StringBuilder text = new StringBuilder();
    text.append("add table ").append(WHOLE).append('\n');
    text.append("flush table ").append(WHOLE).append('\n');
    sets(text, "4", "ip", "ipv4_addr");
    sets(text, "6", "ip6", "ipv6_addr");
    text.append("add set ").append(WHOLE);
    text.append(" turning { typeof meta iif . meta oif; size 4096; flags dynamic,timeout;");
    text.append(" timeout 1h; }\n");
    for (Chain chain : chains) {
      text.append(chain.commands());
    }
    chain(
        text,
        "refuse",
        "",
        "meta l4proto tcp reject with tcp reset",
        "meta l4proto udp fib daddr type local accept",
        "meta l4proto udp reject with icmpx type port-unreachable",
        "meta l4proto { icmp, icmpv6 } accept",
        "reject with icmpx type host-unreachable");
    service(text, "4", "ip");
    service(text, "6", "ip6");
    nat(text, "local", "output", config, "");
    nat(text, "incoming", "prerouting", config, "update @turning { meta iif . meta iif } ");
    refusedHere(text, config);
    leaving(text, config.snat());
    return text.toString();
  }

  /** Commands that delete chains which are none of ours, once nothing leads there. */
  static String deletions(Collection<String> chains) {
    return chains.stream()
        .filter(name -> !CHAINS.contains(name) && Chain.parse(name).isEmpty())
        .map(name -> "delete chain " + WHOLE + " " + name + "\n")
        .collect(joining());
  }

  /** Commands after which nothing new is redirected, nor refused. */
  static String withdrawal() {
    return Stream.of("local", "incoming", "refused-here")
        .map(chain -> "flush chain " + WHOLE + " " + chain + "\n")
        .collect(joining());
  }

  private static void sets(StringBuilder text, String version, String family, String type) {
    text.append("add map ").append(WHOLE).append(" vips").append(version).append(" { type ");
    text.append(type).append(" . inet_proto . inet_service : verdict; counter; }\n");
    text.append("add map ").append(WHOLE).append(" backends").append(version);
    text.append(" { typeof numgen inc mod 2 . ").append(family);
    text.append(" daddr . meta l4proto . th dport : ")
        .append(family)
        .append(" daddr . tcp dport; }\n");
    text.append("add set ").append(WHOLE).append(" addresses").append(version);
    text.append(" { type ").append(type).append("; }\n");
  }

  /**
   * A packet in the midst of a connection that nobody knows is one of a connection that was cut:
   * its client gets a reset, by the node itself where it can. For the node also knows connections
   * from before there was any tracking, which go on.
   */
  private static void service(StringBuilder text, String version, String family) {
    chain(
        text,
        "service" + version,
        "",
        "ct state != new return",
        "tcp flags & (fin | syn | rst | ack) != syn fib daddr type local accept",
        "tcp flags & (fin | syn | rst | ack) != syn reject with tcp reset",
        family + " daddr . meta l4proto . th dport vmap @vips" + version,
        "goto refuse");
  }

  private static void nat(
      StringBuilder text, String name, String hook, NftConfig config, String first) {
    String begin = "type nat hook " + hook + " priority " + BEFORE_OTHERS + "; policy accept;";
    chain(
        text,
        name,
        begin,
        "ip daddr @addresses4 " + first + "jump service4",
        "ip6 daddr @addresses6 " + first + "jump service6",
        inRanges(config, true, "ct state new goto refuse"),
        inRanges(config, false, "ct state new goto refuse"));
  }

  private static String inRanges(NftConfig config, boolean ipv4, String verdict) {
    List<AddressRange> ranges =
        config.vipRanges().stream().filter(range -> range.first().isIpv4() == ipv4).toList();
    return ranges.isEmpty()
        ? ""
        : ranges.stream()
            .map(range -> range.first() + "-" + range.last())
            .collect(joining(", ", (ipv4 ? "ip" : "ip6") + " daddr { ", " } " + verdict));
  }

  private static void refusedHere(StringBuilder text, NftConfig config) {
    String reject = "reject with icmpx type port-unreachable";
    chain(
        text,
        "refused-here",
        "type filter hook input priority -10; policy accept;",
        "ct state != new accept",
        "meta l4proto != udp accept",
        "ip daddr @addresses4 " + reject,
        "ip6 daddr @addresses6 " + reject,
        inRanges(config, true, reject),
        inRanges(config, false, reject));
  }

  private static void leaving(StringBuilder text, NftConfig.Snat snat) {
    String turning = snat == NftConfig.Snat.AUTO ? "meta iif . meta oif @turning masquerade" : "";
    chain(
        text,
        "source",
        "",
        snat == NftConfig.Snat.ALWAYS ? "masquerade" : turning,
        // A local process that found no other address for itself than the one it calls.
        "ip saddr @addresses4 masquerade",
        "ip6 saddr @addresses6 masquerade",
        "ip6 saddr ::1 masquerade");
    chain(
        text,
        "leaving",
        "type nat hook postrouting priority " + BEFORE_OTHER_SOURCES + "; policy accept;",
        "oifname \"lo\" return",
        "ct status dnat ct original ip daddr @addresses4 jump source",
        "ct status dnat ct original ip6 daddr @addresses6 jump source");
  }

  private static void chain(StringBuilder text, String name, String hook, String... rules) {
    String chain = WHOLE + " " + name;
    text.append("add chain ").append(chain);
    text.append(hook.isEmpty() ? "" : " { " + hook + " }").append('\n');
    for (String rule : rules) {
      if (!rule.isEmpty()) {
        text.append("add rule ").append(chain).append(' ').append(rule).append('\n');
      }
    }
  }
}
