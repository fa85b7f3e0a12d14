// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.standalone.demo;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.dcosnet.standalone.CommandRun;
import io.dcosnet.standalone.LauncherProcess;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The demo with a process for each member. */
class ProcessDemoIT {

  private static final Duration PATIENCE = Duration.ofSeconds(30);

  @Test
  void holdsEveryStepOfItsOwnCheck() {
    CommandRun run = CommandRun.of("demo", "--processes", "--check");

    assertThat(run.out()).doesNotContain("FAIL").contains("kill -9 of a3", "the cut is mended");
    assertThat(run.out().lines().reduce((first, second) -> second).orElseThrow())
        .matches("all \\d+ steps hold");
    assertThat(run.exitCode()).isZero();
  }

  @Test
  void noMemberOutlivesWhoStartedItAndWasKilled() {
    try (LauncherProcess demo = LauncherProcess.start("demo", "--processes")) {
      List<ProcessHandle> members = members(demo.until(line -> line.contains("Ctrl-C")));
      assertThat(members).hasSize(1 + ProcessCluster.AGENTS).allMatch(ProcessHandle::isAlive);

      assertThat(demo.endBy("KILL")).isEqualTo(137);

      await().atMost(PATIENCE).until(() -> members.stream().noneMatch(ProcessHandle::isAlive));
    }
  }

  @Test
  void allMembersEndInOrderOnInterruption() {
    try (LauncherProcess demo = LauncherProcess.start("demo", "--processes")) {
      List<ProcessHandle> members = members(demo.until(line -> line.contains("Ctrl-C")));

      assertThat(demo.endBy("INT")).isEqualTo(130);

      assertThat(members).noneMatch(ProcessHandle::isAlive);
    }
  }

  private static List<ProcessHandle> members(List<String> lines) {
    return lines.stream()
        .map(String::strip)
        .filter(line -> line.matches("(master|a\\d) +\\d+ .*"))
        .map(line -> ProcessHandle.of(Long.parseLong(line.split(" +", -1)[1])).orElseThrow())
        .toList();
  }
}
