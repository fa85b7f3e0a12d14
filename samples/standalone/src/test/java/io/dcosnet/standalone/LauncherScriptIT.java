// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.standalone;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.fail;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The script's own decisions, with Java and Maven replaced by small scripts that write down how
 * they were called. That the real ones do what they are told is shown by {@code DemoIT}.
 */
class LauncherScriptIT {

  private static final List<String> TOOLS =
      List.of(
          "cat",
          "cksum",
          "cut",
          "dirname",
          "find",
          "flock",
          "grep",
          "head",
          "mkdir",
          "mv",
          "readlink",
          "rm",
          "sed",
          "sh",
          "tail",
          "touch");

  private static final String JAVA_17 =
      """
      if [ "$1" = -version ]; then echo 'openjdk version "17.0.15" 2025-04-15' >&2; exit 0; fi
      case "$1" in -XX:ArchiveClassesAtExit=*) echo "$*" >>"$CALLS/archive"
        : >"${1#-XX:ArchiveClassesAtExit=}"; exit 0 ;; esac
      echo "java $*"
      """;

  private static final String GOOD_MAVEN =
      """
      echo "$PWD: $*" >>"$CALLS/mvn"
      mkdir -p samples/standalone/target/fast
      : >samples/standalone/target/fast/dcos-net-standalone.jar
      """;

  @TempDir Path temp;
  private Path project;
  private Path bin;
  private Path calls;

  @BeforeEach
  void makeProject() throws IOException {
    project = Files.createDirectories(temp.resolve("src/target/a project"));
    bin = Files.createDirectories(temp.resolve("bin"));
    calls = Files.createDirectories(temp.resolve("calls"));
    for (String tool : TOOLS) {
      program(tool, "exec " + realTool(tool) + " \"$@\"");
    }
    write("pom.xml");
    write(".mvn/jvm.config");
    write("dcos-net-dns/pom.xml");
    write("dcos-net-dns/src/main/java/Zone.java");
    write("dcos-net-dns/src/test/java/ZoneTest.java");
    write("samples/standalone/pom.xml");
    write("samples/standalone/src/main/java/Main.java");
    Path script = Path.of("dcos-net").toAbsolutePath();
    Files.copy(script, project.resolve("samples/standalone/dcos-net"));
    program("java", JAVA_17);
    program("mvn", GOOD_MAVEN);
  }

  @Test
  void buildsOnceAndSaysSoInOneLine() {
    Ended first = run("doctor");
    Ended second = run("doctor");

    assertThat(first.exitCode()).isZero();
    assertThat(first.err().lines()).hasSize(1).first().asString().contains("building");
    assertThat(second.err()).isEmpty();
    assertThat(linesOf("mvn"))
        .containsExactly(
            project.toAbsolutePath()
                + ": -B -q -ntp -Dstyle.color=never -Pfast -DskipTests -pl samples/standalone -am package");
  }

  @Test
  void handsTheCommandLineOverUnchanged() {
    Ended run = run("vip", "address", "two words", "*", "$HOME");

    assertThat(run.out()).endsWith("dcos-net-standalone.jar vip address two words * $HOME\n");
  }

  @Test
  void usesTheSecondCompilerOnlyForWhatRunsLong() {
    assertThat(run("demo").out()).contains("-XX:+TieredCompilation");
    assertThat(run("dns", "serve").out()).contains("-XX:+TieredCompilation");
    assertThat(run("dns", "records").out()).contains("-XX:TieredStopAtLevel=1");
  }

  @Test
  void makesOneClassArchivePerJvm() {
    run("doctor");
    run("doctor");

    assertThat(linesOf("archive")).hasSize(1).first().asString().endsWith("warm-up");
  }

  @Test
  void buildsAgainWhenASourceOrAPomChanges() throws IOException {
    for (String changed :
        List.of(
            "pom.xml",
            ".mvn/jvm.config",
            "dcos-net-dns/pom.xml",
            "dcos-net-dns/src/main/java/Zone.java",
            "samples/standalone/src/main/java/Main.java")) {
      run("doctor");
      touch(changed);

      assertThat(run("doctor").err()).as(changed).contains("the sources changed, building");
    }
  }

