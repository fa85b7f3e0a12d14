// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.standalone.lb;

import io.dcosnet.api.ConfigurationException;
import io.dcosnet.api.Lifecycle;
import io.dcosnet.api.net.Cidr;
import io.dcosnet.api.vip.VipKey;
import io.dcosnet.lb.DataPathChoice;
import io.dcosnet.lb.DataPaths;
import io.dcosnet.lb.datapath.ApplyReport;
import io.dcosnet.lb.datapath.ApplyReport.State;
import io.dcosnet.lb.datapath.Capabilities;
import io.dcosnet.lb.datapath.DataPath;
import io.dcosnet.lb.datapath.proxy.ProxyConfig;
import io.dcosnet.lb.vip.Candidate;
import io.dcosnet.lb.vip.ServiceOptions;
import io.dcosnet.lb.vip.ServiceOptions.Policy;
import io.dcosnet.netty.NetRuntime;
import io.dcosnet.standalone.cli.Arguments;
import io.dcosnet.standalone.cli.Command;
import io.dcosnet.standalone.cli.CommandFailure;
import io.dcosnet.standalone.cli.Console;
import io.dcosnet.standalone.cli.ExitCode;
import io.dcosnet.standalone.cli.Interruption;
import io.dcosnet.standalone.config.DataPathKind;
import io.dcosnet.standalone.config.DurationText;
import java.io.BufferedReader;
import java.io.FileDescriptor;
import java.io.FileInputStream;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Option;

/** {@code dcos-net lb serve}: VIPs from a file, by whichever data path works here. */
@CommandLine.Command(
    name = "serve",
    description = {
      "Carry connections from virtual addresses to back ends as a file says, until Ctrl-C.",
      "Prints \"ready\" when it does. A change of the file is served without a restart;",
      "one that cannot be used changes nothing. What is in the kernel stays at the end, so",
      "that connections go on until it is started again. Takes commands on standard input,",
      "one a line: status, switch PATH [GRACE], stop."
    })
public final class LbServeCommand implements Command {

  private static final Duration LONGEST = Duration.ofMinutes(5);
  private static final Map<String, Policy> POLICIES = policies();

  @Option(
      names = "--vips",
      paramLabel = "FILE",
      description =
          "{\"vips\":[{\"protocol\":\"tcp\",\"address\":…,\"port\":80,\"backends\":[{\"address\":…,"
              + "\"port\":…,\"weight\":1}]}]}")
  @Nullable String vips;

  @Option(
      names = "--data-path",
      paramLabel = "PATH",
      description =
          "auto, userspace, socket, nftables, ipvs, or socket-nftables; without: auto, the best"
              + " that works here.")
  @Nullable String dataPath;

  @Option(
      names = "--policy",
      paramLabel = "POLICY",
      description = "Who gets a connection: p2c, round-robin, least or maglev; without: p2c.")
  @Nullable String policy;

  @Option(
      names = "--listen-range",
      paramLabel = "CIDR",
      description =
          "In user space: addresses of this machine that stand for VIPs, such as 127.65.0.0/16;"
              + " without: the VIPs themselves.")
  @Nullable String listenRange;

  @Option(
      names = "--routes",
      description =
          "In user space too: make VIPs addresses of this machine by local routes (root).")
  boolean routes;

  @Option(
      names = "--drain",
      paramLabel = "TIME",
      description = "How long connections go on whose back end left the file; without: 30s.")
  @Nullable String drain;

  @Option(
      names = "--on-exit",
      paramLabel = "WHAT",
      description = "What becomes of what is in the kernel: leave or remove; without: leave.")
  @Nullable String onExit;

  @Option(
      names = "--dry-run",
      description = "Print what would be done to this machine, and do nothing.")
  boolean dryRun;

  private record Wish(
      Path file,
      DataPathKind kind,
      Policy policy,
      @Nullable Cidr listenRange,
      Duration drain,
      boolean routes,
      boolean leave) {}

