// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.lb;

import static io.dcosnet.lb.vip.VipTasks.MARATHON;
import static io.dcosnet.lb.vip.VipTasks.onHost;
import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.dcosnet.api.cluster.ClusterPublisher;
import io.dcosnet.api.model.Agent;
import io.dcosnet.api.net.Cidr;
import io.dcosnet.api.net.HostPort;
import io.dcosnet.api.net.IpAddress;
import io.dcosnet.api.net.NodeId;
import io.dcosnet.api.net.Protocol;
import io.dcosnet.api.store.LocalStore;
import io.dcosnet.api.vip.VipDirectory;
import io.dcosnet.api.vip.VipKey;
import io.dcosnet.lb.datapath.proxy.ProxyConfig;
import io.dcosnet.lb.health.Condition;
import io.dcosnet.lb.health.Condition.Status;
import io.dcosnet.lb.health.HealthRules;
import io.dcosnet.lb.vip.VipBackend.Place;
import io.dcosnet.netty.NetRuntime;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Clients of a VIP with three back ends of which one is bad, over real sockets. */
@Timeout(120)
class EjectionIT {

  private static final Agent AGENT = Agent.at("A1", IpAddress.parse("127.0.0.11"));
  private static final int CLIENTS = 8;
  private static final Duration PATIENCE = Duration.ofSeconds(60);

  private final NetRuntime net = NetRuntime.create();
  private final ClusterPublisher tasks = ClusterPublisher.create();
  private final LocalStore store = LocalStore.of(new NodeId(new UUID(0, 1)));
  private final List<Server> servers = new ArrayList<>();
  private final ExecutorService clients = Executors.newFixedThreadPool(CLIENTS);

  private final Map<String, AtomicInteger> answers = new ConcurrentHashMap<>();
  private final ConcurrentLinkedQueue<String> failures = new ConcurrentLinkedQueue<>();
  private volatile boolean over;

  @AfterEach
  void closeAll() throws Exception {
    over = true;
    clients.shutdown();
    assertThat(clients.awaitTermination(30, TimeUnit.SECONDS)).isTrue();
    net.close();
    for (Server server : servers) {
      server.close();
    }
  }

  @ParameterizedTest
  @EnumSource(
      value = Server.Mood.class,
      names = {"REFUSES", "SILENT", "RESETS"})
  void clientsNeverNoticeAndItIsUsedAgainWhenItIsWell(Server.Mood bad) throws Exception {
    Server patient = server("patient");
    patient.become(bad);
    HealthRules rules =
        HealthRules.builder().ejectionTime(Duration.ofSeconds(1)).jitterPercent(0).build();
    ProxyConfig proxy =
        ProxyConfig.builder()
            .listenRange(Cidr.parse("127.104.0.0/16"))
            .connectTimeout(Duration.ofMillis(200))
            .build();
    VipLoadBalancer vips =
        VipLoadBalancer.builder(net)
            .cluster(tasks)
            .store(store)
            .nodeAddress(AGENT.addresses().get(0))
            .dataPath(DataPaths.userspace(proxy))
            .health(rules)
            .build();
    net.startAll(vips);
    tasks.put(MARATHON);
    tasks.put(AGENT);
    int port = freePort();
    for (Server server : List.of(server("a"), server("b"), patient)) {
      tasks.put(onHost(server.name, AGENT, server.port, "/web:" + port));
    }
    HostPort web = resolve(vips, "web.marathon", 3);
    Place place =
        new Place(
            VipKey.named(Protocol.TCP, "web.marathon", port),
            new HostPort(AGENT.addresses().get(0), patient.port));

    for (int i = 0; i < CLIENTS; i++) {
      clients.execute(() -> askOn(web));
    }

    await().atMost(PATIENCE).until(() -> vips.health().of(place).ejections() > 0);
    Condition quiet = awaitQuietEjection(vips, place);
    // Five, whoever was on the way there meanwhile, and one for each trial.
    assertThat(count(quiet)).isBetween(5L, 4L + CLIENTS + quiet.ejections() - 1);
    await().atMost(PATIENCE).until(() -> vips.health().of(place).ejections() > quiet.ejections());

    patient.become(Server.Mood.WELL);
    await().atMost(PATIENCE).until(() -> vips.health().of(place).status() == Status.HEALTHY);
    int before = answered("patient");
    await().atMost(PATIENCE).until(() -> answered("patient") > before + 20);
    assertThat(failures).isEmpty();
  }

