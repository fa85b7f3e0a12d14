// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.standalone.admin;

import static java.util.Objects.requireNonNull;

import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Supplier;

/**
 * How a node is: must it be restarted, may it get traffic, and why not. Each part adds its checks.
 *
 * <p><b>Thread-safe.</b> Checks are asked from several threads and must not wait for long.
 */
public final class Health {

  /** What a check is about. */
  public enum Question {
    /** Whether the process can still do its work; if not, only a restart helps. */
    LIVE,
    /** Whether the node may get traffic. */
    READY
  }

  /**
   * What a check found.
   *
   * @param reason why not; empty when all is well
   */
  public record Finding(String check, Question question, Optional<String> reason) {

    /** Whether all is well. */
    public boolean holds() {
      return reason.isEmpty();
    }
  }

  private record Check(String name, Question question, Supplier<Optional<String>> reasonWhyNot) {}

  private final List<Check> checks = new CopyOnWriteArrayList<>();
  private volatile boolean leaving;

  /** Without any check: all is well. */
  public Health() {
    ready("staying", () -> leaving ? Optional.of("the node is stopping") : Optional.empty());
  }

  /**
   * Adds a check of readiness.
   *
   * @param reasonWhyNot gives a reason as long as the node should get no traffic
   */
  public void ready(String name, Supplier<Optional<String>> reasonWhyNot) {
    checks.add(new Check(requireNonNull(name, "name"), Question.READY, reasonWhyNot));
  }

  /**
   * Adds a check of liveness. What a restart cannot help, such as a master that is away, is none.
   *
   * @param reasonWhyNot gives a reason when only a restart helps
   */
  public void live(String name, Supplier<Optional<String>> reasonWhyNot) {
    checks.add(new Check(requireNonNull(name, "name"), Question.LIVE, reasonWhyNot));
  }

  /** From now on the node is not ready, for good. */
  public void leave() {
    leaving = true;
  }

  /** What all checks of a question find now. */
  public List<Finding> ask(Question question) {
    return checks.stream()
        .filter(check -> check.question == question)
        .map(check -> new Finding(check.name, question, check.reasonWhyNot.get()))
        .toList();
  }

  /** Whether all checks of a question hold now. */
  public boolean holds(Question question) {
    return ask(question).stream().allMatch(Finding::holds);
  }
}
