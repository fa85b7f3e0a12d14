// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.standalone.demo;

import static java.util.Objects.requireNonNull;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.dcosnet.api.Bytes;
import io.dcosnet.api.DecodeException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;

/**
 * A task that an agent is to run, or runs, as it is told through the replicated store: the master
 * writes what each agent is to run, each agent what it runs. <b>Immutable.</b>
 *
 * @param app by name
 * @param ports where it is served; empty while that is not known
 */
record PlacedTask(String id, String app, List<Integer> ports) {

  /** With the number of an agent behind it: what it is to run. */
  static final String LAUNCH = "demo/launch/";

  /** With the number of an agent behind it: what it runs. */
  static final String RUNNING = "demo/running/";

  private static final ObjectMapper JSON = new ObjectMapper();

  PlacedTask {
    requireNonNull(id, "id");
    requireNonNull(app, "app");
    ports = List.copyOf(ports);
  }

  static Bytes encode(Collection<PlacedTask> tasks) {
    return Bytes.utf8(document(tasks).toString());
  }

  static ArrayNode document(Collection<PlacedTask> tasks) {
    ArrayNode all = JsonNodeFactory.instance.arrayNode();
    for (PlacedTask task : tasks) {
      ObjectNode one = all.addObject().put("id", task.id).put("app", task.app);
      ArrayNode ports = one.putArray("ports");
      task.ports.forEach(ports::add);
    }
    return all;
  }

  /**
   * Reads what {@link #encode} has written.
   *
   * @throws DecodeException when it is something else
   */
  static List<PlacedTask> decode(Bytes value) {
    try {
      return of(JSON.readTree(value.toUtf8()));
    } catch (JsonProcessingException e) {
      throw new DecodeException("tasks: not JSON", 0);
    }
  }

  static List<PlacedTask> of(JsonNode tasks) {
    List<PlacedTask> all = new ArrayList<>();
    for (JsonNode task : tasks) {
      List<Integer> ports = new ArrayList<>();
      task.path("ports").forEach(port -> ports.add(port.asInt()));
      all.add(new PlacedTask(task.path("id").asText(), task.path("app").asText(), ports));
    }
    return all;
  }
}
