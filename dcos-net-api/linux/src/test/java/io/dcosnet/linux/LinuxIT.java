// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.linux;

import static org.assertj.core.api.Assertions.assertThat;

import io.dcosnet.linux.udp.BatchUdpSocket;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

class LinuxIT {

  @TempDir Path folder;

  /** Prints why there are no batch sockets, in a process of its own: JNA is loaded once only. */
  static final class Probe {
    private Probe() {}

    public static void main(String[] args) {
      Optional<String> first = BatchUdpSocket.unavailableBecause();
      Optional<String> second = BatchUdpSocket.unavailableBecause();
      System.out.println(first.orElse("available"));
      System.out.println(second.orElse("available"));
    }
  }

  @Test
  @EnabledOnOs(OS.LINUX)
  void isThereOnLinux() throws IOException, InterruptedException {
    assertThat(probe()).containsExactly("available", "available");
  }

  @Test
  @EnabledOnOs(OS.LINUX)
  void saysWhatToDoWhenJnaHasNoFolderToUnpackIn() throws IOException, InterruptedException {
    Path notAFolder = Files.createFile(folder.resolve("file"));

    List<String> told = probe("-Djna.tmpdir=" + notAFolder);

    assertThat(told).hasSize(2);
    assertThat(told.get(0)).startsWith("JNA cannot load its native part: ");
    assertThat(told).allMatch(line -> line.contains("-Djna.tmpdir=<folder>"));
  }

  @Test
  void isNotThereOnOtherSystems() throws IOException, InterruptedException {
    assertThat(probe("-Dos.name=Plan 9")).containsOnly("Plan 9 is not Linux");
  }

  @Test
  @EnabledOnOs(OS.LINUX)
  void isNotThereOnProcessorsThatNobodyTried() throws IOException, InterruptedException {
    assertThat(probe("-Dos.arch=s390x")).containsOnly("not on s390x (expected: amd64 or aarch64)");
  }

  private static List<String> probe(String... options) throws IOException, InterruptedException {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.add("-XX:TieredStopAtLevel=1");
    command.addAll(List.of(options));
    command.addAll(List.of("-cp", ChildJvm.classPath(), Probe.class.getName()));
    Process child = new ProcessBuilder(command).redirectErrorStream(true).start();
    String output = new String(child.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(child.waitFor(30, TimeUnit.SECONDS)).isTrue();
    return output.lines().filter(line -> !line.startsWith("WARNING")).toList();
  }
}
