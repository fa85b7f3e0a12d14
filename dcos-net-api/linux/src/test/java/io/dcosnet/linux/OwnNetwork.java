// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.linux;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.dcosnet.linux.namespace.NetworkNamespace;
import io.dcosnet.testkit.Required;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** A network namespace for one test, in which programs can be run. */
public final class OwnNetwork implements AutoCloseable {

  private final NetworkNamespace namespace = NetworkNamespace.create();

  private OwnNetwork() {}

  /** Makes one, or skips the test where that is not allowed. */
  public static OwnNetwork create() {
    requireRoot();
    return new OwnNetwork();
  }

  /** Goes on when this process may change the network. */
  public static void requireRoot() {
    Required.that(
        Linux.unavailableBecause().isEmpty()
            && Files.isWritable(Path.of("/proc/sys/net/core/rmem_max")),
        "root is needed");
  }

  public NetworkNamespace namespace() {
    return namespace;
  }

  /** Runs a program there, which must succeed, and returns what it says. */
  public String run(String... command) {
    return run(List.of(command), "");
  }

  /** As the other one, with input. */
  public String run(List<String> command, String input) {
    // A process is in the namespace of the thread that starts it.
    return namespace.call(
        () -> {
          try {
            Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
            try (var in = process.getOutputStream()) {
              in.write(input.getBytes(UTF_8));
            }
            String said = new String(process.getInputStream().readAllBytes(), UTF_8);
            assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
            assertThat(process.exitValue()).as("%s: %s", command, said).isZero();
            return said;
          } catch (IOException | InterruptedException e) {
            throw new AssertionError(e);
          }
        });
  }

  @Override
  public void close() {
    namespace.close();
  }
}
