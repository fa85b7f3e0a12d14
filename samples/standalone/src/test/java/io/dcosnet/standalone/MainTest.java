// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.standalone;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class MainTest {

  @Test
  void listsEveryProblemOfACommandLineOnALineOfItsOwn() {
    CommandRun run = CommandRun.of("doctor", "extra", "--jsn", "--colour", "blue");

    assertThat(run.exitCode()).isEqualTo(2);
    assertThat(run.out()).isEmpty();
    assertThat(run.errLines())
        .containsExactly(
            "extra: unknown",
            "--jsn: unknown (did you mean --json?)",
            "--colour: unknown",
            "Try: dcos-net doctor --help");
  }

  @Test
  void suggestsTheNearestCommand() {
    CommandRun run = CommandRun.of("docter");

    assertThat(run.exitCode()).isEqualTo(2);
    assertThat(run.errLines()).first().isEqualTo("docter: unknown (did you mean doctor?)");
  }

  @Test
  void showsUsageAsAnErrorWhenNoCommandIsGiven() {
    CommandRun run = CommandRun.of();

    assertThat(run.exitCode()).isEqualTo(2);
    assertThat(run.out()).isEmpty();
    assertThat(run.err()).contains("Usage: dcos-net").contains("doctor");
  }

  @Test
  void showsHelpOnStandardOutputWhenAskedFor() {
    assertThat(CommandRun.of("--help").out()).contains("Usage: dcos-net").contains("Exit codes:");
    assertThat(CommandRun.of("doctor", "--help").out()).contains("Usage: dcos-net doctor");
    assertThat(CommandRun.of("--help").exitCode()).isZero();
  }

  @Test
  void showsTheVersion() {
    CommandRun run = CommandRun.of("--version");

    assertThat(run.exitCode()).isZero();
    assertThat(run.out()).startsWith("dcos-net ");
  }
}
