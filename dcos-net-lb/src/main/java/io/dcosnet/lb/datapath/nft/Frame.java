// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.lb.datapath.nft;

import io.dcosnet.api.DcosNetException;
import io.dcosnet.linux.nft.NftGeneration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The table but for its elements: makes its chains and rules, and knows whether they are still what
 * was made. <b>Confined to</b> one thread.
 */
final class Frame {

  /** Chains that no service needs now may be needed again soon, and cost next to nothing. */
  private static final int MAX_SPARE_CHAINS = 64;

  /** Somebody changes rules all the time, and making them again does not help. */
  private static final int MAX_TRIES = 5;

  private static final Logger LOGGER = LoggerFactory.getLogger(Frame.class);

  private final NftConfig config;

  /** Chains for slots that are in the kernel, with their rules. */
  private final Set<Chain> chains = new HashSet<>();

  private @Nullable Structure made;

  Frame(NftConfig config) {
    this.config = config;
  }

  /** What was made, as the kernel numbered it; null when somebody else may have been at it. */
  @Nullable Structure made() {
    return made;
  }

  /**
   * Makes all rules in one transaction, of which packets see nothing when they are as before.
   * Chains of others go from the table.
   *
   * @param withheld whether nobody is to be refused yet, nor redirected
   * @param wanted services with all their elements, should the table have to be made anew: then
   *     these are there from the same moment on
   */
  void make(Kernel kernel, boolean withheld, Services wanted) {
    made = null;
    for (int i = 0; made == null && i < MAX_TRIES; i++) {
      Structure found = kernel.structure();
      Set<Chain> ours = new HashSet<>();
      found.chains().forEach(name -> Chain.parse(name).ifPresent(ours::add));
      try {
        String foreign = Rules.deletions(found.chains());
        note(kernel, Rules.commands(config, ours) + foreign + withdrawal(withheld));
      } catch (DcosNetException e) {
        if (found.isEmpty()) {
          throw e;
        }
        if (i < MAX_TRIES - 1 && !kernel.structure().equals(found)) {
          continue; // it may have been about something that is gone
        }
        ours.clear();
        ours.addAll(replace(kernel, withheld, wanted, e));
      }
      chains.clear();
      chains.addAll(ours);
      forgetForeign();
    }
  }

  /** A chain that somebody made after it was looked which ones there are is none of ours. */
  private void forgetForeign() {
    Structure now = made;
    if (now != null && !Rules.deletions(now.chains()).isEmpty()) {
      made = null;
    }
  }

  private static String withdrawal(boolean withheld) {
    return withheld ? Rules.withdrawal() : "";
  }

  /**
   * In place of one that has sets of other types or chains at other hooks, as another version would
   * have them. It may carry connections, so nothing is refused in between.
   */
  private Set<Chain> replace(
      Kernel kernel, boolean withheld, Services wanted, DcosNetException why) {
    LOGGER.warn(
        "table {} is made anew, as it cannot be adopted: {}", Rules.TABLE, why.getMessage());
    String deletion = "delete table inet " + Rules.TABLE + "\n";
    try {
      Set<Chain> needed = Set.copyOf(wanted.chains());
      String elements = Words.load(wanted.contents());
      note(kernel, deletion + Rules.commands(config, needed) + elements + withdrawal(withheld));
      return needed;
    } catch (DcosNetException e) {
      LOGGER.warn("table {} is made without elements at first: {}", Rules.TABLE, e.getMessage());
      note(kernel, deletion + Rules.commands(config, Set.of()) + withdrawal(withheld));
      return Set.of();
    }
  }

  /**
   * Makes chains that are lacking.
   *
   * @return those that the kernel does not take, and its words
   * @throws DcosNetException when somebody has changed something in the table
   */
  Map<Chain, String> add(Kernel kernel, Collection<Chain> needed) {
    if (chains.containsAll(needed)) {
      return Map.of();
    }
    checkUnchanged(kernel);
    List<Chain> missing = new ArrayList<>(needed);
    missing.removeAll(chains);
    Map<Chain, String> refused = new HashMap<>();
    try {
      note(kernel, missing.stream().map(Chain::commands).collect(Collectors.joining()));
      chains.addAll(missing);
    } catch (DcosNetException all) {
      for (Chain chain : missing) {
        try {
          note(kernel, chain.commands());
          chains.add(chain);
        } catch (DcosNetException e) {
          refused.put(chain, String.valueOf(e.getMessage()));
        }
      }
    }
    return refused;
  }

  private void checkUnchanged(Kernel kernel) {
    Structure known = made;
    if (known == null || !kernel.structure().equals(known)) {
      throw new DcosNetException("table " + Rules.TABLE + " was changed by somebody else");
    }
  }

  /** Removes chains without use when there are many. */
  void dropSpare(Kernel kernel, Collection<Chain> needed) {
    List<Chain> spare = new ArrayList<>(chains);
    spare.removeAll(needed);
    if (spare.size() > MAX_SPARE_CHAINS) {
      checkUnchanged(kernel);
      note(kernel, spare.stream().map(Chain::deletion).collect(Collectors.joining()));
      spare.forEach(chains::remove);
    }
  }

  /**
   * Runs commands and notes what they made. But what somebody else did in the same moment must not
   * be taken for our own: the kernel counts transactions, and there may be one only.
   */
  private void note(Kernel kernel, String commands) {
    NftGeneration before = kernel.generation();
    kernel.run(commands);
    Structure now = kernel.structure();
    made = kernel.generation().isNextAfter(before) ? now : null;
  }
}
