// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.standalone.demo;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.dcosnet.api.net.HostPort;
import io.dcosnet.standalone.cli.CommandFailure;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * A member of the demo that runs in another process, as seen by who started it: that process is
 * asked over its standard input and answers on its standard output; the members among themselves
 * have only their sockets.
 *
 * <p><b>Confined to</b> one thread.
 */
final class ChildMember implements AutoCloseable {

  private static final ObjectMapper JSON = new ObjectMapper();
  private static final long PATIENCE_SECONDS = 10;

  private final String name;
  private final Process process;
  private final PrintStream questions;
  private final BufferedReader answers;
  private @Nullable JsonNode ready;

  private ChildMember(String name, Process process) {
    this.name = name;
    this.process = process;
    questions = new PrintStream(process.getOutputStream(), true, StandardCharsets.UTF_8);
    answers = process.inputReader(StandardCharsets.UTF_8);
  }

  /**
   * Starts one, without waiting.
   *
   * @param wish what it is to be
   */
  static ChildMember start(String name, ObjectNode wish) {
    try {
      ChildMember child =
          new ChildMember(
              name,
              new ProcessBuilder(Launcher.command("demo-member"))
                  .redirectError(ProcessBuilder.Redirect.INHERIT)
                  .start());
      child.questions.println(wish);
      return child;
    } catch (IOException e) {
      throw CommandFailure.environment(name + ": cannot be started: " + e.getMessage(), e);
    }
  }

  String name() {
    return name;
  }

  long pid() {
    return process.pid();
  }

  /** Waits until it serves. */
  void awaitReady() {
    ready = line("start");
  }

  HostPort gossip() {
    return HostPort.parse(told("gossip"));
  }

  HostPort dns() {
    return HostPort.parse(told("dns"));
  }

  private String told(String what) {
    return Objects.requireNonNull(ready, "ready").path(what).asText();
  }

  /** A question that has nothing but its name. */
  static ObjectNode question(String what) {
    return JsonNodeFactory.instance.objectNode().put("do", what);
  }

  /**
   * Asks, and waits for the answer.
   *
   * @throws CommandFailure when the process is gone, or refuses
   */
  JsonNode ask(ObjectNode question) {
    questions.println(question);
    return line(question.path("do").asText());
  }

  private JsonNode line(String what) {
    try {
      String line = answers.readLine();
      if (line == null) {
        throw CommandFailure.refused(name + ": the process ended at: " + what);
      }
      JsonNode answer = JSON.readTree(line);
      if (answer.has("error")) {
        throw CommandFailure.refused(name + ": " + what + ": " + answer.path("error").asText());
      }
      return answer;
    } catch (IOException e) {
      throw CommandFailure.refused(name + ": no answer to " + what + ": " + e.getMessage());
    }
  }

  /** Ends the process as {@code kill -9} does, and waits until the system has. */
  void kill() {
    process.destroyForcibly();
    awaitEnd();
  }

  private boolean awaitEnd() {
    try {
      return process.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return false;
    }
  }

  /** Says that there are no more questions, on which it ends. */
  void dismiss() {
    questions.close();
  }

  @Override
  public void close() {
    dismiss();
    if (!awaitEnd()) {
      process.destroyForcibly();
    }
  }
}
