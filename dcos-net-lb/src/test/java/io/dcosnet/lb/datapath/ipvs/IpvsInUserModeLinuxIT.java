// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.lb.datapath.ipvs;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import io.dcosnet.testkit.Required;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.platform.launcher.core.LauncherFactory;

/**
 * Boots a Linux that has IPVS as a program of this machine, and runs the tests of the path in it.
 * Needs no root; Debian: {@code user-mode-linux kmod iproute2 iptables busybox}.
 */
@Tag("long")
class IpvsInUserModeLinuxIT {

  private static final List<Class<?>> TESTS = List.of(IpvsPathIT.class, IpvsKernelIT.class);
  private static final String MEMORY = "1200M";

  @TempDir private Path folder;

  @BeforeEach
  void requirePrograms() {
    Required.program("linux.uml", "user-mode-linux");
    Required.program("modprobe", "kmod");
    Required.program("ip", "iproute2");
    Required.program("iptables-legacy", "iptables");
    Required.program("busybox", "busybox");
  }

  @Test
  @Timeout(value = 30, unit = TimeUnit.MINUTES)
  void thePathKeepsItsContractOnAKernelThatHasIpvs() throws Exception {
    Path command = folder.resolve("command");
    Files.writeString(command, String.join(" ", java()) + "\n");
    Path init = folder.resolve("init");
    Files.writeString(init, resource("init.sh").replace("COMMAND", command.toString()));
    Files.setPosixFilePermissions(init, PosixFilePermissions.fromString("rwxr-xr-x"));

    List<String> said = boot(init);

    assertThat(said).as("%s", String.join("\n", said)).contains("uml: ended with 0");
  }

  private List<String> java() {
    String name = UserModeLinuxRun.class.getName();
    List<String> command = new ArrayList<>();
    command.add(Path.of(requireNonNull(System.getProperty("java.home")), "bin", "java").toString());
    // A processor of its own, slow, and a root that nobody may write to.
    command.addAll(
        List.of(
            "-XX:+UseSerialGC",
            "-XX:TieredStopAtLevel=1",
            "-XX:-UsePerfData",
            "-Xmx500m",
            "-Djna.tmpdir=/run/jna",
            "-Djava.io.tmpdir=/run/tmp",
            "-Dorg.slf4j.simpleLogger.defaultLogLevel=warn",
            "-D" + Required.PROPERTY + "=true",
            "-D" + IpvsSubject.EXPECTED + "=true",
            "-cp",
            "'" + String.join(":", classPath()) + "'",
            name));
    TESTS.forEach(test -> command.add(test.getName()));
    return command;
  }

  /** That of this test, modules among it, with what runs it. */
  private static Set<String> classPath() {
    Set<String> places = new LinkedHashSet<>();
    String runner =
        LauncherFactory.class.getProtectionDomain().getCodeSource().getLocation().getPath();
    Stream.of("java.class.path", "jdk.module.path")
        .map(property -> System.getProperty(property, ""))
        .flatMap(path -> Stream.of(path.split(":", -1)))
        .filter(place -> !place.isEmpty())
        .map(place -> Path.of(place).toAbsolutePath().toString())
        .forEach(places::add);
    places.add(runner);
    return places;
  }

  private List<String> boot(Path init) throws Exception {
    ProcessBuilder linux =
        new ProcessBuilder(
            "linux.uml",
            "mem=" + MEMORY,
            "rootfstype=hostfs",
            "rootflags=/",
            "ro",
            "init=" + init,
            "con0=fd:0,fd:1",
            "con=null",
            "quiet");
    linux.redirectErrorStream(true).redirectInput(Path.of("/dev/null").toFile());
    if (Files.readString(Path.of("/proc/cpuinfo")).contains("amx_tile")) {
      linux.environment().put("LD_PRELOAD", shim().toString());
    }
    Process process = linux.start();
    List<String> said = new ArrayList<>();
    try (BufferedReader out =
        new BufferedReader(new InputStreamReader(process.getInputStream(), UTF_8))) {
      for (String line = out.readLine(); line != null; line = out.readLine()) {
        said.add(line);
        if (line.startsWith("uml: ")) {
          System.err.println(line);
        }
      }
    } finally {
      process.destroyForcibly();
    }
    return said;
  }

  /** Lets a user-mode Linux run on a processor with more registers than it knows of. */
  private Path shim() throws Exception {
    Required.program("cc", "gcc");
    Path source = folder.resolve("xstate.c");
    Path made = folder.resolve("xstate.so");
    Files.writeString(source, resource("xstate.c"));
    Process compiler =
        new ProcessBuilder(
                "cc", "-O2", "-shared", "-fPIC", "-o", made.toString(), source.toString())
            .inheritIO()
            .start();
    assertThat(compiler.waitFor(60, TimeUnit.SECONDS)).isTrue();
    assertThat(compiler.exitValue()).isZero();
    return made;
  }

  private static String resource(String name) throws IOException {
    try (InputStream in =
        requireNonNull(IpvsInUserModeLinuxIT.class.getResourceAsStream(name), name)) {
      return new String(in.readAllBytes(), UTF_8);
    }
  }
}
