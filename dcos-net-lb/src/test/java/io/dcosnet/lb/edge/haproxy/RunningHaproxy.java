// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.lb.edge.haproxy;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.awaitility.Awaitility.await;

import io.dcosnet.lb.edge.EdgeOptions.EntryPorts;
import io.dcosnet.lb.edge.EdgeRequest;
import io.dcosnet.testkit.TestCertificate;
import java.io.IOException;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.SNIHostName;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSocket;

/** A real HAProxy with a configuration, and a client for it. */
final class RunningHaproxy implements AutoCloseable {

  /**
   * What came back.
   *
   * @param status as text; {@code refused} and {@code closed} where there was no answer
   * @param headers by lower-case name
   */
  record Answer(String status, Map<String, String> headers, String body) {
    String server() {
      return body.lines().findFirst().orElse("");
    }

    String location() {
      return headers.getOrDefault("location", "");
    }
  }

  private final Process process;
  private final Path log;
  private final InetAddress address;
  private final EntryPorts ports;
  private final TestCertificate certificate;

  private RunningHaproxy(
      Process process,
      Path log,
      InetAddress address,
      EntryPorts ports,
      TestCertificate certificate) {
    this.process = process;
    this.log = log;
    this.address = address;
    this.ports = ports;
    this.certificate = certificate;
  }

  /** Starts it and waits until it listens. */
  static RunningHaproxy start(
      HaproxyConfig config,
      Path folder,
      String address,
      EntryPorts ports,
      TestCertificate certificate)
      throws IOException {
    Path file = HaproxyCheck.write(config, folder);
    Path log = folder.resolve("haproxy.log");
    Process process =
        new ProcessBuilder("haproxy", "-db", "-f", file.toString())
            .redirectErrorStream(true)
            .redirectOutput(log.toFile())
            .start();
    RunningHaproxy running =
        new RunningHaproxy(process, log, InetAddress.getByName(address), ports, certificate);
    await().atMost(Duration.ofSeconds(30)).until(() -> running.listens() || !process.isAlive());
    if (!process.isAlive()) {
      throw new AssertionError("haproxy ended: " + Files.readString(log, UTF_8));
    }
    return running;
  }

  private boolean listens() {
    try (Socket socket = connect(ports.appId())) {
      return socket.isConnected();
    } catch (IOException e) {
      return false;
    }
  }

  private Socket connect(int port) throws IOException {
    Socket socket = new Socket();
    socket.connect(new InetSocketAddress(address, port), 5000);
    socket.setSoTimeout(20_000);
    return socket;
  }

  /** Sends a request the way it says. */
  Answer send(EdgeRequest request) throws IOException {
    boolean tls = request.entry() == EdgeRequest.Entry.HTTPS;
    int port =
        switch (request.entry()) {
          case HTTP -> ports.http();
          case HTTPS -> ports.https();
          case APP_ID -> ports.appId();
          case SERVICE -> request.port();
        };
    try (Socket plain = connect(port);
        Socket socket = tls ? secured(plain, request) : plain) {
      StringBuilder head = new StringBuilder("GET " + request.path() + " HTTP/1.1\r\n");
      head.append("Host: ").append(request.host()).append("\r\nConnection: close\r\n");
      request
          .headers()
          .forEach((name, value) -> head.append(name).append(": ").append(value).append("\r\n"));
      socket.getOutputStream().write(head.append("\r\n").toString().getBytes(ISO_8859_1));
      socket.getOutputStream().flush();
      return parse(new String(socket.getInputStream().readAllBytes(), ISO_8859_1));
    } catch (ConnectException e) {
      return new Answer("refused", Map.of(), "");
    }
  }

  private Socket secured(Socket plain, EdgeRequest request) throws IOException {
    SSLSocket socket =
        (SSLSocket) certificate.client().getSocketFactory().createSocket(plain, "unused", 0, true);
    SSLParameters parameters = socket.getSSLParameters();
    String sni = request.sni();
    parameters.setServerNames(sni == null ? List.of() : List.of(new SNIHostName(sni)));
    socket.setSSLParameters(parameters);
    socket.startHandshake();
    return socket;
  }

  private static Answer parse(String text) {
    int end = text.indexOf("\r\n\r\n");
    if (end < 0) {
      return new Answer("closed", Map.of(), "");
    }
    List<String> lines = List.of(text.substring(0, end).split("\r\n", -1));
    Map<String, String> headers = new TreeMap<>();
    for (String line : lines.subList(1, lines.size())) {
      int colon = line.indexOf(':');
      headers.put(
          line.substring(0, colon).toLowerCase(Locale.ROOT), line.substring(colon + 1).strip());
    }
    return new Answer(lines.get(0).split(" ", -1)[1], headers, text.substring(end + 4));
  }

  @Override
  public void close() throws IOException {
    process.destroy();
    try {
      if (!process.waitFor(10, TimeUnit.SECONDS)) {
        process.destroyForcibly();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    Files.deleteIfExists(log);
  }
}