  /** During one ejection many requests are served, and nothing goes to the one that is ejected. */
  private Condition awaitQuietEjection(VipLoadBalancer vips, Place place) {
    while (true) {
      await().atMost(PATIENCE).until(() -> vips.health().of(place).status() == Status.EJECTED);
      awaitRequests(CLIENTS); // who was on the way there
      Condition before = vips.health().of(place);
      awaitRequests(100);
      Condition after = vips.health().of(place);
      if (before.status() == Status.EJECTED && after.ejections() == before.ejections()) {
        if (after.status() == Status.EJECTED) {
          assertThat(count(after)).isEqualTo(count(before));
          return after;
        }
      }
    }
  }

  private void awaitRequests(int further) {
    int before = all();
    await().atMost(PATIENCE).until(() -> all() > before + further);
  }

  private int all() {
    return answers.values().stream().mapToInt(AtomicInteger::get).sum();
  }

  private int answered(String name) {
    AtomicInteger count = answers.get(name);
    return count == null ? 0 : count.get();
  }

  private static long count(Condition condition) {
    return condition.failures().values().stream().mapToLong(Long::longValue).sum();
  }

  private void askOn(HostPort web) {
    while (!over) {
      try (Socket socket = new Socket()) {
        socket.setSoTimeout(20_000);
        socket.connect(web.toSocketAddress(), 20_000);
        String name = new String(socket.getInputStream().readAllBytes(), UTF_8);
        answers.computeIfAbsent(name, n -> new AtomicInteger()).incrementAndGet();
      } catch (IOException e) {
        failures.add(e.toString());
      }
    }
  }

  private static HostPort resolve(VipLoadBalancer vips, String name, int backends) {
    await()
        .atMost(PATIENCE)
        .until(
            () ->
                vips.directory().snapshot().entry(name).isPresent()
                    && vips.report().table().services().values().stream()
                        .anyMatch(service -> service.targets().size() == backends));
    VipDirectory.Entry entry = vips.directory().snapshot().entry(name).orElseThrow();
    return new HostPort(requireNonNull(entry.ipv4()), entry.services().iterator().next().port());
  }

  private static int freePort() throws IOException {
    try (ServerSocket socket = new ServerSocket(0)) {
      return socket.getLocalPort();
    }
  }

  private Server server(String name) throws IOException {
    Server server = new Server(name);
    servers.add(server);
    return server;
  }

  /** A back end that says its name to everybody, when it is well. */
  private static final class Server implements AutoCloseable {

    enum Mood {
      WELL,
      /** Nobody listens. */
      REFUSES,
      /** Its queue is full, so that the kernel drops what asks for a connection. */
      SILENT,
      RESETS
    }

    final String name;
    final int port;
    private final List<Socket> queued = new ArrayList<>();
    private @Nullable ServerSocket listening;
    private volatile Mood mood = Mood.WELL;

    Server(String name) throws IOException {
      this.name = name;
      port = listen(0);
    }

    private int listen(int at) throws IOException {
      ServerSocket socket = new ServerSocket();
      int backlog = mood == Mood.SILENT ? 1 : 128;
      socket.setReuseAddress(true);
      socket.bind(new InetSocketAddress(AGENT.addresses().get(0).toInetAddress(), at), backlog);
      listening = socket;
      Thread thread = new Thread(() -> accept(socket));
      thread.setDaemon(true);
      if (mood != Mood.SILENT) {
        thread.start();
      }
      return socket.getLocalPort();
    }

    void become(Mood next) throws IOException {
      if (mood == Mood.RESETS) { // listens already
        mood = next;
        return;
      }
      close();
      mood = next;
      if (next != Mood.REFUSES) {
        listen(port);
      }
      if (next == Mood.SILENT) {
        fill();
      }
    }

    private void fill() throws IOException {
      for (int i = 0; i < 4; i++) {
        Socket socket = new Socket();
        queued.add(socket);
        try {
          socket.connect(
              new InetSocketAddress(AGENT.addresses().get(0).toInetAddress(), port), 100);
        } catch (IOException e) {
          return; // full
        }
      }
      throw new IOException("the queue of " + port + " does not fill");
    }

    private void accept(ServerSocket socket) {
      while (!socket.isClosed()) {
        try (Socket client = socket.accept()) {
          if (mood == Mood.RESETS) {
            client.setSoLinger(true, 0);
          } else {
            client.getOutputStream().write(name.getBytes(UTF_8));
          }
        } catch (IOException e) {
          // closed by the test or by the client
        }
      }
    }

    @Override
    public void close() throws IOException {
      if (listening != null) {
        listening.close();
      }
      for (Socket socket : queued) {
        socket.close();
      }
      queued.clear();
    }
  }
}