  @Test
  void buildsAgainWhenASourceIsDeleted() throws IOException {
    run("doctor");
    Files.delete(project.resolve("dcos-net-dns/src/main/java/Zone.java"));
    touch("dcos-net-dns/src/main/java");

    assertThat(run("doctor").err()).contains("building");
  }

  @Test
  void doesNotBuildAgainForATestOrAnOutputFile() throws IOException {
    run("doctor");
    touch("dcos-net-dns/src/test/java/ZoneTest.java");
    write("dcos-net-dns/target/classes/Zone.class");
    touch("dcos-net-dns/target/classes/Zone.class");
    write("README.md");
    touch("README.md");

    assertThat(run("doctor").err()).isEmpty();
  }

  @Test
  void worksThroughASymbolicLinkInAFolderWithASpace() throws IOException {
    Path folder = Files.createDirectories(temp.resolve("other folder"));
    Files.createSymbolicLink(
        folder.resolve("link"), Path.of("../src/target/a project/samples/standalone/dcos-net"));
    Path second = Files.createSymbolicLink(folder.resolve("second"), Path.of("link"));

    Ended run = Ended.of(start(second, Map.of(), "doctor"));

    assertThat(run.exitCode()).isZero();
    assertThat(run.out()).contains("a project/samples/standalone/target/fast");
  }

  @Test
  void letsASecondFirstStartWaitForTheBuildOfTheFirst() throws IOException {
    Path gate = temp.resolve("gate");
    // until the test opens the gate
    program("mvn", "while [ ! -e '" + gate + "' ]; do :; done\n" + GOOD_MAVEN);
    Process first = start("doctor");
    Process second = start("doctor");
    String waiting = firstErrorLineThatWaits(first, second);
    Files.createFile(gate);

    assertThat(waiting).contains("another start is building");
    assertThat(Ended.of(first).exitCode()).isZero();
    assertThat(Ended.of(second).exitCode()).isZero();
    assertThat(linesOf("mvn")).hasSize(1);
  }

  @Test
  void saysWhatToDoWithoutJava() throws IOException {
    Files.delete(bin.resolve("java"));

    Ended run = run("doctor");

    assertThat(run.exitCode()).isEqualTo(3);
    assertThat(run.err()).contains("no Java").contains("apt-get install openjdk-17-jdk-headless");
  }

  @Test
  void saysWhatToDoWithABrokenJavaHome() {
    Ended run = Ended.of(start(script(), Map.of("JAVA_HOME", "/nowhere"), "doctor"));

    assertThat(run.exitCode()).isEqualTo(3);
    assertThat(run.err()).contains("/nowhere/bin/java is not there").contains("JAVA_HOME");
  }

  @Test
  void saysWhatToDoWithAnOldJava() throws IOException {
    program("java", "echo 'openjdk version \"1.8.0_392\"' >&2");
    assertThat(run("doctor").err()).contains("is version 1, needed is 17");

    program("java", "echo 'openjdk version \"11.0.20\" 2023-07-18' >&2");
    assertThat(run("doctor").err()).contains("is version 11, needed is 17");
    assertThat(run("doctor").exitCode()).isEqualTo(3);
  }

  @Test
  void acceptsANewerJavaAndOneThatTalksFirst() throws IOException {
    program(
        "java",
        """
        if [ "$1" = -version ]; then
          echo 'Picked up JAVA_TOOL_OPTIONS: -Xmx1g' >&2; echo 'openjdk version "25" 2025-09-16' >&2
          exit 0
        fi
        """);

    assertThat(run("doctor").exitCode()).isZero();
  }

