// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.overlay.apply;

import static java.util.Objects.requireNonNull;

import io.dcosnet.linux.nft.NftFamily;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.BiConsumer;

/**
 * The rules of netfilter that are ours: tables of our own, and rules that let our packets pass
 * chains of others. Methods throw {@link io.dcosnet.linux.nft.NftException} when they are refused.
 */
interface Filters {

  /**
   * A chain of somebody else that sees packets which this host hands on.
   *
   * @param family of its table
   * @param drops whether it drops what no rule of it lets through, by its policy or its last rule
   * @param ours handles of rules of ours in it, by their comments
   */
  record ForwardChain(
      NftFamily family, String table, String name, boolean drops, Map<String, Integer> ours) {
    public ForwardChain {
      requireNonNull(family, "family");
      ours = Map.copyOf(ours);
    }

    /** As nft names it: {@code ip filter FORWARD}. */
    String place() {
      return family + " " + table + " " + name;
    }
  }

  /** Why there can be none; empty when there can. */
  Optional<String> unavailableBecause();

  /** Our table of a family as the kernel tells it; empty when there is none. */
  Optional<String> table(NftFamily family);

  /**
   * Those that can be read.
   *
   * @param unread is told of the others: their place, and why
   */
  List<ForwardChain> forwardChains(BiConsumer<String, String> unread);

  /** Runs commands of nft as one transaction. */
  void run(String commands);

  /** Puts a table of ours in the place of the one that is there. */
  default void replaceTable(NftFamily family, String text) {
    run("add table " + FilterRules.name(family) + "\n" + deletion(family) + text);
  }

  default void deleteTable(NftFamily family) {
    run(deletion(family));
  }

  private static String deletion(NftFamily family) {
    return "delete table " + FilterRules.name(family) + "\n";
  }
}
