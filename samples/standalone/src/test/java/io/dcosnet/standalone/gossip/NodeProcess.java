// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.standalone.gossip;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.dcosnet.standalone.Main;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/** {@code dcos-net gossip node} in a process of its own, with all that it says. */
final class NodeProcess implements AutoCloseable {

  private static final ObjectMapper JSON = new ObjectMapper();

  private final String name;
  private final Process process;
  private final PrintStream commands;
  private final List<JsonNode> lines = new CopyOnWriteArrayList<>();
  private final Thread reader;

  private NodeProcess(String name, Process process) {
    this.name = name;
    this.process = process;
    commands = new PrintStream(process.getOutputStream(), true, StandardCharsets.UTF_8);
    reader = new Thread(this::read, "lines of " + name);
    reader.setDaemon(true);
    reader.start();
  }

  /** Starts one, without waiting; standard error goes where that of the test goes. */
  static NodeProcess start(String name, String... options) throws IOException {
    List<String> command =
        new ArrayList<>(
            List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                // Several of them share few processors, and each lives for seconds.
                "-XX:TieredStopAtLevel=1",
                "-XX:+UseSerialGC",
                "-Xmx64m",
                "-cp",
                System.getProperty("java.class.path"),
                Main.class.getName(),
                "gossip",
                "node",
                "--name",
                name));
    command.addAll(List.of(options));
    return new NodeProcess(
        name, new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.INHERIT).start());
  }

  private void read() {
    try (BufferedReader out = process.inputReader(StandardCharsets.UTF_8)) {
      for (String line = out.readLine(); line != null; line = out.readLine()) {
        lines.add(parse(line));
      }
    } catch (IOException e) {
      // Killed; what it said before counts.
    }
  }

  private static JsonNode parse(String line) {
    try {
      return JSON.readTree(line);
    } catch (JsonProcessingException e) {
      throw new AssertionError("not JSON: " + line, e);
    }
  }

  String name() {
    return name;
  }

  /** All lines so far. */
  List<JsonNode> lines() {
    return List.copyOf(lines);
  }

  /** Lines of one kind. */
  Stream<JsonNode> lines(String event) {
    return lines.stream().filter(line -> line.path("event").asText().equals(event));
  }

  /** When it said something about a member first, on the clock that all processes share. */
  Optional<Long> nanosOf(String event, String member) {
    return lines(event)
        .filter(line -> line.path("member").asText().equals(member))
        .map(line -> line.path("nanos").asLong())
        .findFirst();
  }

  void command(String line) {
    commands.println(line);
  }

  void signal(String signal) {
    try {
      new ProcessBuilder("kill", "-" + signal, Long.toString(process.pid())).start().waitFor();
    } catch (IOException | InterruptedException e) {
      throw new AssertionError(e);
    }
  }

  /** Waits for the end and gives the exit code. */
  int exit() {
    try {
      if (!process.waitFor(20, TimeUnit.SECONDS)) {
        throw new AssertionError(name + " still runs after 20 s");
      }
      reader.join(5000); // until its last line is here
      return process.exitValue();
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
  }

  @Override
  public void close() {
    process.destroyForcibly();
  }
}
