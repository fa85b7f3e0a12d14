// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.api.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.dcosnet.api.DcosNetException;
import java.io.BufferedReader;
import java.io.File;
import java.io.InputStreamReader;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.slf4j.Logger;

/** Kills a writing process, a real one, again and again. */
@Timeout(120)
class FileJournalKillIT {

  private static final int KILLS = 12;

  @TempDir private Path directory;

  @Test
  void findsAllThatAKilledProcessCalledSafe() throws Exception {
    SplittableRandom random = new SplittableRandom(20261101);
    Map<Long, Integer> calledSafe = new HashMap<>();
    for (int kill = 0; kill < KILLS; kill++) {
      killAfter(1 + random.nextInt(1500), kill, calledSafe);

      FileJournal journal = FileJournal.open(directory);
      List<Integer> found = JournalVictim.checksums(journal.recovered());
      journal.close();

      calledSafe.forEach(
          (number, checksum) -> {
            assertThat(found).hasSizeGreaterThanOrEqualTo(number.intValue());
            assertThat(found.get(number.intValue() - 1))
                .as("record %d", number)
                .isEqualTo(checksum);
          });
    }
    assertThat(calledSafe).hasSizeGreaterThan(KILLS * 100);
  }

  @Test
  void namesTheProcessThatHasItOpen() throws Exception {
    Process holder = start(1);
    try (BufferedReader out = output(holder)) {
      assertThat(out.readLine()).isNotNull();

      assertThatThrownBy(() -> FileJournal.open(directory))
          .isInstanceOf(DcosNetException.class)
          .hasMessageContaining("in use by process " + holder.pid());
    } finally {
      holder.destroyForcibly().waitFor();
    }
    FileJournal.open(directory).close();
  }

  /**
   * Runs a victim until it called so many records safe, kills it, and notes all that it printed.
   */
  private void killAfter(int records, long seed, Map<Long, Integer> calledSafe) throws Exception {
    Process victim = start(seed);
    List<String> lines = new ArrayList<>();
    try (BufferedReader out = output(victim)) {
      for (int i = 0; i < records; i++) {
        String line = out.readLine();
        assertThat(line).as("line %d of a living process", i).isNotNull();
        lines.add(line);
      }
      // By its handle: Process.destroyForcibly would also throw away what it has printed.
      assertThat(victim.toHandle().destroyForcibly()).isTrue();
      for (String line = out.readLine(); line != null; line = out.readLine()) {
        lines.add(line);
      }
    } finally {
      victim.destroyForcibly().waitFor();
    }
    for (String line : lines.subList(0, lines.size() - 1)) { // the last one may be torn
      String[] parts = line.split(" ", 2);
      calledSafe.put(Long.parseLong(parts[0]), Integer.parseInt(parts[1]));
    }
  }

  private static BufferedReader output(Process process) {
    return new BufferedReader(
        new InputStreamReader(process.getInputStream(), StandardCharsets.US_ASCII));
  }

  private Process start(long seed) throws Exception {
    return new ProcessBuilder(
            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            "-Xshare:auto",
            "-XX:TieredStopAtLevel=1",
            "-Dorg.slf4j.simpleLogger.defaultLogLevel=error",
            "-cp",
            classPath(),
            JournalVictim.class.getName(),
            directory.toString(),
            "" + seed)
        .redirectError(ProcessBuilder.Redirect.INHERIT)
        .start();
  }

  /** Where the classes come from, whether this test runs on the class path or the module path. */
  private static String classPath() throws ReflectiveOperationException {
    Set<String> places = new TreeSet<>();
    for (Class<?> type :
        List.of(
            FileJournal.class,
            JournalVictim.class,
            Logger.class,
            Class.forName("org.slf4j.simple.SimpleLogger"))) {
      String file = "/" + type.getName().replace('.', '/') + ".class";
      String url = String.valueOf(type.getResource(file));
      String place = url.substring(0, url.length() - file.length());
      boolean inJar = place.endsWith("!");
      places.add(inJar ? place.substring("jar:".length(), place.length() - 1) : place);
    }
    return places.stream()
        .map(place -> Path.of(URI.create(place)).toString())
        .collect(Collectors.joining(File.pathSeparator));
  }
}
