// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.standalone.lb;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.dcosnet.standalone.CommandRun;
import io.dcosnet.standalone.LauncherProcess;
import io.dcosnet.standalone.Ports;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** VIPs of a file in user space, on loopback and without any rights. */
class LbServeIT {

  @TempDir Path folder;
  private Path vips;
  private int port;

  @BeforeEach
  void findAFreePort() {
    vips = folder.resolve("vips.json");
    port = Ports.free(1).get(0);
  }

  @Test
  void followsItsFileAndKeepsWhatItHasWhenThatIsRefused() throws Exception {
    try (Named one = new Named("one");
        Named two = new Named("two")) {
      replace(vip(one));
      try (LauncherProcess server = serve("userspace")) {
        server.until("ready"::equals);
        assertThat(ask()).isEqualTo("one");

        replace(vip(two));
        await().atMost(Duration.ofSeconds(10)).until(() -> ask().equals("two"));

        replace("{\"vips\": [{\"protocol\": ");
        await()
            .during(Duration.ofSeconds(1))
            .atMost(Duration.ofSeconds(5))
            .until(() -> ask().equals("two"));
        Files.delete(vips);
        await()
            .during(Duration.ofMillis(600))
            .atMost(Duration.ofSeconds(5))
            .until(() -> ask().equals("two"));

        replace(vip(one, two));
        await().atMost(Duration.ofSeconds(10)).until(() -> ask().equals("one"));
        assertThat(server.endBy("TERM")).isEqualTo(143);
      }
    }
  }

  @Test
  void takesCommandsAndSaysWhyItStaysWhereItIs() throws Exception {
    try (Named one = new Named("one")) {
      replace(vip(one));
      try (LauncherProcess server = serve("userspace")) {
        server.until("ready"::equals);

        server.say("status");
        server.say("switch pigeon");
        server.say("switch");
        server.say("stop");

        List<String> lines = server.until(line -> line.contains("switch PATH [GRACE]"));
        assertThat(lines)
            .anyMatch(
                line ->
                    line.startsWith("{\"event\":\"status\",\"dataPath\":\"userspace\"")
                        && line.endsWith("\"services\":1,\"serving\":1}"));
        assertThat(server.exit()).isZero();
      }
    }
  }

  @Test
  void printsWhatItWouldDoAndDoesNothing() throws IOException {
    try (Named one = new Named("one")) {
      replace(vip(one));

      CommandRun run =
          CommandRun.of(
              "lb",
              "serve",
              "--vips",
              vips.toString(),
              "--data-path",
              "userspace",
              "--dry-run",
              "--policy",
              "maglev");

      assertThat(run.exitCode()).isZero();
      assertThat(run.out())
          .isEqualTo(
              "serve tcp 127.64.0.1:" + port + " by 127.0.0.1:" + one.port() + " weight 1\n");
      assertThat(run.err()).contains("data path userspace:");
    }
  }

  @Test
  void saysThatAVipWithoutBackEndsIsLeftOut() throws IOException {
    replace(vip());

    CommandRun run =
        CommandRun.of(
            "lb", "serve", "--vips", vips.toString(), "--data-path", "userspace", "--dry-run");

    assertThat(run.exitCode()).isZero();
    assertThat(run.err()).contains("127.64.0.1:" + port, "left out: no back ends");
  }

  @Test
  void saysWhatToDoWhereNothingCanBeBound() throws Exception {
    try (Named one = new Named("one")) {
      // Documentation addresses are nobody's, so that root cannot bind them either.
      replace(vip(one).replace("127.64.0.1", "192.0.2.1"));
      Path said = folder.resolve("said");
      try (LauncherProcess server =
          LauncherProcess.start(
              List.of(),
              ProcessBuilder.Redirect.to(said.toFile()),
              "lb",
              "serve",
              "--vips",
              vips.toString(),
              "--data-path",
              "userspace")) {
        server.until("ready"::equals); // told before, so it is there

        assertThat(said).content().contains("BIND_FAILED", "--listen-range 127.");
      }
    }
  }

  @Test
  void refusesAFileThatIsWrongFromTheBeginning() throws IOException {
    replace("{\"vips\": [{}, {\"port\": 0}]}");

    CommandRun run = CommandRun.of("lb", "serve", "--vips", vips.toString());

    assertThat(run.exitCode()).as("as any configuration that is wrong").isEqualTo(2);
    assertThat(run.err()).contains("vips[0].protocol: missing (expected: tcp or udp)");
    assertThat(run.errLines())
        .contains(
            vips + ": vips[0].address: missing (expected: an IP address)",
            vips + ": vips[1].port: 0 (expected: 1-65535)",
            vips + ": vips[1].backends: missing (expected: a list)");
  }

  @Test
  void listsAllWrongOptionsAtOnce() {
    CommandRun run =
        CommandRun.of(
            "lb",
            "serve",
            "--vips",
            "/nowhere",
            "--data-path",
            "pigeon",
            "--policy",
            "luck",
            "--drain",
            "soon",
            "--on-exit",
            "weep",
            "--listen-range",
            "here");

    assertThat(run.exitCode()).isEqualTo(2);
    assertThat(run.errLines())
        .contains(
            "--vips: /nowhere (expected: a readable file)",
            "--data-path: pigeon (expected: auto, userspace, socket, nftables, socket-nftables,"
                + " ipvs)",
            "--policy: luck (expected: p2c, round-robin, least, maglev)",
            "--on-exit: weep (expected: leave or remove)",
            "--listen-range: here (expected: ADDR/LENGTH)")
        .anyMatch(line -> line.startsWith("--drain: soon (expected: a duration"));
  }

  private LauncherProcess serve(String path) {
    return LauncherProcess.start(
        "lb", "serve", "--vips", vips.toString(), "--data-path", path, "--drain", "1s");
  }

  private void replace(String text) throws IOException {
    Path next = Files.writeString(folder.resolve("next"), text);
    Files.move(next, vips, StandardCopyOption.REPLACE_EXISTING, StandardCopyOption.ATOMIC_MOVE);
  }

  private String vip(Named... servers) {
    StringBuilder backends = new StringBuilder();
    for (Named server : servers) {
      backends
          .append(backends.isEmpty() ? "" : ", ")
          .append("{\"address\": \"127.0.0.1\", \"port\": " + server.port() + "}");
    }
    return """
    {"vips": [{"protocol": "tcp", "address": "127.64.0.1", "port": %d, "backends": [%s]}]}
    """
        .formatted(port, backends);
  }

  private String ask() throws IOException {
    try (Socket socket = new Socket("127.64.0.1", port)) {
      return new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    }
  }

  /** Says its name to whoever connects. */
  private static final class Named implements AutoCloseable {
    private final ServerSocket listening;

    Named(String name) throws IOException {
      listening = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
      Thread answering =
          new Thread(
              () -> {
                while (!listening.isClosed()) {
                  try (Socket accepted = listening.accept()) {
                    accepted.getOutputStream().write(name.getBytes(StandardCharsets.UTF_8));
                  } catch (IOException e) {
                    // a client that left early, or the end
                  }
                }
              },
              "named-" + name);
      answering.setDaemon(true);
      answering.start();
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
