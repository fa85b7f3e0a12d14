// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.standalone.lb;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.dcosnet.linux.Linux;
import io.dcosnet.linux.namespace.NetworkNamespace;
import io.dcosnet.linux.route.Links;
import io.dcosnet.linux.route.RouteSocket;
import io.dcosnet.standalone.LauncherProcess;
import io.dcosnet.testkit.Required;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The launcher with root in a network of its own, under traffic. */
@Tag("kernel")
@Timeout(120)
class LbServeKernelIT {

  private static final int PORT = 80;
  private static final int KILLS = 5;

  @TempDir Path folder;
  private NetworkNamespace network;
  private Path vips;
  private final List<AutoCloseable> open = new ArrayList<>();

  @BeforeAll
  static void require() {
    Required.that(
        Linux.unavailableBecause().isEmpty()
            && Files.isWritable(Path.of("/proc/sys/net/core/rmem_max")),
        "root is needed");
    Required.program("ip", "iproute2");
    Required.program("nft", "nftables");
  }

  @BeforeEach
  void begin() {
    vips = folder.resolve("vips.json");
    network = NetworkNamespace.create();
    network.call(
        () -> {
          try (RouteSocket routes = RouteSocket.open()) {
            routes.change(Links.setUp(routes.link("lo").orElseThrow().index(), true));
          }
          return true;
        });
  }

  @AfterEach
  void end() throws Exception {
    for (AutoCloseable one : open) {
      one.close();
    }
    network.close();
  }

  @Test
  void unchangedVipsLoseNothingWhenItIsKilledAndStartedAgain() throws Exception {
    Named one = server("one");
    Named two = server("two");
    replace(vip(1, one), vip(2, one));
    LauncherProcess serving = serve("nftables");
    serving.until("ready"::equals);
    Traffic traffic = traffic("11.0.0.1");
    for (int i = 0; i < KILLS; i++) {
      assertThat(serving.endBy("KILL")).isEqualTo(137);
      boolean second = i % 2 == 0;
      replace(vip(1, one), vip(2, second ? two : one)); // meanwhile
      serving = serve("nftables");
      serving.until("ready"::equals);
      assertThat(ask("11.0.0.2")).isEqualTo(second ? "two" : "one");
    }
    assertThat(traffic.stop()).isEmpty();
    assertThat(traffic.good.get()).isPositive();
    assertThat(serving.endBy("TERM")).isEqualTo(143);
    assertThat(ask("11.0.0.1")).as("what was left in place goes on").isEqualTo("one");
    assertThat(doctor()).contains("nftables-of-ours").contains("table inet dcosnet_lb; at work");
    assertThat(run("cleanup")).contains("removed nftables: table inet dcosnet_lb");
    assertThat(shown("nft", "list", "tables")).isEmpty();
    assertThat(shown("ip", "route", "show", "table", "all", "proto", "202")).isEmpty();
    assertThat(run("cleanup")).contains("nothing of dcos-net is here");
    assertThat(doctor()).contains("nftables-of-ours").doesNotContain("table inet dcosnet_lb");
  }

  private String doctor() {
    LauncherProcess process = network.call(() -> LauncherProcess.start("doctor"));
    return String.join("\n", process.rest());
  }

  @Test
  void takesBackWhatItBeganWhenItsFirstTableIsRefused() throws Exception {
    Process owner = network.call(() -> new ProcessBuilder("nft", "-i").start());
    open.add(owner::destroy);
    // A table that nobody else may change, while its process runs.
    owner
        .getOutputStream()
        .write("add table inet dcosnet_lb { flags owner; }\n".getBytes(StandardCharsets.UTF_8));
    owner.getOutputStream().flush();
    await().until(() -> shown("nft", "list", "tables").contains("dcosnet_lb"));
    replace(vip(1, server("one")));

    LauncherProcess serving = serve("nftables", "--on-exit", "remove");

    assertThat(serving.exit()).isEqualTo(3);
    assertThat(shown("ip", "route", "show", "table", "all", "proto", "202")).isEmpty();
  }

