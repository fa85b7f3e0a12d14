// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.standalone.gossip;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.dcosnet.standalone.cli.Console;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.function.Function;

/**
 * Says what came of commands, a line of JSON each.
 *
 * <p><b>Thread-safe.</b>
 */
final class Answers {

  private final EventLines lines;
  private final Console console;

  Answers(EventLines lines, Console console) {
    this.lines = lines;
    this.console = console;
  }

  /** Makes the objects that are said. */
  EventLines lines() {
    return lines;
  }

  void say(ObjectNode line) {
    console.line(line.toString());
  }

  /** Says what something came to once it has, or why it failed. */
  <T> void later(String line, CompletionStage<T> result, Function<T, ObjectNode> answer) {
    var unused =
        result.whenComplete(
            (value, failure) -> {
              if (failure == null) {
                say(answer.apply(value));
              } else {
                error(line, reason(failure));
              }
            });
  }

  /** Without what follows the second word, which may be a key. */
  void error(String line, String reason) {
    String[] words = line.strip().split("\\s+", 3);
    String shown = words.length < 3 ? String.join(" ", words) : words[0] + " " + words[1] + " …";
    say(lines.line("error").put("command", shown).put("reason", reason));
  }

  private static String reason(Throwable failure) {
    Throwable cause =
        failure instanceof CompletionException && failure.getCause() != null
            ? failure.getCause()
            : failure;
    return String.valueOf(cause.getMessage());
  }
}
