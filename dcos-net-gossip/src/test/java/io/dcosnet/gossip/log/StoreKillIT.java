// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.gossip.log;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import io.dcosnet.gossip.settings.StoreSettings.Sync;
import java.io.BufferedReader;
import java.io.File;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * Kills a process that writes to a store, a real one with SIGKILL, again and again at random
 * points: what it was told is safe is there, what it deleted stays deleted, and no number is used
 * twice.
 */
@Timeout(600)
class StoreKillIT {

  @TempDir private Path directory;

  /** By key, the writes that its present state may come from: the last safe one and those after. */
  private final Map<String, List<Long>> candidates = new HashMap<>();

  private final Map<Long, String> keys = new HashMap<>();
  private final Set<Long> deletions = new HashSet<>();
  private final Map<String, Long> writeOfDot = new HashMap<>();
  private final Map<String, Long> found = new HashMap<>();
  private final Set<String> replicas = new HashSet<>();
  private int safe;
  private boolean begun;

  @Test
  void nothingSafeIsLostAndNothingDeletedComesBackWhereEachWriteIsSynced() throws IOException {
    kill(40, Sync.EACH);
  }

  @Test
  void aKilledProcessLosesNothingThatTheSystemHas() throws IOException {
    kill(10, Sync.INTERVAL);
  }

  @Test
  @Tag("long")
  @Timeout(3600) // a busy machine takes seconds to start each of them
  void twoHundredKillsCostNothing() throws IOException {
    kill(200, Sync.EACH);
  }

  private void kill(int times, Sync sync) throws IOException {
    SplittableRandom random = new SplittableRandom(20261127);
    for (int run = 0; run < times; run++) {
      killAfter(1 + random.nextInt(600), run, sync);
    }
    killAfter(1, times, sync); // to look at what the last one left
    assertThat(safe).isGreaterThan(times * 50);
    assertThat(replicas).as("a killed process goes on as the same replica").hasSize(1);
  }

  /** Runs a victim until it was told of so many writes that they are safe, and kills it. */
  private void killAfter(int writes, int run, Sync sync) throws IOException {
    begun = false;
    found.clear();
    Process victim = start(run, sync);
    try (BufferedReader out =
        new BufferedReader(
            new InputStreamReader(victim.getInputStream(), StandardCharsets.US_ASCII))) {
      int until = safe + writes;
      while (safe < until) {
        String line = out.readLine();
        assertThat(line).as("a line of a living process").isNotNull();
        read(line);
      }
      // By its handle: Process.destroyForcibly would also throw away what it has printed.
      assertThat(victim.toHandle().destroyForcibly()).isTrue();
      readRest(out);
    } finally {
      victim.destroyForcibly();
    }
  }

  private void readRest(BufferedReader out) throws IOException {
    StringBuilder line = new StringBuilder();
    for (int c = out.read(); c >= 0; c = out.read()) {
      if (c == '\n') {
        read(line.toString());
        line.setLength(0);
      } else {
        line.append((char) c);
      }
    }
    // What is left has no end, so the process was killed before it did what the line says.
  }

  private void read(String line) {
    String[] words = line.split(" ", -1);
    switch (words[0]) {
      case "found" -> {
        found.put(words[1], Long.parseLong(words[2]));
        dot(words[3], Long.parseLong(words[2]));
      }
      case "begins" -> begins(words[1]);
      case "put", "delete" -> {
        assertThat(begun).isTrue();
        long number = Long.parseLong(words[2]);
        keys.put(number, words[1]);
        if (words[0].equals("delete")) {
          deletions.add(number);
        }
        candidates.computeIfAbsent(words[1], key -> new ArrayList<>()).add(number);
      }
      case "safe" -> {
        safe++;
        long number = Long.parseLong(words[1]);
        dot(words[2], number);
        List<Long> ofKey = requireNonNull(candidates.get(keys.get(number)));
        ofKey.subList(0, ofKey.indexOf(number)).clear();
      }
      default -> throw new AssertionError(line);
    }
  }

  private void begins(String replica) {
    begun = true;
    replicas.add(replica);
    for (int i = 0; i < StoreVictim.KEYS; i++) {
      String key = "key" + i;
      Long value = found.get(key);
      List<Long> possible = candidates.getOrDefault(key, List.of(0L));
      if (value == null) {
        assertThat(possible)
            .as("%s is not there", key)
            .anyMatch(number -> number == 0 || deletions.contains(number));
        candidates.put(key, new ArrayList<>(List.of(0L)));
      } else {
        assertThat(possible).as("%s", key).contains(value);
        assertThat(deletions).doesNotContain(value);
        candidates.put(key, new ArrayList<>(List.of(value)));
      }
    }
  }

  private void dot(String dot, long number) {
    Long before = writeOfDot.putIfAbsent(dot, number);
    assertThat(before == null || before == number).as("%s is used once", dot).isTrue();
  }

  private Process start(int run, Sync sync) throws IOException {
    String classPath =
        Stream.of("java.class.path", "jdk.module.path")
            .map(key -> System.getProperty(key, ""))
            .filter(path -> !path.isEmpty())
            .collect(Collectors.joining(File.pathSeparator));
    return new ProcessBuilder(
            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            "-Xshare:auto",
            "-XX:TieredStopAtLevel=1",
            "-Dorg.slf4j.simpleLogger.defaultLogLevel=error",
            "-cp",
            classPath,
            StoreVictim.class.getName(),
            directory.toString(),
            sync.name(),
            "" + run)
        .redirectError(ProcessBuilder.Redirect.INHERIT)
        .start();
  }
}
