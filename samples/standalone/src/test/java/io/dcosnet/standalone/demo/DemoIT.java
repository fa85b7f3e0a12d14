// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.standalone.demo;

import static org.assertj.core.api.Assertions.assertThat;

import io.dcosnet.api.net.HostPort;
import io.dcosnet.standalone.CommandRun;
import io.dcosnet.standalone.LauncherProcess;
import io.dcosnet.standalone.demo.DnsQuestion.Answer;
import io.dcosnet.testkit.Required;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

class DemoIT {

  @Test
  void holdsEveryStepOfItsOwnCheck() {
    CommandRun run = CommandRun.of("demo", "--check");

    assertThat(run.out()).doesNotContain("FAIL").contains("dies with all its tasks");
    assertThat(run.out().lines().filter(line -> line.startsWith("ok"))).hasSizeGreaterThan(60);
    assertThat(run.out().lines().reduce((first, second) -> second).orElseThrow())
        .matches("all \\d+ steps hold");
    assertThat(run.exitCode()).isZero();
  }

  @Test
  void printsLinesToTryThatWorkAndEndsAtOnceOnInterruption() throws Exception {
    try (LauncherProcess demo = LauncherProcess.start("demo")) {
      List<String> lines = demo.until(line -> line.contains("Ctrl-C"));

      List<String> digs = lines.stream().filter(line -> line.startsWith("  dig ")).toList();
      List<String> curls = lines.stream().filter(line -> line.startsWith("  curl ")).toList();
      assertThat(digs).hasSize(3);
      assertThat(curls).hasSize(DemoCluster.AGENTS);
      for (String dig : digs) {
        assertThat(asked(dig).data()).as(dig).isNotEmpty();
      }
      for (String curl : curls) {
        assertThat(answering(curl)).as(curl).hasSize(3);
      }
      assertThat(demo.endBy("INT")).isEqualTo(130);
    }
  }

  @Test
  void answersTheRealDigAndCurl() throws Exception {
    Required.that(isProgram("dig") && isProgram("curl"), "dig and curl");
    try (LauncherProcess demo = LauncherProcess.start("demo")) {
      List<String> lines = demo.until(line -> line.contains("Ctrl-C"));

      for (String line : lines) {
        if (line.startsWith("  dig ")) {
          assertThat(output(line.strip() + " +short")).as(line).isNotBlank();
        } else if (line.startsWith("  curl ")) {
          assertThat(output(line.strip() + " -s")).as(line).startsWith("task=web.demo-");
        }
      }
    }
  }

  @Test
  void endsByItselfAfterItsDuration() {
    CommandRun run = CommandRun.of("demo", "--duration", "1");

    assertThat(run.exitCode()).isZero();
    assertThat(run.out()).contains("stopping");
  }

  @Test
  void refusesADurationThatIsNone() {
    CommandRun run = CommandRun.of("demo", "--duration", "soon", "--chek");

    assertThat(run.exitCode()).isEqualTo(2);
    assertThat(run.errLines())
        .anyMatch(line -> line.equals("--chek: unknown (did you mean --check?)"))
        .anyMatch(line -> line.startsWith("--duration: soon (expected: seconds, 1-"));
  }

  /** The question that a printed line asks: {@code dig @ADDR -p PORT NAME [TYPE]}. */
  private static Answer asked(String dig) {
    List<String> words = List.of(dig.strip().split(" ", -1));
    HostPort server = HostPort.parse(words.get(1).substring(1) + ":" + words.get(3));
    String type = words.size() > 5 ? words.get(5) : "A";
    return new DnsQuestion(server, false, words.get(4), type).ask();
  }

  /** Which tasks answer when the printed line is repeated. */
  private static Set<String> answering(String curl) {
    String url = curl.strip().substring("curl ".length());
    HostPort vip = HostPort.parse(url.substring("http://".length(), url.length() - 1));
    Set<String> tasks = new HashSet<>();
    for (int i = 0; i < 12; i++) {
      new WebRequest(vip).answeringTask().ifPresent(tasks::add);
    }
    return tasks;
  }

  private static boolean isProgram(String name) {
    return Files.isExecutable(Path.of("/usr/bin", name));
  }

  private static String output(String command) throws IOException, InterruptedException {
    Process process = new ProcessBuilder(command.split(" ", -1)).start();
    String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    process.waitFor();
    return output;
  }
}
