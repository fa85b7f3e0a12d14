// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.standalone;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * A Mesos agent as far as a node asks it: GET_STATE and GET_AGENT of its operator API, with the
 * tasks that a test gives it. All are of the framework {@code marathon} and on the host's network.
 */
public final class FakeMesosAgent implements AutoCloseable {

  private static final String FRAMEWORK = "F1";
  private static final JsonNodeFactory JSON = JsonNodeFactory.instance;

  /**
   * A running task with one port.
   *
   * @param port at the address of the agent
   * @param labels of that port, such as {@code VIP_0}
   */
  public record RunningTask(String id, String app, int port, Map<String, String> labels) {

    public RunningTask {
      labels = Map.copyOf(labels);
    }

    /** The same with other labels on its port. */
    public RunningTask with(Map<String, String> other) {
      return new RunningTask(id, app, port, other);
    }
  }

  private final HttpServer server;
  private final String id;
  private final String address;
  private volatile List<RunningTask> tasks = List.of();

  /** One that runs nothing yet; it listens at its address, on a free port. */
  public FakeMesosAgent(String id, String address) {
    this.id = id;
    this.address = address;
    try {
      server = HttpServer.create(new InetSocketAddress(InetAddress.getByName(address), 0), 0);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    server.createContext("/api/v1", this::answer);
    server.start();
  }

  public String url() {
    return "http://" + address + ":" + server.getAddress().getPort();
  }

  /** From now on it runs these. */
  public void runs(List<RunningTask> running) {
    tasks = List.copyOf(running);
  }

  private void answer(HttpExchange exchange) throws IOException {
    try (exchange) {
      String call = new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8);
      ObjectNode answer =
          call.contains("GET_STATE") ? state() : call.contains("GET_AGENT") ? agent() : null;
      byte[] body = String.valueOf(answer).getBytes(StandardCharsets.UTF_8);
      exchange.sendResponseHeaders(answer == null ? 400 : 200, body.length);
      exchange.getResponseBody().write(body);
    }
  }

  private ObjectNode agent() {
    ObjectNode answer = JSON.objectNode().put("type", "GET_AGENT");
    ObjectNode info = answer.putObject("get_agent").putObject("agent_info");
    info.set("id", id(id));
    info.put("hostname", address).put("port", server.getAddress().getPort());
    return answer;
  }

  private ObjectNode state() {
    ObjectNode answer = JSON.objectNode().put("type", "GET_STATE");
    ObjectNode state = answer.putObject("get_state");
    ArrayNode launched = state.putObject("get_tasks").putArray("launched_tasks");
    tasks.forEach(task -> launched.add(describe(task)));
    ObjectNode framework = state.putObject("get_frameworks").putArray("frameworks").addObject();
    framework.putObject("framework_info").put("name", "marathon").set("id", id(FRAMEWORK));
    return answer;
  }

  private ObjectNode describe(RunningTask task) {
    ObjectNode described = JSON.objectNode().put("name", task.app());
    described.set("task_id", id(task.id()));
    described.set("framework_id", id(FRAMEWORK));
    described.set("agent_id", id(id));
    described.put("state", "TASK_RUNNING");
    ObjectNode status =
        described.putArray("statuses").addObject().put("state", "TASK_RUNNING").put("timestamp", 1);
    status
        .putObject("container_status")
        .putArray("network_infos")
        .addObject()
        .putArray("ip_addresses")
        .addObject()
        .put("ip_address", address);
    ObjectNode discovery = described.putObject("discovery").put("visibility", "FRAMEWORK");
    discovery.put("name", task.app());
    ObjectNode port = discovery.putObject("ports").putArray("ports").addObject();
    port.put("number", task.port()).put("name", "http").put("protocol", "tcp");
    ArrayNode labels = port.putObject("labels").putArray("labels");
    new TreeMap<>(task.labels())
        .forEach((key, value) -> labels.addObject().put("key", key).put("value", value));
    return described;
  }

  private static ObjectNode id(String value) {
    return JSON.objectNode().put("value", value);
  }

  /** Ends it: nobody answers there any more. */
  @Override
  public void close() {
    server.stop(0);
  }
}
