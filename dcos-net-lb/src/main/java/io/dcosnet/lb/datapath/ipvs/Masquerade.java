// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.lb.datapath.ipvs;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.dcosnet.linux.Errno;
import io.dcosnet.linux.KernelException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * The rule by which back ends see this node as their client. Only {@code iptables} can tell what
 * IPVS has rewritten, so it is asked to add it, in the network namespace of the calling thread.
 *
 * <p><b>Not thread-safe.</b> Calls take some milliseconds.
 */
final class Masquerade {

  private static final String COMMENT = "dcosnet-lb-ipvs";
  private static final String CHAIN = "POSTROUTING";
  private static final String PROBE = "DCOSNET-PROBE";
  private static final List<String> RULE =
      List.of(
          "-m", "ipvs", "--ipvs", "--vdir", "ORIGINAL", "--vmethod", "MASQ",
          "-m", "comment", "--comment", COMMENT, "-j", "MASQUERADE");
  private static final List<String> FOLDERS = List.of("/usr/sbin", "/sbin", "/usr/bin", "/bin");
  private static final int PATIENCE_SECONDS = 30;

  private final String family;
  private @Nullable String program;

  private Masquerade(String family) {
    this.family = family;
  }

  static Masquerade ipv4() {
    return new Masquerade("iptables");
  }

  static Masquerade ipv6() {
    return new Masquerade("ip6tables");
  }

  /** How a program ended. */
  private record Ended(int status, String said) {}

  /** Why the rule cannot be had here; empty when it can. */
  Optional<String> lack() {
    List<String> tried = new ArrayList<>();
    // On a host with both, the first is the one that others use too.
    for (String name : List.of(family, family + "-legacy")) {
      Optional<String> found = find(name);
      if (found.isEmpty()) {
        tried.add(name + ": not there");
        continue;
      }
      Optional<String> refusal = tried(found.get());
      if (refusal.isEmpty()) {
        program = found.get();
        return Optional.empty();
      }
      tried.add(name + ": " + refusal.get());
    }
    return Optional.of(String.join("; ", tried));
  }

  /** Adds the rule to a chain that no packet sees, and removes both; empty when that went well. */
  private static Optional<String> tried(String program) {
    Ended unused = run(program, List.of("-N", PROBE));
    Ended ended = run(program, "-A", PROBE);
    unused = run(program, List.of("-F", PROBE));
    unused = run(program, List.of("-X", PROBE));
    return ended.status() == 0
        ? Optional.empty()
        : Optional.of(ended.said().lines().findFirst().orElse("status " + ended.status()));
  }

  /** Whether the rule is there. */
  boolean isThere() {
    return program() != null && run(program(), "-C", CHAIN).status() == 0;
  }

  /** Adds the rule in front of all others, when it is not there. */
  boolean add() {
    if (isThere()) {
      return false;
    }
    Optional<String> lack = program == null ? lack() : Optional.empty();
    Ended ended = lack.map(why -> new Ended(-1, why)).orElseGet(() -> run(program, "-I", CHAIN));
    if (ended.status() != 0) {
      throw new KernelException(words("-I") + ": " + ended.said().strip(), Errno.EOPNOTSUPP);
    }
    return true;
  }

  /** Removes the rule, however often it is there; false when it was not. */
  boolean remove() {
    boolean removed = false;
    while (isThere() && run(program(), "-D", CHAIN).status() == 0) {
      removed = true;
    }
    return removed;
  }

  /** As one would tell a shell. */
  String words(String what) {
    return family + " -t nat " + what + " " + CHAIN + " " + String.join(" ", RULE);
  }

  private @Nullable String program() {
    if (program == null) {
      Optional<String> unused = lack();
    }
    return program;
  }

  private static Optional<String> find(String name) {
    return FOLDERS.stream()
        .map(folder -> Path.of(folder, name))
        .filter(Files::isExecutable)
        .map(Path::toString)
        .findFirst();
  }

  private static Ended run(@Nullable String program, String what, String chain) {
    List<String> arguments = new ArrayList<>(List.of(what, chain));
    arguments.addAll(RULE);
    return run(program, arguments);
  }

  private static Ended run(@Nullable String program, List<String> arguments) {
    List<String> command = new ArrayList<>();
    command.add(String.valueOf(program));
    command.addAll(List.of("-w", "5", "-t", "nat"));
    command.addAll(arguments);
    try {
      Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
      process.getOutputStream().close();
      String said = new String(process.getInputStream().readAllBytes(), UTF_8);
      if (!process.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS)) {
        process.destroyForcibly();
        return new Ended(-1, "did not end within " + PATIENCE_SECONDS + " s");
      }
      return new Ended(process.exitValue(), said);
    } catch (IOException e) {
      return new Ended(-1, e.toString());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return new Ended(-1, "interrupted");
    }
  }
}