  @Test
  void switchesUnderTrafficWithoutAFailure() throws Exception {
    Named one = server("one");
    replace(vip(1, one));
    LauncherProcess serving = serve("nftables");
    serving.until("ready"::equals);
    Traffic traffic = traffic("11.0.0.1");
    for (String path : List.of("userspace", "nftables", "userspace")) {
      serving.say("switch " + path + " 200ms");
      serving.until(line -> line.contains("\"to\":\"" + path + "\""));
      int before = traffic.good.get();
      await().until(() -> traffic.good.get() > before + 50);
      await()
          .until(
              () -> {
                serving.say("status");
                List<String> lines = serving.until(line -> line.contains("\"event\":\"status\""));
                return !lines.get(lines.size() - 1).contains("leaving");
              });
    }
    assertThat(traffic.stop()).isEmpty();
    assertThat(shown("nft", "list", "tables")).as("nothing of it stays").isEmpty();
  }

  @Test
  void aConnectionInUserSpaceOutlivesTheSwitchForItsGrace() throws Exception {
    Named one = server("one");
    replace(vip(1, one));
    LauncherProcess serving = serve("userspace", "--routes");
    serving.until("ready"::equals);
    try (Socket held = network.call(() -> new Socket("11.0.0.1", PORT))) {
      held.setSoTimeout(5000);
      assertThat(held.getInputStream().readNBytes(3)).asString().isEqualTo("one");
      serving.say("switch nftables 30s");
      serving.until(line -> line.contains("\"to\":\"nftables\""));
      held.getOutputStream().write('x');
      assertThat(held.getInputStream().read()).as("the same back end").isEqualTo('x');
      serving.say("switch userspace");
      serving.until(line -> line.contains("still has connections of before"));
    }
  }

  @Test
  void removesWhatItHadInTheKernelWhenItIsToldTo() throws Exception {
    replace(vip(1, server("one")));
    LauncherProcess serving = serve("nftables", "--on-exit", "remove");
    serving.until("ready"::equals);
    assertThat(shown("nft", "list", "tables")).contains("dcosnet_lb");

    serving.say("stop");

    assertThat(serving.exit()).isZero();
    assertThat(shown("nft", "list", "tables")).isEmpty();
    assertThat(shown("ip", "route", "show", "table", "all", "proto", "202")).isEmpty();
  }

  @Test
  void saysThatAListenRangeIsOfNoUseInTheKernel() throws Exception {
    replace(vip(1, server("one")));
    Path err = folder.resolve("err");
    LauncherProcess serving =
        network.call(
            () ->
                LauncherProcess.start(
                    List.of(),
                    ProcessBuilder.Redirect.to(err.toFile()),
                    "lb",
                    "serve",
                    "--vips",
                    vips.toString(),
                    "--data-path",
                    "nftables",
                    "--listen-range",
                    "127.65.0.0/16"));
    open.add(serving);
    serving.until("ready"::equals);
    assertThat(Files.readString(err)).contains("--listen-range 127.65.0.0/16 is for user space");
    assertThat(ask("11.0.0.1")).isEqualTo("one");
  }

  @Test
  void anotherPathRemovesWhatOneLeftThere() throws Exception {
    replace(vip(1, server("one")));
    LauncherProcess first = serve("nftables");
    first.until("ready"::equals);
    assertThat(first.endBy("KILL")).isEqualTo(137);
    assertThat(shown("nft", "list", "tables")).contains("dcosnet_lb");

    LauncherProcess second = serve("userspace", "--routes");
    second.until("ready"::equals);
    assertThat(shown("nft", "list", "tables"))
        .as("user space by itself may have company")
        .contains("dcosnet_lb");

    second.say("switch nftables 0s");
    second.until(line -> line.contains("\"to\":\"nftables\""));
    assertThat(ask("11.0.0.1")).isEqualTo("one");
  }

