// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.dns;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.dcosnet.api.net.HostPort;
import io.dcosnet.testkit.Required;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** Runs the real {@code dig}. */
public final class Dig {

  private Dig() {}

  /** Leaves the test out, with the reason, where there is no such program. */
  public static void require() {
    Required.program("dig", "bind9-dnsutils");
  }

  /** What dig prints. */
  public static String ask(HostPort server, String... arguments) throws IOException, InterruptedException {
    List<String> command =
        new ArrayList<>(
            List.of(
                "dig", "@" + server.address(), "-p", "" + server.port(), "+time=10", "+tries=1"));
    command.addAll(Arrays.asList(arguments));
    Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
    String output = new String(process.getInputStream().readAllBytes(), UTF_8);
    assertThat(process.waitFor(30, TimeUnit.SECONDS)).isTrue();
    return output;
  }
}
