// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.sources.mesos;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.zip.GZIPOutputStream;

/** A master on the loopback that answers what the test tells it to. */
final class FakeMaster implements AutoCloseable {

  /** How it answers. */
  @FunctionalInterface
  interface Answer {
    void to(HttpExchange exchange) throws IOException;
  }

  private final HttpServer server;
  private final ExecutorService threads = Executors.newCachedThreadPool();
  private volatile Answer answer = exchange -> send(exchange, 503, "No leader elected");
  final List<URI> asked = new CopyOnWriteArrayList<>();
  final List<String> credentials = new CopyOnWriteArrayList<>();

  FakeMaster() {
    this(InetAddress.getLoopbackAddress(), 0);
  }

  FakeMaster(InetAddress address, int port) {
    try {
      server = HttpServer.create(new InetSocketAddress(address, port), 0);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    server.setExecutor(threads);
    server.createContext(
        "/",
        exchange -> {
          asked.add(exchange.getRequestURI());
          List<String> sent = exchange.getRequestHeaders().get("Authorization");
          credentials.add(sent == null ? "" : String.join(",", sent));
          try (exchange) {
            answer.to(exchange);
          }
        });
    server.start();
  }

  int port() {
    return server.getAddress().getPort();
  }

  URI uri() {
    return URI.create("http://127.0.0.1:" + port());
  }

  void answers(Answer newAnswer) {
    answer = newAnswer;
  }

  /** A state, with quotation marks as {@code '}. */
  void serves(String state) {
    byte[] body = States.json(state);
    answers(
        exchange -> {
          exchange.sendResponseHeaders(200, body.length);
          exchange.getResponseBody().write(body);
        });
  }

  void servesCompressed(byte[] state) {
    answers(
        exchange -> {
          ByteArrayOutputStream packed = new ByteArrayOutputStream();
          try (GZIPOutputStream out = new GZIPOutputStream(packed)) {
            out.write(state);
          }
          exchange.getResponseHeaders().set("Content-Encoding", "gzip");
          exchange.sendResponseHeaders(200, packed.size());
          exchange.getResponseBody().write(packed.toByteArray());
        });
  }

  void redirects(String location) {
    answers(
        exchange -> {
          exchange.getResponseHeaders().set("Location", location);
          send(exchange, 307, "");
        });
  }

  static void send(HttpExchange exchange, int status, String text) throws IOException {
    byte[] body = text.getBytes(StandardCharsets.UTF_8);
    exchange.sendResponseHeaders(status, body.length == 0 ? -1 : body.length);
    exchange.getResponseBody().write(body);
  }

  @Override
  public void close() {
    server.stop(0);
    threads.shutdownNow();
  }
}
