// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.standalone.demo;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.dcosnet.api.net.Cidr;
import io.dcosnet.api.net.HostPort;
import io.dcosnet.gossip.GossipCluster;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * A member of the demo in a process of its own, and what it answers who started it.
 *
 * <p><b>Confined to</b> one thread at a time.
 */
abstract class DemoMember implements AutoCloseable {

  /** Starts everything and waits until it serves. */
  abstract void start();

  abstract GossipCluster gossip();

  /** Where it answers for names. */
  abstract HostPort dns();

  /** Answers what only this kind of member knows. */
  abstract ObjectNode answer(String what, JsonNode question);

  @Override
  public abstract void close();

  /** What is said once it serves. */
  ObjectNode ready() {
    return object()
        .put("gossip", gossip().address().toString())
        .put("dns", dns().toString())
        .put("pid", ProcessHandle.current().pid());
  }

  /**
   * Answers a question, or does what it asks for.
   *
   * @throws IllegalArgumentException when it is none
   */
  ObjectNode answer(JsonNode question) {
    String what = question.path("do").asText();
    return switch (what) {
      case "members" -> members();
      case "hear" -> hear(question.path("networks"));
      default -> answer(what, question);
    };
  }

  private ObjectNode members() {
    ObjectNode answer = object();
    gossip()
        .membership()
        .members()
        .forEach(
            member ->
                answer.put(
                    member.metadata().getOrDefault("name", member.id().toString()),
                    member.state().toString().toLowerCase(Locale.ROOT)));
    return answer;
  }

  /** Hears and sends to these networks only, all when there are none: so a cluster is cut. */
  private ObjectNode hear(JsonNode networks) {
    List<Cidr> all = new ArrayList<>();
    networks.forEach(network -> all.add(Cidr.parse(network.asText())));
    gossip().allow(all).toCompletableFuture().join();
    return object().put("networks", all.size());
  }

  static ObjectNode object() {
    return JsonNodeFactory.instance.objectNode();
  }

  static IllegalArgumentException unknown(String what) {
    return new IllegalArgumentException("do: " + what + " (expected: something known)");
  }
}
