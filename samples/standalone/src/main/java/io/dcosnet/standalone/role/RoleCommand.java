// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.standalone.role;

import io.dcosnet.netty.NetRuntime;
import io.dcosnet.standalone.admin.Health;
import io.dcosnet.standalone.admin.Health.Question;
import io.dcosnet.standalone.cli.Arguments;
import io.dcosnet.standalone.cli.Command;
import io.dcosnet.standalone.cli.CommandFailure;
import io.dcosnet.standalone.cli.Console;
import io.dcosnet.standalone.cli.ExitCode;
import io.dcosnet.standalone.cli.Interruption;
import io.dcosnet.standalone.config.ConfigDocument;
import io.dcosnet.standalone.config.Configuration;
import io.dcosnet.standalone.config.Role;
import io.dcosnet.standalone.metrics.PrometheusMetrics;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** What {@code dcos-net master} and {@code dcos-net agent} have in common. */
abstract class RoleCommand implements Command {

  /** How long a node may take to be ready before the reasons are told. */
  private static final Duration FIRST_WAIT = Duration.ofSeconds(5);

  private static final Duration PAUSE = Duration.ofMillis(20);

  @Option(
      names = "--config",
      paramLabel = "FILE",
      description = "The configuration, YAML, or JSON in a file *.json; see docs/configuration.md.")
  @Nullable String configFile;

  @Option(
      names = "--print-config",
      description = "Print the configuration in force, with all defaults and without secrets.")
  boolean printConfig;

  @Option(
      names = "--check-config",
      description = "Say whether the configuration can be used, and end.")
  boolean checkConfig;

  private final Role role;

  RoleCommand(Role role) {
    this.role = role;
  }

  @Override
  public int run(Arguments arguments, Console console) {
    Supplier<Path> file =
        arguments.required("--config", configFile, Arguments.file(), "a readable file");
    arguments.check();
    Configuration config =
        Configuration.read(role, ConfigDocument.load(file.get()), Node.notConnected());
    if (printConfig) {
      console.line(config.toJson());
      return ExitCode.OK;
    }
    PrometheusMetrics metrics = new PrometheusMetrics();
    try (Interruption interruption = Interruption.expected();
        NetRuntime net = NetRuntime.builder().metrics(metrics).build()) {
      Node node = new Node(config, !checkConfig, net, metrics);
      AtomicReference<@Nullable String> end = new AtomicReference<>();
      node.onEnd(
          reason -> {
            end.set(reason);
            interruption.ask();
          });
      if (checkConfig) {
        console.line(file.get() + ": can be used");
        return ExitCode.OK;
      }
      node.start();
      node.listening().forEach(line -> console.err().println("dcos-net: " + line));
      if (waitUntilReady(node, net, interruption, console)) {
        console.line("ready");
        interruption.await();
      }
      node.health().leave();
      pause(net, config.admin().lameduck());
      node.leave();
      String reason = end.get();
      if (reason != null) {
        throw CommandFailure.environment(reason, null);
      }
      return ExitCode.OK;
    }
  }

  /** False when somebody asked for the end before. */
  private static boolean waitUntilReady(
      Node node, NetRuntime net, Interruption interruption, Console console) {
    long tell = net.time().nanos() + FIRST_WAIT.toNanos();
    boolean told = false;
    while (!node.health().holds(Question.READY)) {
      if (interruption.await(PAUSE)) {
        return false;
      }
      if (!told && net.time().nanos() > tell) {
        node.health().ask(Question.READY).forEach(finding -> tell(finding, console));
        told = true;
      }
    }
    return true;
  }

  private static void tell(Health.Finding finding, Console console) {
    finding
        .reason()
        .ifPresent(
            reason ->
                console
                    .err()
                    .println("dcos-net: not ready yet: " + finding.check() + ": " + reason));
  }

  /** Lets those who ask for readiness take note before the sockets close. */
  private static void pause(NetRuntime net, Duration length) {
    if (length.isZero()) {
      return;
    }
    CountDownLatch over = new CountDownLatch(1);
    net.scheduler().schedule(length, over::countDown);
    try {
      over.await();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
