// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.standalone.lb;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.dcosnet.api.DcosNetException;
import io.dcosnet.lb.DataPathChoice;
import io.dcosnet.lb.datapath.ApplyReport;
import io.dcosnet.lb.datapath.ApplyReport.State;
import io.dcosnet.lb.datapath.choice.Switched;
import io.dcosnet.standalone.cli.Console;
import io.dcosnet.standalone.config.DurationText;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.CompletionException;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * What a load balancer does that is told by lines on standard input. Each gets one line of JSON as
 * its answer: an event named after it, or {@code {"event":"error",…}}.
 *
 * <p><b>Thread-safe.</b>
 */
final class LbCommands {

  private static final Duration GRACE = Duration.ofSeconds(30);
  private static final String HELP = "status, switch PATH [GRACE, such as 30s], stop";

  private final DataPathChoice choice;
  private final Supplier<@Nullable ApplyReport> report;
  private final Runnable stop;
  private final Console console;

  LbCommands(
      DataPathChoice choice,
      Supplier<@Nullable ApplyReport> report,
      Runnable stop,
      Console console) {
    this.choice = choice;
    this.report = report;
    this.stop = stop;
    this.console = console;
  }

  /** Carries out one line; answers on standard output, perhaps later. */
  void run(String line) {
    List<String> words = List.of(line.strip().split("\\s+"));
    switch (words.get(0)) {
      case "" -> {}
      case "status" -> say(status());
      case "switch" -> switchTo(words);
      case "stop" -> stop.run();
      case "help" -> say(event("help").put("commands", HELP));
      default -> error(words.get(0) + ": unknown (expected: " + HELP + ")");
    }
  }

  private void switchTo(List<String> words) {
    Duration grace = GRACE;
    try {
      if (words.size() < 2 || words.size() > 3) {
        throw new IllegalArgumentException("switch: (expected: switch PATH [GRACE])");
      } else if (words.size() == 3) {
        grace = DurationText.parse(words.get(2));
      }
    } catch (IllegalArgumentException | DcosNetException e) {
      error(String.valueOf(e.getMessage()));
      return;
    }
    choice
        .switchTo(words.get(1), grace)
        .whenComplete(
            (done, failure) -> {
              if (failure == null) {
                say(told(done));
              } else {
                Throwable cause =
                    failure instanceof CompletionException ? failure.getCause() : failure;
                error(String.valueOf(cause == null ? failure : cause.getMessage()));
              }
            });
  }

  private static ObjectNode told(Switched switched) {
    ObjectNode event = event("switch").put("from", switched.from()).put("to", switched.to());
    switched.leaving().forEach(event.putArray("leaving")::add);
    return event;
  }

  private ObjectNode status() {
    ObjectNode event = event("status").put("dataPath", choice.name());
    ArrayNode considered = event.putArray("considered");
    choice
        .considered()
        .forEach(
            one ->
                considered
                    .addObject()
                    .put("name", one.name())
                    .put("fate", one.fate().name().toLowerCase(Locale.ROOT))
                    .put("reason", one.reason()));
    ApplyReport last = report.get();
    long serving =
        last == null
            ? 0
            : last.services().values().stream().filter(o -> o.state() == State.SERVING).count();
    return event.put("services", last == null ? 0 : last.services().size()).put("serving", serving);
  }

  private static ObjectNode event(String name) {
    return JsonNodeFactory.instance.objectNode().put("event", name);
  }

  private void error(String reason) {
    say(event("error").put("reason", reason));
  }

  private void say(ObjectNode event) {
    console.line(event.toString());
  }
}
