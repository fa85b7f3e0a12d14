// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.lb.datapath.ipvs;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.dcosnet.linux.Errno;
import io.dcosnet.linux.KernelException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/**
 * The rule by which back ends see this node as their client. Only {@code iptables} can tell what
 * IPVS has rewritten, so it is asked to add it, in the network namespace of the calling thread.
 *
 * <p><b>Not thread-safe.</b> Calls start programs, which take some milliseconds each.
 */
final class Masquerade {

  private static final String CHAIN = "POSTROUTING";
  private static final String PROBE = "DCOSNET-PROBE";
  private static final List<String> RULE =
      List.of(
          "-m",
          "ipvs",
          "--ipvs",
          "--vdir",
          "ORIGINAL",
          "--vmethod",
          "MASQ",
          "-m",
          "comment",
          "--comment",
          "dcosnet-lb-ipvs",
          "-j",
          "MASQUERADE");
  private static final List<String> FOLDERS = List.of("/usr/sbin", "/sbin", "/usr/bin", "/bin");
  private static final Duration PATIENCE = Duration.ofSeconds(30);

  private final String family;
  private final Duration patience;

  /** Those that may add it; only the one that has, once it has. */
  private List<String> programs;

  private Masquerade(String family) {
    // On a host with both, the first is the one that others use too.
    this(
        family,
        Stream.of(family, family + "-legacy").flatMap(name -> find(name).stream()).toList(),
        PATIENCE);
  }

  /**
   * @param programs that may add the rule
   * @param patience how long each of their runs may take
   */
  Masquerade(String family, List<String> programs, Duration patience) {
    this.family = family;
    this.programs = List.copyOf(programs);
    this.patience = patience;
  }

  static Masquerade ipv4() {
    return new Masquerade("iptables");
  }

  static Masquerade ipv6() {
    return new Masquerade("ip6tables");
  }

  private static Optional<String> find(String name) {
    return FOLDERS.stream()
        .map(folder -> Path.of(folder, name))
        .filter(Files::isExecutable)
        .map(Path::toString)
        .findFirst();
  }

  /** How a program ended. */
  private record Ended(int status, String said) {
    boolean well() {
      return status == 0;
    }

    String reason() {
      return said.lines().findFirst().orElse("ended with " + status);
    }
  }

  /**
   * Why the rule cannot be had here; empty when it can. It is added to a chain that no packet sees,
   * and removed.
   */
  Optional<String> lack() {
    List<String> reasons = new ArrayList<>();
    for (String program : programs) {
      Ended unused = run(program, List.of("-N", PROBE));
      Ended ended = run(program, "-A", PROBE);
      unused = run(program, List.of("-F", PROBE));
      unused = run(program, List.of("-X", PROBE));
      if (ended.well()) {
        return Optional.empty();
      }
      reasons.add(program + ": " + ended.reason());
    }
    return Optional.of(reasons.isEmpty() ? "no " + family : String.join("; ", reasons));
  }

  /** Whether the rule is there. */
  boolean isThere() {
    return programs.stream().anyMatch(program -> run(program, "-C", CHAIN).well());
  }

  /**
   * Adds the rule in front of all others; false when it was there.
   *
   * @throws KernelException when it cannot be had here
   */
  boolean add() {
    if (isThere()) {
      return false;
    }
    List<String> reasons = new ArrayList<>();
    for (String program : programs) {
      Ended ended = run(program, "-I", CHAIN);
      if (ended.well()) {
        programs = List.of(program);
        return true;
      }
      reasons.add(program + ": " + ended.reason());
    }
    throw new KernelException(
        words("-I") + ": " + (reasons.isEmpty() ? "no " + family : String.join("; ", reasons)),
        Errno.EOPNOTSUPP);
  }

  /** Removes the rule, however often it is there; false when it was not. */
  boolean remove() {
    boolean removed = false;
    for (String program : programs) {
      while (run(program, "-D", CHAIN).well()) {
        removed = true;
      }
    }
    return removed;
  }

  /** As one would tell a shell. */
  String words(String what) {
    return family + " -t nat " + what + " " + CHAIN + " " + String.join(" ", RULE);
  }

  private Ended run(String program, String what, String chain) {
    List<String> arguments = new ArrayList<>(List.of(what, chain));
    arguments.addAll(RULE);
    return run(program, arguments);
  }

  private Ended run(String program, List<String> arguments) {
    List<String> command = new ArrayList<>(List.of(program, "-w", "5", "-t", "nat"));
    command.addAll(arguments);
    try {
      Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
      process.getOutputStream().close();
      // What it says is less than a pipe holds, so that it can end before it is read.
      if (!process.waitFor(patience.toNanos(), TimeUnit.NANOSECONDS)) {
        process.destroyForcibly();
        return new Ended(-1, program + " did not end within " + patience);
      }
      String said = new String(process.getInputStream().readAllBytes(), UTF_8);
      return new Ended(process.exitValue(), said);
    } catch (IOException e) {
      return new Ended(-1, e.toString());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return new Ended(-1, "interrupted");
    }
  }
}