  @Test
  void saysWhatToDoWithoutMaven() throws IOException {
    Files.delete(bin.resolve("mvn"));

    Ended run = run("doctor");

    assertThat(run.exitCode()).isEqualTo(3);
    assertThat(run.err()).contains("no Maven").contains("apt-get install maven");
  }

  @Test
  void showsTheEndOfTheLogAndWhatToDoWhenTheBuildFails() throws IOException {
    program("mvn", "echo 'Could not transfer artifact org.example:a:1: Unknown host'; exit 1");

    Ended run = run("doctor");

    assertThat(run.exitCode()).isEqualTo(3);
    assertThat(run.out()).isEmpty();
    assertThat(run.err())
        .contains("  | Could not transfer artifact org.example:a:1")
        .contains("check the network");
    program("mvn", GOOD_MAVEN);
    assertThat(run("doctor").exitCode()).as("a failed build is not taken for a good one").isZero();
  }

  @Test
  void saysThatARuntimeCannotBuild() throws IOException {
    program("mvn", "echo 'No compiler is provided in this environment.'; exit 1");

    assertThat(run("doctor").err()).contains("install a JDK 17");
  }

  private Ended run(String... args) {
    return Ended.of(start(args));
  }

  private Process start(String... args) {
    return start(script(), Map.of(), args);
  }

  private Process start(Path script, Map<String, String> more, String... args) {
    List<String> command = new ArrayList<>(List.of(script.toString()));
    command.addAll(List.of(args));
    ProcessBuilder builder = new ProcessBuilder(command);
    builder.environment().clear();
    builder.environment().put("PATH", bin.toString());
    builder.environment().put("CALLS", calls.toString());
    builder.environment().putAll(more);
    try {
      return builder.start();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private Path script() {
    return project.resolve("samples/standalone/dcos-net");
  }

  /** Which of the two gets the lock is open, so the first line of each is read. */
  private static String firstErrorLineThatWaits(Process first, Process second) throws IOException {
    String one = line(first.getErrorStream());
    String two = line(second.getErrorStream());
    return one.contains("another") ? one : two;
  }

  private static String line(InputStream in) throws IOException {
    StringBuilder line = new StringBuilder();
    for (int next = in.read(); next >= 0 && next != '\n'; next = in.read()) {
      line.append((char) next);
    }
    return line.toString();
  }

  private void write(String name) throws IOException {
    Path file = project.resolve(name);
    Files.createDirectories(file.getParent());
    Files.writeString(file, "");
    // as if checked out some time ago
    Files.setLastModifiedTime(file, FileTime.from(Instant.EPOCH));
    Files.setLastModifiedTime(file.getParent(), FileTime.from(Instant.EPOCH));
  }

  private void touch(String name) throws IOException {
    Path stamp = project.resolve("samples/standalone/target/fast/.built");
    Instant later = Files.getLastModifiedTime(stamp).toInstant().plusMillis(10);
    Files.setLastModifiedTime(project.resolve(name), FileTime.from(later));
  }

  private void program(String name, String body) throws IOException {
    Path file = bin.resolve(name);
    Files.deleteIfExists(file);
    Files.writeString(file, "#!/bin/sh\nset -eu\n" + body);
    Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwxr-xr-x"));
  }

  private List<String> linesOf(String calledProgram) {
    try {
      return Files.readAllLines(calls.resolve(calledProgram));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static Path realTool(String name) {
    for (String folder : List.of("/usr/bin", "/bin")) {
      Path tool = Path.of(folder, name);
      if (Files.isExecutable(tool)) {
        return tool;
      }
    }
    return fail("the script needs " + name);
  }

  private record Ended(int exitCode, String out, String err) {
    static Ended of(Process process) {
      try {
        String out = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        String err = new String(process.getErrorStream().readAllBytes(), StandardCharsets.UTF_8);
        if (!process.waitFor(20, TimeUnit.SECONDS)) {
          process.destroyForcibly();
          fail("still running");
        }
        return new Ended(process.exitValue(), out, err);
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw new AssertionError(e);
      }
    }
  }
}
