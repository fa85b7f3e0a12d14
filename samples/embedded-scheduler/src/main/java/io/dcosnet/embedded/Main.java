// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.embedded;

import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Runs two tasks of one service until a key is pressed, and says what to ask for. */
public final class Main {

  private static final Logger LOGGER = LoggerFactory.getLogger(Main.class);

  private Main() {}

  public static void main(String[] arguments) throws IOException {
    HttpServer one = task("one");
    HttpServer two = task("two");
    try (EmbeddedScheduler scheduler = new EmbeddedScheduler()) {
      scheduler.start();
      scheduler.running("web", "web.1", one.getAddress().getPort(), "/web:80");
      scheduler.running("web", "web.2", two.getAddress().getPort(), "/web:80");
      LOGGER.info("dig @127.0.0.1 -p {} _web._tcp.marathon.mesos SRV", scheduler.dns().port());
      LOGGER.info(
          "dig @127.0.0.1 -p {} web.marathon.l4lb.thisdcos.directory", scheduler.dns().port());
      LOGGER.info("press Enter to end");
      int unused = System.in.read();
      LOGGER.info("virtual addresses: {}", scheduler.vips().snapshot());
    } finally {
      one.stop(0);
      two.stop(0);
    }
  }

  static HttpServer task(String answer) throws IOException {
    HttpServer task =
        HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    byte[] body = answer.getBytes(StandardCharsets.UTF_8);
    task.createContext(
        "/",
        exchange -> {
          try (exchange) {
            exchange.sendResponseHeaders(200, body.length);
            exchange.getResponseBody().write(body);
          }
        });
    task.start();
    return task;
  }
}
