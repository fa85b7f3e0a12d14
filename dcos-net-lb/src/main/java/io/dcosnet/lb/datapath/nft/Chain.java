// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.lb.datapath.nft;

import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A chain that draws one of so many slots, for all services that have so many. <b>Immutable.</b>
 *
 * @param hashed whether by the address of the client, else by lot
 */
record Chain(boolean ipv4, boolean hashed, int slots) {

  /** Any number; the same on all nodes, so that a client has the same slot on all of them. */
  private static final String SEED = "0x5eed";

  private static final Pattern NAME = Pattern.compile("slot([46])-(hash|lot)-([1-9][0-9]{0,7})");

  String name() {
    return "slot" + (ipv4 ? "4-" : "6-") + (hashed ? "hash-" : "lot-") + slots;
  }

  /** The chain of a name; empty when it is none of these. */
  static Optional<Chain> parse(String name) {
    Matcher matcher = NAME.matcher(name);
    return matcher.matches()
        ? Optional.of(
            new Chain(
                matcher.group(1).equals("4"),
                matcher.group(2).equals("hash"),
                Integer.parseInt(matcher.group(3))))
        : Optional.empty();
  }

  /** Command that deletes it; refused while elements lead there. */
  String deletion() {
    return "delete chain inet " + Rules.TABLE + " " + name() + "\n";
  }

  /** Commands that make it, or make its rules anew. */
  String commands() {
    String family = ipv4 ? "ip" : "ip6";
    String draw =
        hashed
            ? "jhash " + family + " saddr mod " + slots + " seed " + SEED
            : "numgen random mod " + slots;
    StringBuilder text = new StringBuilder();
    String chain = "inet " + Rules.TABLE + " " + name();
    text.append("add chain ").append(chain).append('\n');
    text.append("flush chain ").append(chain).append('\n');
    for (String protocol : new String[] {"tcp", "udp"}) {
      // One rule for both is refused: redirecting to a port needs to know the protocol.
      text.append("add rule ").append(chain).append(" meta l4proto ").append(protocol);
      text.append(" dnat ").append(family).append(" to ").append(draw);
      text.append(" . ").append(family).append(" daddr . meta l4proto . th dport map @");
      text.append(ipv4 ? "backends4" : "backends6").append('\n');
    }
    return text.toString();
  }
}
