// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.lb.datapath.ipvs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.dcosnet.linux.KernelException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Scripts in the place of iptables. */
@Timeout(60)
class MasqueradeTest {

  @TempDir private Path folder;

  private String program(String name, String script) throws IOException {
    Path file = Files.writeString(folder.resolve(name), "#!/bin/sh\n" + script + "\n");
    Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwx------"));
    return file.toString();
  }

  @Test
  void waitsForNoProgramThatDoesNotEnd() throws IOException {
    String stuck = program("stuck", "exec sleep 1000");
    Masquerade rule = new Masquerade("iptables", List.of(stuck), Duration.ofMillis(200));

    assertThat(rule.lack())
        .hasValueSatisfying(why -> assertThat(why).contains("did not end within"));
    assertThat(rule.isThere()).isFalse();
    assertThat(rule.remove()).isFalse();
    assertThatThrownBy(rule::add)
        .isInstanceOf(KernelException.class)
        .hasMessageContaining("did not end within");
  }

  @Test
  void takesTheFirstProgramThatAddsTheRuleAndTellsWhatTheOthersSaid() throws IOException {
    Path log = folder.resolve("log");
    String no = program("no", "echo 'no table nat'; exit 3");
    String yes = program("yes", "echo \"$5\" >> " + log + "; test \"$5\" != -C");
    assertThat(new Masquerade("iptables", List.of(no), Duration.ofSeconds(30)).lack())
        .hasValueSatisfying(why -> assertThat(why).endsWith("no: no table nat"));

    Masquerade rule = new Masquerade("iptables", List.of(no, yes), Duration.ofSeconds(30));

    assertThat(rule.add()).isTrue();
    assertThat(Files.readAllLines(log)).as("asked, then added").hasSize(2);
  }
}
