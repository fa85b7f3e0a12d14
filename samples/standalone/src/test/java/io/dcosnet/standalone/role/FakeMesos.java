// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.standalone.role;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import com.sun.net.httpserver.HttpsConfigurator;
import com.sun.net.httpserver.HttpsServer;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import javax.net.ssl.SSLContext;
import org.jspecify.annotations.Nullable;

/**
 * The operator API of a Mesos master, or of an agent, as far as a node asks it. Nobody leads at
 * first. Text has {@code '} for the quotation mark.
 */
final class FakeMesos implements AutoCloseable {

  /** Where accounts of DC/OS log in. */
  static final String LOGIN = "/acs/api/v1/auth/login";

  private final HttpServer server;
  private final ExecutorService threads = Executors.newCachedThreadPool();
  private final CountDownLatch end = new CountDownLatch(1);

  // Guarded by this.
  private final List<OutputStream> streams = new ArrayList<>();
  private @Nullable String snapshot;
  private String state = "";
  private String self = "";
  private String leader = "";
  private String credentials = "";
  private String token = "";

  FakeMesos() {
    this(plain(0));
  }

  /** One at a place where there was another before. */
  FakeMesos(int port) {
    this(plain(port));
  }

  /** One that speaks TLS. */
  FakeMesos(SSLContext tls) {
    this(encrypted(tls));
  }

  private FakeMesos(HttpServer server) {
    this.server = server;
    server.setExecutor(threads);
    server.createContext("/", this::answer);
    server.start();
  }

  private static HttpServer plain(int port) {
    try {
      return HttpServer.create(at(port), 0);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static HttpServer encrypted(SSLContext tls) {
    try {
      HttpsServer server = HttpsServer.create(at(0), 0);
      server.setHttpsConfigurator(new HttpsConfigurator(tls));
      return server;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static InetSocketAddress at(int port) {
    return new InetSocketAddress(InetAddress.getLoopbackAddress(), port);
  }

  int port() {
    return server.getAddress().getPort();
  }

  String url() {
    return (server instanceof HttpsServer ? "https" : "http") + "://127.0.0.1:" + port();
  }

  /** From now on it leads; agents and tasks are lists in JSON without the brackets. */
  synchronized FakeMesos leads(String agents, String recovered, String tasks) {
    leader = "";
    snapshot =
        "{'type':'SUBSCRIBED','subscribed':{'get_state':{'get_tasks':{'tasks':["
            + tasks
            + "]},'get_frameworks':{'frameworks':[{'framework_info':{'name':'marathon','id':"
            + "{'value':'F1'}}}]},'get_agents':{'agents':["
            + agents
            + "],'recovered_agents':["
            + recovered
            + "]}},'heartbeat_interval_seconds':15}}";
    return this;
  }

  /** From now on it sends those who ask to another one. */
  synchronized void follows(FakeMesos other) {
    leader = other.url();
  }

  /** From now on it answers only those who show this. */
  synchronized void wants(String authorization) {
    credentials = authorization;
  }

  /** From now on accounts that log in get this token, whoever they are. */
  synchronized void gives(String newToken) {
    token = newToken;
  }

  /** From now on it is the agent of this id and address, with these tasks. */
  synchronized FakeMesos runs(String id, String address, String tasks) {
    self = "{'type':'GET_AGENT','get_agent':" + agent(id, address) + "}";
    state =
        "{'type':'GET_STATE','get_state':{'get_tasks':{'launched_tasks':["
            + tasks
            + "]},'get_frameworks':{'frameworks':[{'framework_info':{'name':'marathon','id':"
            + "{'value':'F1'}}}]}}}";
    return this;
  }

  /** Sends an event to all who are subscribed. */
  synchronized void tells(String event) throws IOException {
    for (OutputStream stream : streams) {
      send(event, stream);
    }
  }

  private void answer(HttpExchange exchange) throws IOException {
    try (exchange) {
      String call = new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8);
      if (answerAtOnce(call, exchange)) {
        return;
      }
      exchange.getResponseHeaders().set("Content-Type", "application/json");
      exchange.sendResponseHeaders(200, 0);
      synchronized (this) {
        send(String.valueOf(snapshot), exchange.getResponseBody());
        streams.add(exchange.getResponseBody());
      }
      end.await();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** False for who is to get a stream. */
  private synchronized boolean answerAtOnce(String call, HttpExchange exchange) throws IOException {
    if (exchange.getRequestURI().getPath().equals(LOGIN) && !token.isEmpty()) {
      answer(200, "{'token':'" + token + "'}", exchange);
      return true;
    }
    String shown = String.valueOf(exchange.getRequestHeaders().getFirst("Authorization"));
    if (!credentials.isEmpty() && !credentials.equals(shown)) {
      answer(401, "", exchange);
    } else if (!exchange.getRequestURI().getPath().equals("/api/v1")) {
      answer(404, "", exchange);
    } else if (call.contains("GET_STATE") && !state.isEmpty()) {
      answer(200, state, exchange);
    } else if (call.contains("GET_AGENT") && !self.isEmpty()) {
      answer(200, self, exchange);
    } else if (!leader.isEmpty()) {
      exchange.getResponseHeaders().set("Location", leader + "/api/v1");
      answer(307, "", exchange);
    } else if (!call.contains("SUBSCRIBE") || snapshot == null) {
      answer(503, "", exchange);
    } else {
      return false;
    }
    return true;
  }

  private static void answer(int status, String text, HttpExchange exchange) throws IOException {
    byte[] body = json(text);
    exchange.sendResponseHeaders(status, body.length == 0 ? -1 : body.length);
    exchange.getResponseBody().write(body);
  }

  private static void send(String event, OutputStream stream) throws IOException {
    byte[] body = json(event);
    stream.write((body.length + "\n").getBytes(StandardCharsets.US_ASCII));
    stream.write(body);
    stream.flush();
  }

  private static byte[] json(String text) {
    return text.replace('\'', '"').getBytes(StandardCharsets.UTF_8);
  }

  static String agent(String id, String address) {
    return "{'agent_info':" + agentInfo(id, address) + "}";
  }

  /** As the lists of agents that a new master waits for have it. */
  static String agentInfo(String id, String address) {
    return "{'id':{'value':'" + id + "'},'hostname':'" + address + "','port':5051}";
  }

  static String task(String name, String agentId) {
    return "{'name':'"
        + name
        + "','task_id':{'value':'"
        + name
        + ".1'},'framework_id':{'value':'F1'},'agent_id':{'value':'"
        + agentId
        + "'},'state':'TASK_RUNNING'}";
  }

  static String taskAdded(String name, String agentId) {
    return "{'type':'TASK_ADDED','task_added':{'task':" + task(name, agentId) + "}}";
  }

  static String agentRemoved(String id) {
    return "{'type':'AGENT_REMOVED','agent_removed':{'agent_id':{'value':'" + id + "'}}}";
  }

  /** Ends it as a crash would: all connections break. */
  @Override
  public void close() {
    server.stop(0);
    end.countDown();
    threads.shutdownNow();
  }
}
