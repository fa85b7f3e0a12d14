// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.lb.datapath.contract;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.File;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.net.URI;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** A {@link Victim}, from outside. It is in the network namespace of the thread that starts it. */
@SuppressWarnings("try") // an interrupted test has failed
final class VictimProcess implements AutoCloseable {

  private final Process process;
  private final BufferedReader out;

  private VictimProcess(Process process) {
    this.process = process;
    out = new BufferedReader(new InputStreamReader(process.getInputStream(), US_ASCII));
  }

  static VictimProcess start(List<String> arguments) throws IOException {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(List.of("-Xshare:auto", "-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC"));
    command.add("-Dorg.slf4j.simpleLogger.defaultLogLevel=error");
    command.addAll(List.of("-cp", classPath(), Victim.class.getName()));
    command.addAll(arguments);
    return new VictimProcess(
        new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.INHERIT).start());
  }

  /** All that this process has, whether it is on the class path or the module path. */
  private static String classPath() {
    String file = "/" + Victim.class.getName().replace('.', '/') + ".class";
    String url = requireNonNull(Victim.class.getResource(file)).toString();
    return Path.of(URI.create(url.substring(0, url.length() - file.length())))
        + File.pathSeparator
        + System.getProperty("jdk.module.path", "")
        + File.pathSeparator
        + System.getProperty("java.class.path");
  }

  void say(String line) throws IOException {
    OutputStream in = process.getOutputStream();
    in.write((line + "\n").getBytes(US_ASCII));
    in.flush();
  }

  /** The number of the next table that became true. */
  int next() throws IOException {
    String line = out.readLine();
    assertThat(line).as("a line of a living process").isNotNull();
    return Integer.parseInt(line);
  }

  /**
   * Kills it where it stands.
   *
   * @return the number of the last table that it told of; the next one may be half done
   */
  int kill(int told) throws IOException, InterruptedException {
    // By its handle: Process.destroyForcibly would also throw away what it has printed.
    assertThat(process.toHandle().destroyForcibly()).isTrue();
    String all = "";
    int last = told;
    for (int octet = out.read(); octet >= 0; octet = out.read()) {
      all += (char) octet;
    }
    for (String line : all.substring(0, all.lastIndexOf('\n') + 1).lines().toList()) {
      last = Integer.parseInt(line);
    }
    process.waitFor();
    return last;
  }

  @Override
  public void close() throws InterruptedException {
    process.destroyForcibly().waitFor();
  }
}