  private LauncherProcess serve(String path, String... more) {
    List<String> args =
        new ArrayList<>(
            List.of(
                "lb", "serve", "--vips", vips.toString(), "--data-path", path, "--drain", "1s"));
    args.addAll(List.of(more));
    LauncherProcess process =
        network.call(() -> LauncherProcess.start(args.toArray(String[]::new)));
    open.add(process);
    return process;
  }

  private List<String> run(String... args) {
    LauncherProcess process = network.call(() -> LauncherProcess.start(args));
    List<String> lines = process.rest();
    assertThat(process.exit()).isZero();
    return lines;
  }

  private String shown(String... command) throws Exception {
    Process process =
        network.call(() -> new ProcessBuilder(command).redirectErrorStream(true).start());
    String text =
        new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8).strip();
    process.waitFor();
    return text;
  }

  private void replace(String... all) throws IOException {
    Path next =
        Files.writeString(folder.resolve("next"), "{\"vips\": [" + String.join(", ", all) + "]}");
    Files.move(next, vips, StandardCopyOption.REPLACE_EXISTING, StandardCopyOption.ATOMIC_MOVE);
  }

  private static String vip(int number, Named server) {
    return """
    {"protocol": "tcp", "address": "11.0.0.%d", "port": %d, "backends": [
      {"address": "127.0.0.1", "port": %d}]}
    """
        .formatted(number, PORT, server.port());
  }

  private Named server(String name) throws IOException {
    Named made = network.call(() -> new Named(name));
    open.add(made);
    return made;
  }

  private String ask(String address) throws IOException {
    return network.call(() -> askHere(address));
  }

  private static String askHere(String address) throws IOException {
    try (Socket socket = new Socket(address, PORT)) {
      socket.setSoTimeout(5000);
      socket.shutdownOutput();
      return new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    }
  }

  private Traffic traffic(String address) {
    return network.call(() -> new Traffic(address)); // its thread is in there too
  }

  /** One connection after the other to an address, from the network of its maker. */
  private static final class Traffic {
    final AtomicInteger good = new AtomicInteger();
    private final List<String> failures = new ArrayList<>();
    private final Thread thread;
    private volatile boolean stopped;

    Traffic(String address) {
      thread = new Thread(() -> connect(address), "traffic");
      thread.setDaemon(true);
      thread.start();
    }

    private void connect(String address) {
      while (!stopped) {
        try {
          if (!askHere(address).equals("one")) {
            failures.add("another answer");
          }
          good.incrementAndGet();
        } catch (IOException e) {
          failures.add(e.toString());
        }
      }
    }

    List<String> stop() throws InterruptedException {
      stopped = true;
      thread.join();
      return failures;
    }
  }

  /** Says its name to whoever connects, and then what it is told. */
  private static final class Named implements AutoCloseable {
    private final ServerSocket listening;

    Named(String name) throws IOException {
      listening = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
      start(() -> accept(name));
    }

    private static void start(Runnable work) {
      Thread thread = new Thread(work, "named");
      thread.setDaemon(true);
      thread.start();
    }

    private void accept(String name) {
      while (!listening.isClosed()) {
        try {
          Socket accepted = listening.accept();
          start(() -> talk(accepted, name));
        } catch (IOException e) {
          return; // the end
        }
      }
    }

    private static void talk(Socket socket, String name) {
      try (socket) {
        socket.getOutputStream().write(name.getBytes(StandardCharsets.UTF_8));
        for (int octet = socket.getInputStream().read();
            octet >= 0;
            octet = socket.getInputStream().read()) {
          socket.getOutputStream().write(octet);
        }
      } catch (IOException e) {
        return; // the client is gone
      }
    }

    int port() {
      return listening.getLocalPort();
    }

    @Override
    public void close() throws IOException {
      listening.close();
    }
  }
}
