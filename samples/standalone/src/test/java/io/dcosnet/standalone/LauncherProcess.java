// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.standalone;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;

/** The launcher in a process of its own, with the classes that this test runs with. */
public final class LauncherProcess implements AutoCloseable {

  private final Process process;
  private final BufferedReader out;
  private final List<String> lines = new ArrayList<>();

  private LauncherProcess(Process process) {
    this.process = process;
    out =
        new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8));
  }

  /** Starts it; standard error goes where that of the test goes. */
  public static LauncherProcess start(String... args) {
    return start(List.of(), ProcessBuilder.Redirect.INHERIT, args);
  }

  /**
   * Starts it by another program.
   *
   * @param by that program with its arguments; the launcher follows as further ones
   * @param err where standard error goes
   */
  public static LauncherProcess start(
      List<String> by, ProcessBuilder.Redirect err, String... args) {
    List<String> command = new ArrayList<>(by);
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.add("-cp");
    command.add(System.getProperty("java.class.path"));
    command.add(Main.class.getName());
    command.addAll(List.of(args));
    try {
      return new LauncherProcess(new ProcessBuilder(command).redirectError(err).start());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Writes a line to its standard input. */
  public void say(String line) {
    try {
      OutputStream in = process.getOutputStream();
      in.write((line + "\n").getBytes(StandardCharsets.UTF_8));
      in.flush();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Reads on until a line fits; all lines up to that one. */
  public List<String> until(Predicate<String> last) {
    try {
      for (String line = out.readLine(); line != null; line = out.readLine()) {
        lines.add(line);
        if (last.test(line)) {
          return List.copyOf(lines);
        }
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    throw new AssertionError("ended before the line was there: " + lines);
  }

  /** All lines up to its end. */
  public List<String> rest() {
    try {
      for (String line = out.readLine(); line != null; line = out.readLine()) {
        lines.add(line);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return List.copyOf(lines);
  }

  /** Sends a signal by its name, waits for the end and gives the exit code. */
  public int endBy(String signal) {
    try {
      new ProcessBuilder("kill", "-" + signal, Long.toString(process.pid())).start().waitFor();
      if (!process.waitFor(20, TimeUnit.SECONDS)) {
        throw new AssertionError("still running 20 s after SIG" + signal);
      }
      return process.exitValue();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new AssertionError(e);
    }
  }

  /** Waits until it ends by itself and gives the exit code. */
  public int exit() {
    try {
      if (!process.waitFor(20, TimeUnit.SECONDS)) {
        throw new AssertionError("still running after 20 s");
      }
      return process.exitValue();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new AssertionError(e);
    }
  }

  @Override
  public void close() {
    process.destroyForcibly();
  }
}
