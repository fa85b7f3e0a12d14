// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.standalone.edge;

import static org.assertj.core.api.Assertions.assertThat;

import io.dcosnet.standalone.CommandRun;
import io.dcosnet.testkit.Fixtures;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class EdgeRenderCommandTest {

  @TempDir Path folder;

  @Test
  void printsTheSameConfigurationForTheSameApps() {
    CommandRun once = render(1);

    assertThat(once.exitCode()).isZero();
    assertThat(once.out())
        .contains("\nfrontend edge:http\n  bind *:80\n")
        .contains("\nbackend gamma_12118\n")
        .isEqualTo(render(1).out());
  }

  @Test
  void listensForHttpsWhereThereAreCertificates() throws IOException {
    Path pem = Files.writeString(folder.resolve("own.pem"), "not looked into\n");

    assertThat(render(2, "--certs", folder.toString()).out())
        .contains("  bind *:443 ssl crt " + pem + " alpn h2,http/1.1\n");
  }

  @Test
  void refusesCertificatesThatAreNotThere() {
    CommandRun run = render(2, "--certs", folder.resolve("none").toString());

    assertThat(run.exitCode()).isEqualTo(2);
    assertThat(run.out()).isEmpty();
  }

  private static CommandRun render(int set, String... more) {
    Path file = Fixtures.find().resolve("marathon/own-routing-" + set + ".json");
    String[] arguments = new String[6 + more.length];
    String[] first = {"edge", "render", "--apps", file.toString(), "--group", "external"};
    System.arraycopy(first, 0, arguments, 0, first.length);
    System.arraycopy(more, 0, arguments, first.length, more.length);
    return CommandRun.of(arguments);
  }
}
