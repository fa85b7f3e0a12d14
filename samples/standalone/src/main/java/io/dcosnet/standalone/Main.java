// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.standalone;

import io.dcosnet.api.ConfigurationException;
import io.dcosnet.api.DcosNetException;
import io.dcosnet.lb.DataPathUnusableException;
import io.dcosnet.linux.KernelException;
import io.dcosnet.netty.BindFailedException;
import io.dcosnet.standalone.ask.ExplainCommand;
import io.dcosnet.standalone.ask.StatusCommand;
import io.dcosnet.standalone.cleanup.CleanupCommand;
import io.dcosnet.standalone.cli.Arguments;
import io.dcosnet.standalone.cli.Command;
import io.dcosnet.standalone.cli.CommandFailure;
import io.dcosnet.standalone.cli.Console;
import io.dcosnet.standalone.cli.ExitCode;
import io.dcosnet.standalone.cli.Version;
import io.dcosnet.standalone.demo.DemoCommand;
import io.dcosnet.standalone.demo.DemoMemberCommand;
import io.dcosnet.standalone.dns.DnsCommand;
import io.dcosnet.standalone.doctor.DoctorCommand;
import io.dcosnet.standalone.edge.EdgeCommand;
import io.dcosnet.standalone.gossip.GossipCommand;
import io.dcosnet.standalone.lb.LbCommand;
import io.dcosnet.standalone.overlay.OverlayCommand;
import io.dcosnet.standalone.role.AgentCommand;
import io.dcosnet.standalone.role.MasterCommand;
import io.dcosnet.standalone.vip.VipCommand;
import picocli.CommandLine;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParseResult;

/** The entry point: finds the command, runs it and turns the way it ended into an exit code. */
@CommandLine.Command(
    name = "dcos-net",
    description = "Names, virtual addresses and container networks for a cluster's tasks.",
    versionProvider = Main.VersionLine.class,
    synopsisSubcommandLabel = "COMMAND",
    footer = {
      "",
      "Exit codes: 0 done, 1 a check failed or an input was refused, 2 wrong usage,",
      "3 the environment lacks something, 130 after Ctrl-C."
    },
    subcommands = {
      DemoCommand.class,
      MasterCommand.class,
      AgentCommand.class,
      StatusCommand.class,
      ExplainCommand.class,
      DnsCommand.class,
      VipCommand.class,
      LbCommand.class,
      EdgeCommand.class,
      GossipCommand.class,
      OverlayCommand.class,
      DoctorCommand.class,
      CleanupCommand.class,
      DemoMemberCommand.class,
      WarmUpCommand.class,
    })
public final class Main {

  @Option(
      names = {"-h", "--help"},
      usageHelp = true,
      scope = CommandLine.ScopeType.INHERIT,
      description = "Show this help.")
  boolean help;

  @Option(names = "--version", versionHelp = true, description = "Show the version.")
  boolean version;

  Main() {}

  public static void main(String[] args) {
    Console console = Console.ofProcess();
    int code = run(console, args);
    if (console.out().checkError() && code == ExitCode.OK) {
      console
          .err()
          .println(
              "dcos-net: the result could not be written (its reader is gone, or the disk is full)");
      code = ExitCode.ENVIRONMENT;
    }
    if (code != ExitCode.OK) {
      System.exit(code);
    }
  }

  /** Runs one command line to its end and returns its exit code; exits nothing. */
  static int run(Console console, String... args) {
    CommandLine line = new CommandLine(new Main());
    ParseResult parsed = CommandLineProblems.parse(line, args);
    CommandLine chosen = leaf(parsed).commandSpec().commandLine();
    if (leaf(parsed).isUsageHelpRequested()) {
      chosen.usage(console.out());
      return ExitCode.OK;
    }
    if (parsed.isVersionHelpRequested()) {
      line.printVersionHelp(console.out());
      return ExitCode.OK;
    }
    try {
      Arguments arguments = new Arguments();
      CommandLineProblems.of(parsed).forEach(arguments::problem);
      if (chosen.getCommandSpec().userObject() instanceof Command command) {
        return command.run(arguments, console);
      }
      arguments.check();
      chosen.usage(console.err()); // a group without its command
      return ExitCode.USAGE;
    } catch (ConfigurationException e) {
      e.problems().forEach(console.err()::println);
      console.err().println("Try: " + chosen.getCommandSpec().qualifiedName() + " --help");
      return ExitCode.USAGE;
    } catch (CommandFailure e) {
      console.err().println("dcos-net: " + e.reason());
      return e.exitCode();
    } catch (BindFailedException | DataPathUnusableException | KernelException e) {
      console.err().println("dcos-net: " + e.getMessage());
      return ExitCode.ENVIRONMENT;
    } catch (DcosNetException e) {
      console.err().println("dcos-net: " + e.getMessage());
      return ExitCode.DIFFERENCE;
    }
  }

  private static ParseResult leaf(ParseResult parsed) {
    ParseResult leaf = parsed;
    while (leaf.hasSubcommand()) {
      leaf = leaf.subcommand();
    }
    return leaf;
  }

  static final class VersionLine implements CommandLine.IVersionProvider {
    @Override
    public String[] getVersion() {
      return new String[] {"dcos-net " + Version.text()};
    }
  }
}