  @Override
  public int run(Arguments arguments, Console console) {
    Wish wish = wish(arguments);
    try (Interruption interruption = Interruption.expected();
        NetRuntime net = NetRuntime.create()) {
      DataPathChoice choice = choice(wish);
      DataPath path = choice.create(net);
      LbService service =
          new LbService(
              net,
              path,
              ServiceOptions.DEFAULTS.with(wish.policy()),
              wish.drain(),
              line -> console.err().println("dcos-net: " + line));
      FollowedFile file =
          new FollowedFile(
              wish.file(),
              net.scheduler(),
              net.executor(),
              text -> follow(wish.file(), text, service, console),
              reason -> refuse(wish.file(), List.of(reason), console));
      Map<VipKey, List<Candidate>> first = first(file, wish.file());
      Capabilities found = path.probe();
      tellChoice(choice, console);
      if (!found.usable()) {
        throw CommandFailure.environment(
            "no data path works here: " + found.detail() + " (see dcos-net doctor)", null);
      }
      if (dryRun) {
        file.stop();
        path.plan(await(service.tableOf(first))).forEach(console::line);
        return ExitCode.OK;
      }
      tellUnused(wish, choice, console);
      try {
        serve(service, file, first, choice, interruption, console);
      } catch (RuntimeException e) {
        file.stop();
        closeAfter(e, service, wish.leave());
        throw e;
      }
      await(service.close(wish.leave(), Lifecycle.DEFAULT_GRACE));
      return ExitCode.OK;
    }
  }

  private Wish wish(Arguments arguments) {
    var file = arguments.required("--vips", vips, Arguments.file(), "a readable file");
    DataPathKind kind =
        arguments
            .<DataPathKind>optional(
                "--data-path", dataPath, DataPathKind::serving, DataPathKind.servingWords())
            .get();
    Policy who =
        arguments
            .<Policy>optional(
                "--policy", policy, LbServeCommand::policy, String.join(", ", POLICIES.keySet()))
            .get();
    Cidr range =
        arguments.<Cidr>optional("--listen-range", listenRange, Cidr::parse, "ADDR/LENGTH").get();
    Duration patience =
        arguments
            .<Duration>optional("--drain", drain, DurationText::parse, DurationText.FORM)
            .get();
    Boolean leave =
        arguments
            .<Boolean>optional("--on-exit", onExit, LbServeCommand::leave, "leave or remove")
            .get();
    arguments.check();
    return new Wish(
        file.get(),
        Objects.requireNonNullElse(kind, DataPathKind.AUTO),
        Objects.requireNonNullElse(who, Policy.P2C_EWMA),
        range,
        Objects.requireNonNullElse(patience, Duration.ofSeconds(30)),
        routes,
        !Boolean.FALSE.equals(leave));
  }

  private static Map<String, Policy> policies() {
    Map<String, Policy> all = new LinkedHashMap<>();
    all.put("p2c", Policy.P2C_EWMA);
    all.put("round-robin", Policy.ROUND_ROBIN);
    all.put("least", Policy.LEAST_CONNECTIONS);
    all.put("maglev", Policy.MAGLEV);
    return all;
  }

  private static Policy policy(String text) {
    Policy found = POLICIES.get(text);
    if (found == null) {
      throw new IllegalArgumentException(text);
    }
    return found;
  }

  private static boolean leave(String text) {
    if (!text.equals("leave") && !text.equals("remove")) {
      throw new IllegalArgumentException(text);
    }
    return text.equals("leave");
  }

  private static boolean routed(Wish wish) {
    return wish.kind() != DataPathKind.USERSPACE || wish.routes();
  }

  private static DataPathChoice choice(Wish wish) {
    ProxyConfig.Builder userspace = ProxyConfig.builder().listensOnRoutes(routed(wish));
    Cidr range = wish.listenRange();
    if (range != null) {
      userspace.listenRange(range);
    }
    try {
      return DataPathChoice.builder()
          .offer(DataPaths.USERSPACE, DataPaths.userspace(userspace.build()))
          .preferred(wish.kind().preferred())
          // In user space others may do the same beside it, at addresses of their own.
          .sole(wish.kind() != DataPathKind.USERSPACE)
          .routes(routed(wish))
          .build();
    } catch (IllegalArgumentException e) {
      throw new ConfigurationException(String.valueOf(e.getMessage()).lines().toList());
    }
  }

