// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.overlay.apply;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.dcosnet.linux.Errno;
import io.dcosnet.linux.KernelException;
import io.dcosnet.linux.nft.NftFamily;
import io.dcosnet.linux.nft.Nftables;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Netfilter by libnftables, which is loaded when it is needed first. <b>Not thread-safe.</b> */
final class NftFilters implements Filters, AutoCloseable {

  private static final ObjectMapper JSON = new ObjectMapper();

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
  public List<ForwardChain> forwardChains() {
    List<ForwardChain> chains = new ArrayList<>();
    for (JsonNode entry : objects("list chains")) {
      JsonNode chain = entry.path("chain");
      Optional<NftFamily> family = family(chain.path("family").asText());
      String table = chain.path("table").asText();
      if (family.isPresent()
          && chain.path("hook").asText().equals("forward")
          && !table.equals(FilterRules.NAME)) {
        chains.add(
            new ForwardChain(
                family.get(),
                table,
                chain.path("name").asText(),
                chain.path("policy").asText().equals("drop"),
                ours(family.get() + " " + table + " " + chain.path("name").asText())));
      }
    }
    return chains;
  }

  private Map<String, Integer> ours(String chain) {
    Map<String, Integer> ours = new HashMap<>();
    for (JsonNode entry : objects("list chain " + chain)) {
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

  private Iterable<JsonNode> objects(String command) {
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
