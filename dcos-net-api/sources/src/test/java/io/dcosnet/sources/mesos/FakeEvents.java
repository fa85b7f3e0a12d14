// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.sources.mesos;

import com.sun.net.httpserver.HttpExchange;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;

/** Lets a fake master stream what the test sends; text has {@code '} for the quotation mark. */
final class FakeEvents implements FakeMaster.Answer {

  /** One subscription. */
  static final class Stream {
    private final OutputStream out;
    private final CountDownLatch ended = new CountDownLatch(1);

    private Stream(OutputStream out) {
      this.out = out;
    }

    /** Sends events, each as a record. */
    void send(String... events) throws IOException {
      for (String event : events) {
        sendBytes(record(event));
      }
    }

    void sendBytes(byte[] bytes) throws IOException {
      out.write(bytes);
      out.flush();
    }

    void close() {
      ended.countDown();
    }
  }

  static final String ON_S1 = agent("S1", "192.0.2.1");

  final List<Stream> streams = new CopyOnWriteArrayList<>();
  final List<String> calls = new CopyOnWriteArrayList<>();
  private volatile String snapshot;
  private volatile List<String> rest = List.of();
  private volatile String summary = "";
  private volatile String contentType = "application/json";

  FakeEvents(String snapshot) {
    this.snapshot = snapshot;
  }

  /** What the next subscriptions begin with; empty for nothing. */
  void beginWith(String text) {
    beginWith(text, new String[0]);
  }

  /** As {@link #beginWith(String)}, with events that come with it in one piece. */
  void beginWith(String text, String... events) {
    snapshot = text;
    rest = List.of(events);
  }

  /** What the master sums its state up to. */
  void summary(String text) {
    summary = text;
  }

  void contentType(String value) {
    contentType = value;
  }

  Stream last() {
    return streams.get(streams.size() - 1);
  }

  @Override
  public void to(HttpExchange exchange) throws IOException {
    if (exchange.getRequestURI().getPath().endsWith("/master/state-summary")) {
      int status = summary.isEmpty() ? 404 : 200;
      FakeMaster.send(exchange, status, summary.replace('\'', '"'));
      return;
    }
    byte[] call = exchange.getRequestBody().readAllBytes();
    calls.add(exchange.getRequestMethod() + " " + new String(call, StandardCharsets.UTF_8));
    exchange.getResponseHeaders().set("Content-Type", contentType);
    exchange.sendResponseHeaders(200, 0);
    Stream stream = new Stream(exchange.getResponseBody());
    if (!snapshot.isEmpty()) {
      ByteArrayOutputStream begin = new ByteArrayOutputStream();
      begin.writeBytes(record(snapshot));
      rest.forEach(event -> begin.writeBytes(record(event)));
      stream.sendBytes(begin.toByteArray());
    }
    streams.add(stream);
    try {
      stream.ended.await();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  static byte[] record(String event) {
    byte[] body = States.json(event);
    ByteArrayOutputStream record = new ByteArrayOutputStream();
    record.writeBytes((body.length + "\n").getBytes(StandardCharsets.US_ASCII));
    record.writeBytes(body);
    return record.toByteArray();
  }

  static String agent(String id, String host) {
    return "{'agent_info':{'id':{'value':'" + id + "'},'hostname':'" + host + "','port':5051}}";
  }

  static String task(String id, String agentId) {
    return "{'name':'web','task_id':{'value':'"
        + id
        + "'},'framework_id':{'value':'F1'},'agent_id':{'value':'"
        + agentId
        + "'},'state':'TASK_RUNNING'}";
  }

  static String added(String id, String agentId) {
    return "{'type':'TASK_ADDED','task_added':{'task':" + task(id, agentId) + "}}";
  }

  static String updated(String id, String state) {
    return "{'type':'TASK_UPDATED','task_updated':{'framework_id':{'value':'F1'},'status':{"
        + "'task_id':{'value':'"
        + id
        + "'}},'state':'"
        + state
        + "'}}";
  }

  /** A first event; agents and tasks are lists in JSON without the brackets. */
  static String subscribed(String agents, String recovered, String tasks) {
    return subscribed(agents, recovered, tasks, 15);
  }

  static String subscribed(String agents, String recovered, String tasks, double heartbeat) {
    return "{'type':'SUBSCRIBED','subscribed':{'get_state':{'get_tasks':{'tasks':["
        + tasks
        + "]},'get_frameworks':{'frameworks':[{'framework_info':{'name':'marathon','id':{'value':"
        + "'F1'}}}]},'get_agents':{'agents':["
        + agents
        + "],'recovered_agents':["
        + recovered
        + "]}},'heartbeat_interval_seconds':"
        + heartbeat
        + "}}";
  }
}
