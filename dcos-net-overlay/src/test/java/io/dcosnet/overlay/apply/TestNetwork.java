// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.overlay.apply;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.dcosnet.linux.Linux;
import io.dcosnet.linux.namespace.NetworkNamespace;
import io.dcosnet.linux.nft.Nftables;
import io.dcosnet.linux.route.Links;
import io.dcosnet.linux.route.RouteSocket;
import io.dcosnet.testkit.Required;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** A network namespace of a test, in which programs can be run. */
final class TestNetwork implements AutoCloseable {

  private final NetworkNamespace namespace = NetworkNamespace.create();
  private final RouteSocket routes;

  TestNetwork() {
    routes = namespace.call(RouteSocket::open);
    routes.change(Links.setUp(1, true)); // the loopback device
  }

  /** Goes on when this process may change the network, and has the programs to look at it. */
  static void needsRoot() {
    Required.that(
        Linux.unavailableBecause().isEmpty()
            && Files.isWritable(Path.of("/proc/sys/net/core/rmem_max")),
        "root is needed");
    Required.that(Nftables.unavailableBecause().isEmpty(), "libnftables1");
    Required.program("ip", "iproute2");
    Required.program("ping", "iputils-ping");
  }

  NetworkNamespace namespace() {
    return namespace;
  }

  RouteSocket routes() {
    return routes;
  }

  /** Runs a program there, which must succeed, and returns what it says. */
  String run(String command) {
    Ended ended = tries(command);
    assertThat(ended.code()).as("%s: %s", command, ended.said()).isZero();
    return ended.said();
  }

  /** How a program ended. */
  record Ended(int code, String said) {}

  /** Runs a program there, whose words are separated by spaces. */
  Ended tries(String command) {
    // A process is in the namespace of the thread that starts it.
    return namespace.call(
        () -> {
          try {
            Process process =
                new ProcessBuilder(List.of(command.split(" ", -1)))
                    .redirectErrorStream(true)
                    .start();
            process.getOutputStream().close();
            String said = new String(process.getInputStream().readAllBytes(), UTF_8);
            assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
            return new Ended(process.exitValue(), said);
          } catch (IOException | InterruptedException e) {
            throw new AssertionError(e);
          }
        });
  }

  /** Runs commands of nft there, as somebody else would. */
  String nft(String commands) {
    return namespace.call(
        () -> {
          try (Nftables nftables = Nftables.open()) {
            return nftables.run(commands);
          }
        });
  }

  @Override
  public void close() {
    routes.close();
    namespace.close();
  }
}
