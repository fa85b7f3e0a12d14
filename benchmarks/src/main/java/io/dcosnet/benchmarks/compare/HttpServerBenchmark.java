// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.benchmarks.compare;

import com.sun.management.OperatingSystemMXBean;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.dcosnet.api.http.HttpResponse;
import io.dcosnet.api.net.HostPort;
import io.dcosnet.netty.NetRuntime;
import io.dcosnet.netty.Transport;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.AuxCounters;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Threads;
import org.openjdk.jmh.annotations.Warmup;
import org.openjdk.jmh.infra.ThreadParams;

/**
 * A small GET over kept connections, beside the JDK's server: requests per second with four clients
 * that wait for each answer. The server's cost of a request is ({@code processCpuNanos} - {@code
 * clientCpuNanos}) / {@code requests}.
 */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.Throughput)
@OutputTimeUnit(TimeUnit.SECONDS)
@Warmup(iterations = 3, time = 2)
@Measurement(iterations = 5, time = 2)
@Threads(4)
@Fork(value = 1, jvmArgsAppend = "-Dsun.net.httpserver.nodelay=true")
public class HttpServerBenchmark {

  /** Who answers; the JDK's server with its dispatcher alone, or with a pool of four threads. */
  public enum Server {
    OURS_EPOLL,
    OURS_NIO,
    JDK,
    JDK_POOL
  }

  private static final byte[] REQUEST =
      "GET /v1/state HTTP/1.1\r\nHost: localhost\r\nAccept: */*\r\n\r\n"
          .getBytes(StandardCharsets.US_ASCII);
  private static final String BODY = "{\"status\":\"ok\"}";

  @Param Server server;

  private AutoCloseable running;
  private int port;

  @Setup
  public void start() throws IOException {
    switch (server) {
      case OURS_EPOLL -> startOurs(Transport.EPOLL);
      case OURS_NIO -> startOurs(Transport.NIO);
      case JDK -> startJdk(null);
      case JDK_POOL -> startJdk(Executors.newFixedThreadPool(4));
      default -> throw new AssertionError(server);
    }
  }

  private void startOurs(Transport transport) {
    NetRuntime net = NetRuntime.builder().transport(transport).build();
    var ours =
        io.dcosnet.netty.http.HttpServer.builder(net)
            .listen(HostPort.parse("127.0.0.1:0"))
            .mount(
                "/v1", request -> CompletableFuture.completedFuture(HttpResponse.json(200, BODY)))
            .build();
    net.startAll(ours);
    port = ours.localAddress().port();
    running = net;
  }

  private void startJdk(ExecutorService pool) throws IOException {
    HttpServer jdk =
        HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    jdk.createContext("/v1", HttpServerBenchmark::answer);
    jdk.setExecutor(pool);
    jdk.start();
    port = jdk.getAddress().getPort();
    running =
        () -> {
          jdk.stop(0);
          if (pool != null) {
            pool.shutdownNow();
          }
        };
  }

  private static void answer(HttpExchange exchange) throws IOException {
    byte[] body = BODY.getBytes(StandardCharsets.UTF_8);
    exchange.getResponseHeaders().set("content-type", "application/json");
    exchange.sendResponseHeaders(200, body.length);
    try (OutputStream out = exchange.getResponseBody()) {
      out.write(body);
    }
  }

  @TearDown
  public void stop() throws Exception {
    running.close();
  }

  /** One kept connection per thread. */
  @State(Scope.Thread)
  public static class Client {
    private final byte[] buffer = new byte[4096];
    private Socket socket;
    private InputStream in;
    private OutputStream out;
    private int responseBytes;

    @Setup
    public void connect(HttpServerBenchmark benchmark) throws IOException {
      socket = new Socket(InetAddress.getLoopbackAddress(), benchmark.port);
      socket.setTcpNoDelay(true);
      in = socket.getInputStream();
      out = socket.getOutputStream();
      out.write(REQUEST);
      String response = "";
      while (!response.endsWith(BODY)) {
        int count = in.read(buffer);
        if (count < 0) {
          throw new EOFException(response);
        }
        response += new String(buffer, 0, count, StandardCharsets.US_ASCII);
      }
      responseBytes = response.length(); // all answers are equally long
    }

    void ask() {
      try {
        out.write(REQUEST);
        int got = in.readNBytes(buffer, 0, responseBytes);
        if (got != responseBytes) {
          throw new EOFException("after " + got + " bytes");
        }
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }

    @TearDown
    public void disconnect() throws IOException {
      socket.close();
    }
  }

  /** What the work between two iterations has cost. */
  @State(Scope.Thread)
  @AuxCounters(AuxCounters.Type.EVENTS)
  public static class Cpu {
    private static final OperatingSystemMXBean PROCESS =
        ManagementFactory.getPlatformMXBean(OperatingSystemMXBean.class);
    private static final ThreadMXBean THREADS = ManagementFactory.getThreadMXBean();

    /** Of this client alone; JMH adds up all threads. */
    public long clientCpuNanos;

    /** Of the whole process, counted by one client only. */
    public long processCpuNanos;

    public long requests;

    private boolean counts;
    private long clientBefore;
    private long processBefore;

    @Setup(Level.Iteration)
    public void before(ThreadParams threads) {
      counts = threads.getThreadIndex() == 0;
      clientBefore = THREADS.getCurrentThreadCpuTime();
      processBefore = PROCESS.getProcessCpuTime();
      clientCpuNanos = 0;
      processCpuNanos = 0;
      requests = 0;
    }

    @TearDown(Level.Iteration)
    public void after() {
      clientCpuNanos = THREADS.getCurrentThreadCpuTime() - clientBefore;
      processCpuNanos = counts ? PROCESS.getProcessCpuTime() - processBefore : 0;
    }
  }

  @Benchmark
  public void get(Client client, Cpu cpu) {
    client.ask();
    cpu.requests++;
  }
}