  private static Map<VipKey, List<Candidate>> first(FollowedFile file, Path name) {
    try {
      return VipsFile.read(file.begin());
    } catch (IOException e) {
      throw new ConfigurationException(List.of(name + ": cannot be read: " + e.getMessage()));
    } catch (ConfigurationException e) {
      throw new ConfigurationException(named(name, e.problems()));
    }
  }

  private static List<String> named(Path file, List<String> problems) {
    return problems.stream().map(line -> file + ": " + line).toList();
  }

  private static void follow(Path name, String text, LbService service, Console console) {
    try {
      var unused = service.serve(VipsFile.read(text));
    } catch (ConfigurationException e) {
      refuse(name, e.problems(), console);
    }
  }

  private static void refuse(Path name, List<String> problems, Console console) {
    named(name, problems).forEach(line -> console.err().println("dcos-net: " + line));
    console.err().println("dcos-net: " + name + ": not used; what was there before goes on");
  }

  private static void tellChoice(DataPathChoice choice, Console console) {
    choice
        .considered()
        .forEach(
            one -> {
              switch (one.fate()) {
                case CARRIES ->
                    console
                        .err()
                        .println("dcos-net: data path " + one.name() + ": " + one.reason());
                case UNUSABLE ->
                    console
                        .err()
                        .println(
                            "dcos-net: data path " + one.name() + " not usable: " + one.reason());
                default -> {}
              }
            });
  }

  private static void tellUnused(Wish wish, DataPathChoice choice, Console console) {
    if (wish.listenRange() != null && !choice.name().equals(DataPaths.USERSPACE)) {
      console
          .err()
          .println(
              "dcos-net: --listen-range "
                  + wish.listenRange()
                  + " is for user space, and VIPs by "
                  + choice.name()
                  + " are at their own addresses");
    }
  }

  /** What of the first table is in the kernel already ends or stays as in any other case. */
  private static void closeAfter(RuntimeException failure, LbService service, boolean leave) {
    try {
      await(service.close(leave, Lifecycle.DEFAULT_GRACE));
    } catch (RuntimeException e) {
      failure.addSuppressed(e);
    }
  }

  private static boolean nothingCouldBeBound(ApplyReport report) {
    return !report.services().isEmpty()
        && report.services().values().stream().allMatch(o -> o.state() == State.BIND_FAILED);
  }

  private static void serve(
      LbService service,
      FollowedFile file,
      Map<VipKey, List<Candidate>> first,
      DataPathChoice choice,
      Interruption interruption,
      Console console) {
    String chosen = choice.name();
    ApplyReport report = await(service.serve(first));
    if (!choice.name().equals(chosen)) {
      tellChoice(choice, console); // the first table showed more than the probe
    }
    if (nothingCouldBeBound(report)) {
      console
          .err()
          .println(
              "dcos-net: no VIP could be bound (expected: root, or addresses of the loopback device"
                  + " in their place: --listen-range 127.64.0.0/16)");
    }
    console.line("ready");
    LbCommands commands = new LbCommands(choice, service::report, interruption::ask, console);
    Thread reader = new Thread(() -> read(commands, console), "dcosnet-commands");
    reader.setDaemon(true); // reading cannot be interrupted
    reader.start();
    interruption.await();
    file.stop();
  }

  private static void read(LbCommands commands, Console console) {
    try (BufferedReader input =
        new BufferedReader(
            new InputStreamReader(
                new FileInputStream(FileDescriptor.in), StandardCharsets.UTF_8))) {
      for (String line = input.readLine(); line != null; line = input.readLine()) {
        commands.run(line);
      }
    } catch (IOException e) {
      // Whoever gave the commands is gone; connections go on until a signal comes.
      console.err().println("dcos-net: no more commands: " + e.getMessage());
    }
  }

  private static <T> T await(Future<T> future) {
    try {
      return future.get(LONGEST.toNanos(), TimeUnit.NANOSECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw CommandFailure.refused("interrupted");
    } catch (ExecutionException | CompletionException e) {
      throw CommandFailure.environment(LbService.reason(e), e);
    } catch (TimeoutException e) {
      throw CommandFailure.environment("the data path did not answer within " + LONGEST, e);
    }
  }
}
