// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.standalone;

import io.dcosnet.standalone.cli.Command;
import io.dcosnet.standalone.config.NearestKey;
import java.util.ArrayList;
import java.util.List;
import picocli.CommandLine;
import picocli.CommandLine.MissingParameterException;
import picocli.CommandLine.ParseResult;
import picocli.CommandLine.UnmatchedArgumentException;

/** What the parser of the command line found wrong, one line each, all at once. */
final class CommandLineProblems {

  private CommandLineProblems() {}

  static ParseResult parse(CommandLine line, String... args) {
    line.getCommandSpec().parser().collectErrors(true);
    line.setExpandAtFiles(false);
    line.getSubcommands().values().forEach(CommandLineProblems::prepare);
    return line.parseArgs(args);
  }

  private static void prepare(CommandLine line) {
    line.getCommandSpec().parser().collectErrors(true);
    line.getSubcommands().values().forEach(CommandLineProblems::prepare);
  }

  static List<String> of(ParseResult parsed) {
    List<String> problems = new ArrayList<>();
    for (ParseResult at = parsed; at != null; at = at.hasSubcommand() ? at.subcommand() : null) {
      at.errors().forEach(error -> add(problems, error));
    }
    return problems;
  }

  private static void add(List<String> problems, Exception error) {
    if (error instanceof UnmatchedArgumentException unknown) {
      boolean mayBeAValue = false; // of an option that is not known
      for (String argument : unknown.getUnmatched()) {
        boolean option = argument.startsWith("-");
        if (option || !mayBeAValue) {
          problems.add(argument + ": unknown" + nearest(unknown, argument));
        }
        mayBeAValue = option;
        if (!(unknown.getCommandLine().getCommand() instanceof Command)) {
          break; // the command itself is not known, so nobody can say what its arguments mean
        }
      }
    } else if (error instanceof MissingParameterException missing) {
      problems.add(String.valueOf(missing.getMessage()));
    } else {
      problems.add(String.valueOf(error.getMessage()));
    }
  }

  private static String nearest(UnmatchedArgumentException unknown, String argument) {
    if (argument.startsWith("--")) {
      String option = argument.replaceFirst("=.*", "");
      return NearestKey.of(option, unknown.getCommandLine().getCommandSpec().optionsMap().keySet())
          .map(found -> " (did you mean " + found + "?)")
          .orElse("");
    }
    List<String> suggestions =
        new UnmatchedArgumentException(unknown.getCommandLine(), List.of(argument))
            .getSuggestions();
    return suggestions.isEmpty() ? "" : " (did you mean " + suggestions.get(0) + "?)";
  }
}
