// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.overlay.apply;

import io.dcosnet.api.net.Cidr;
import io.dcosnet.linux.Errno;
import io.dcosnet.linux.KernelException;
import io.dcosnet.linux.nft.NftException;
import io.dcosnet.linux.nft.NftFamily;
import io.dcosnet.overlay.apply.Filters.ForwardChain;
import io.dcosnet.overlay.config.Backend;
import io.dcosnet.overlay.desired.DesiredState;
import io.dcosnet.overlay.host.HostObject;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Keeps the rules of netfilter: reading them takes longer than anything else, so it remembers what
 * it has done last. <b>Not thread-safe.</b>
 */
final class Filtering {

  /** How nft says that something is not to be changed by us. */
  private static final String LOCKED = "Operation not permitted";

  private @Nullable Set<Cidr> done;

  /** As the kernel tells what we told it, where that is not the same. */
  private final Map<NftFamily, String> shown = new EnumMap<>(NftFamily.class);

  private final Set<String> passed = new HashSet<>();

  /** Names of tables of others in which rules of ours are, as of the last time. */
  Set<String> passed() {
    return passed;
  }

  /** The addresses whose packets a host gives its own address. <b>Pure.</b> */
  static Set<Cidr> spaces(DesiredState state) {
    return state.backend() == Backend.NONE ? Set.of() : state.spaces();
  }

  /**
   * Makes the rules true.
   *
   * @param read whether somebody else may have changed them
   */
  void apply(DesiredState state, Filters filters, Steps steps, boolean read) {
    Set<Cidr> spaces = spaces(state);
    if (!read && spaces.equals(done)) {
      return;
    }
    done = null;
    Optional<String> lack = filters.unavailableBecause();
    if (lack.isPresent()) {
      if (!spaces.isEmpty()) {
        steps.fault(HostObject.FILTER, "nft", "NFT", lack.get());
      }
      return;
    }
    int before = steps.faults().size();
    try {
      Set<String> ipv6 = state.ipv6Overlays();
      FilterRules.FAMILIES.forEach(family -> table(family, spaces, ipv6, filters, steps));
      passed.clear();
      List<ForwardChain> chains =
          filters.forwardChains(
              (place, reason) ->
                  steps.fault(HostObject.FILTER, "nft list chain " + place, "NFT", reason));
      for (ForwardChain chain : chains) {
        passes(chain, spaces, filters, steps);
        if (chain.drops() && !spaces.isEmpty()) {
          passed.add(chain.table());
        }
      }
    } catch (NftException e) {
      steps.fault(HostObject.FILTER, "nft list", "NFT", String.valueOf(e.getMessage()));
    } catch (KernelException e) {
      steps.fault(HostObject.FILTER, "nft", e.errno().name(), String.valueOf(e.getMessage()));
    }
    if (steps.faults().size() == before) {
      done = spaces;
    }
  }

  private void table(
      NftFamily family, Set<Cidr> spaces, Set<String> ipv6, Filters filters, Steps steps) {
    List<Cidr> own = FilterRules.of(family, spaces);
    Optional<String> there = filters.table(family).map(FilterRules::normalised);
    String name = FilterRules.name(family);
    if (own.isEmpty()) {
      if (there.isPresent()) {
        boolean unused =
            steps.run(
                Change.REMOVE,
                HostObject.FILTER,
                List.of("nft delete table " + name),
                List.of(),
                () -> filters.deleteTable(family));
      }
      return;
    }
    String text = FilterRules.table(family, own);
    String expected = FilterRules.normalised(text);
    boolean same =
        there.isPresent()
            && (there.get().equals(expected) || (there.get() + expected).equals(shown.get(family)));
    if (!same) {
      boolean made =
          steps.run(
              there.isPresent() ? Change.CHANGE : Change.ADD,
              HostObject.FILTER,
              List.of("nft -f - <<'E'", text + "E"),
              family == NftFamily.IP6 ? ipv6 : List.of(),
              () -> filters.replaceTable(family, text));
      if (made) {
        filters
            .table(family)
            .map(FilterRules::normalised)
            .ifPresent(now -> shown.put(family, now + expected));
      }
    }
  }

  private static void passes(ForwardChain chain, Set<Cidr> spaces, Filters filters, Steps steps) {
    Map<String, String> wanted = FilterRules.passes(chain.family(), spaces);
    List<String> surplus = new ArrayList<>();
    chain
        .ours()
        .forEach(
            (comment, handle) -> {
              if (!wanted.containsKey(comment)) {
                surplus.add("delete rule " + chain.place() + " handle " + handle);
              }
            });
    List<String> missing = new ArrayList<>();
    if (chain.drops()) {
      wanted.forEach(
          (comment, rule) -> {
            if (!chain.ours().containsKey(comment)) {
              missing.add(
                  "insert rule " + chain.place() + " " + rule + " comment \"" + comment + "\"");
            }
          });
    }
    run(Change.REMOVE, surplus, filters, steps);
    run(Change.ADD, missing, filters, steps);
  }

  /** Of a chain of others, whose program may have locked its table: then only it can do it. */
  private static void change(List<String> commands, Filters filters) {
    try {
      filters.run(String.join("\n", commands) + "\n");
    } catch (NftException e) {
      if (String.valueOf(e.getMessage()).contains(LOCKED)) {
        throw new KernelException(
            "change a chain that drops packets of overlays, for a running program owns its table"
                + " (as firewalld with NftablesTableOwner=yes): let that program accept them, or"
                + " not own the table",
            Errno.EPERM);
      }
      throw e;
    }
  }

  private static void run(Change change, List<String> commands, Filters filters, Steps steps) {
    if (!commands.isEmpty()) {
      boolean unused =
          steps.run(
              change,
              HostObject.FILTER,
              commands.stream().map(command -> "nft " + command).toList(),
              List.of(),
              () -> change(commands, filters));
    }
  }
}
