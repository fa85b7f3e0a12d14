// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.lb.datapath.nft;

import io.dcosnet.api.Bytes;
import io.dcosnet.linux.netlink.Attribute;
import io.dcosnet.linux.netlink.Attributes;
import io.dcosnet.linux.netlink.Message;
import io.dcosnet.linux.netlink.Request;
import io.dcosnet.linux.nft.NftSocket;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * The table, its chains and its rules as the kernel has numbered them. The kernel gives a new
 * number to all that is made anew or replaced, so equal ones say that nobody changed anything,
 * without reading what the rules say. <b>Immutable.</b>
 *
 * @param chains names, without the table
 * @param shown one for each object, in the order of the kernel
 */
record Structure(List<String> chains, List<String> shown) {

  private static final int LIST_TABLES = 0x0a01;
  private static final int LIST_CHAINS = 0x0a04;
  private static final int LIST_RULES = 0x0a07;

  private static final int INET = 1;
  private static final int FIXED = 4;

  /** In messages about whatever is in a table, and about the table itself. */
  private static final int TABLE = 1;

  private static final int TABLE_FLAGS = 2;
  private static final int TABLE_HANDLE = 4;
  private static final int CHAIN_HANDLE = 2;
  private static final int CHAIN_NAME = 3;
  private static final int CHAIN_HOOK = 4;
  private static final int CHAIN_POLICY = 5;
  private static final int RULE_CHAIN = 2;
  private static final int RULE_HANDLE = 3;

  Structure {
    chains = List.copyOf(chains);
    shown = List.copyOf(shown);
  }

  /** Nothing when there is no table of ours. */
  static Structure read(NftSocket nft) {
    List<String> chains = new ArrayList<>();
    List<String> shown = new ArrayList<>();
    for (Attributes table : ours(nft, "tables", LIST_TABLES)) {
      shown.add("table " + table.get(TABLE_HANDLE).big64() + flags(table));
    }
    if (shown.isEmpty()) {
      return new Structure(chains, shown);
    }
    for (Attributes chain : ours(nft, "chains", LIST_CHAINS)) {
      String name = chain.get(CHAIN_NAME).text();
      chains.add(name);
      shown.add(
          "chain "
              + name
              + " "
              + chain.get(CHAIN_HANDLE).big64()
              + chain.find(CHAIN_HOOK).map(hook -> " " + Bytes.copyOf(hook.octets())).orElse("")
              + chain.find(CHAIN_POLICY).map(policy -> " policy " + policy.big32()).orElse(""));
    }
    for (Attributes rule : ours(nft, "rules", LIST_RULES)) {
      shown.add("rule " + rule.get(RULE_CHAIN).text() + " " + rule.get(RULE_HANDLE).big64());
    }
    return new Structure(chains, shown);
  }

  private static String flags(Attributes table) {
    return table
        .find(TABLE_FLAGS)
        .map(Attribute::big32)
        .filter(f -> f != 0)
        .map(f -> " " + f)
        .orElse("");
  }

  private static List<Attributes> ours(NftSocket nft, String what, int type) {
    Request request = Request.of("list", what, type, 0, writer -> writer.u8(INET).u8(0).big16(0));
    List<Attributes> ours = new ArrayList<>();
    for (Message message : nft.list(request)) {
      if (message.fixed(FIXED).get(0) == INET) {
        Attributes attributes = message.attributes(FIXED);
        if (isOurs(attributes)) {
          ours.add(attributes);
        }
      }
    }
    return ours;
  }

  /** Whether what the kernel tells is about our table, or something in it. */
  static boolean isOurs(Attributes attributes) {
    Optional<String> table = attributes.find(TABLE).map(Attribute::text);
    return table.filter(Rules.TABLE::equals).isPresent();
  }

  boolean isEmpty() {
    return shown.isEmpty();
  }
}
