// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.overlay.apply;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.dcosnet.linux.Errno;
import io.dcosnet.linux.KernelException;
import io.dcosnet.linux.nft.NftException;
import io.dcosnet.linux.nft.NftFamily;
import io.dcosnet.linux.nft.Nftables;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;

/** Netfilter by libnftables, which is loaded when it is needed first. <b>Not thread-safe.</b> */
final class NftFilters implements Filters, AutoCloseable {

  private static final ObjectMapper JSON = new ObjectMapper();

  /** How nft says that there is none any more. */
  private static final String GONE = "No such file or directory";

  private @Nullable Nftables nftables;

  @Override
  public Optional<String> unavailableBecause() {
    return Nftables.unavailableBecause();
  }

  @Override
  public Optional<String> table(NftFamily family) {
    String table = "table " + FilterRules.name(family);
    boolean there = open().run("list tables " + family).lines().anyMatch(table::equals);
    return there ? Optional.of(open().run("list " + table)) : Optional.empty();
  }

  @Override
  public List<ForwardChain> forwardChains(BiConsumer<String, String> unread) {
    List<ForwardChain> chains = new ArrayList<>();
    for (JsonNode entry : objects("list chains")) {
      JsonNode chain = entry.path("chain");
      Optional<NftFamily> family = family(chain.path("family").asText());
      String table = chain.path("table").asText();
      if (family.isPresent()
          && chain.path("hook").asText().equals("forward")
          && !table.equals(FilterRules.NAME)) {
        String place = family.get() + " " + table + " " + chain.path("name").asText();
        try {
          JsonNode rules = objects("list chain " + place);
          boolean drops = chain.path("policy").asText().equals("drop") || endsWithDrop(rules);
          chains.add(
              new ForwardChain(
                  family.get(), table, chain.path("name").asText(), drops, ours(rules)));
        } catch (NftException | KernelException e) {
          String reason = String.valueOf(e.getMessage());
          if (!reason.contains(GONE)) { // meanwhile, which is no fault
            unread.accept(place, reason);
          }
        }
      }
    }
    return chains;
  }

  /**
   * Whether the last rule drops whatever comes to it: some firewalls do so and have a policy that
   * accepts. <b>Pure.</b>
   *
   * @param chain what nft tells of it in JSON
   */
  static boolean endsWithDrop(Iterable<JsonNode> chain) {
    boolean drops = false;
    for (JsonNode entry : chain) {
      if (entry.has("rule")) {
        drops = isUnconditional(entry.path("rule").path("expr"));
      }
    }
    return drops;
  }

  private static boolean isUnconditional(JsonNode statements) {
    boolean drops = false;
    for (JsonNode statement : statements) {
      if (statement.has("drop") || statement.has("reject")) {
        drops = true;
      } else if (!statement.has("counter") && !statement.has("log")) {
        return false;
      }
    }
    return drops;
  }

  private static Map<String, Integer> ours(Iterable<JsonNode> chain) {
    Map<String, Integer> ours = new HashMap<>();
    for (JsonNode entry : chain) {
      JsonNode rule = entry.path("rule");
      String comment = rule.path("comment").asText();
      if (comment.startsWith(FilterRules.NAME + " ")) {
        ours.put(comment, rule.path("handle").asInt());
      }
    }
    return ours;
  }

  private static Optional<NftFamily> family(String name) {
    for (NftFamily family : NftFamily.values()) {
      if (family.toString().equals(name)) {
        return Optional.of(family);
      }
    }
    return Optional.empty(); // bridges and the like hand on no packets
  }

  private JsonNode objects(String command) {
    try {
      return JSON.readTree(open().runJson(command)).path("nftables");
    } catch (JsonProcessingException e) {
      throw new KernelException("read the answer to nft " + command + ": " + e, Errno.EINVAL);
    }
  }

  @Override
  public void run(String commands) {
    String unused = open().run(commands);
  }

  private Nftables open() {
    if (nftables == null) {
      nftables = Nftables.open();
    }
    return nftables;
  }

  @Override
  public void close() {
    if (nftables != null) {
      nftables.close();
    }
  }
}
