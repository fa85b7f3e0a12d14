// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.standalone.admin;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.dcosnet.api.http.HttpResponse;
import io.dcosnet.standalone.admin.Health.Question;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.Executor;
import java.util.function.Supplier;

/**
 * {@code /v1/status}: what a node is and does at this moment, for {@code dcos-net status}. Each
 * part adds an entry before the server is built.
 *
 * <p><b>Confined to</b> the thread that builds the node; the entries are asked from any thread.
 */
public final class NodeStatus {

  private final Map<String, Supplier<JsonNode>> entries = new LinkedHashMap<>();

  NodeStatus() {}

  /**
   * Adds an entry.
   *
   * @param value made at each request
   */
  public void add(String name, Supplier<JsonNode> value) {
    entries.put(name, value);
  }

  ReadOnly resource(Health health, Executor executor) {
    Map<String, Supplier<JsonNode>> all = new LinkedHashMap<>(entries);
    return ReadOnly.at(
        "/v1/status", executor, () -> HttpResponse.json(200, document(all, health) + "\n"));
  }

  private static ObjectNode document(Map<String, Supplier<JsonNode>> entries, Health health) {
    ObjectNode document = JsonNodeFactory.instance.objectNode();
    entries.forEach((name, value) -> document.set(name, value.get()));
    document.put("ready", health.holds(Question.READY));
    ArrayNode failing = document.putArray("failing");
    for (Question question : Question.values()) {
      health.ask(question).stream()
          .filter(finding -> !finding.holds())
          .forEach(finding -> HealthResource.write(finding, failing.addObject()));
    }
    return document;
  }
}
