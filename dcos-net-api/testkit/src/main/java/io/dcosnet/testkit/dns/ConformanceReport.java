// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.testkit.dns;

import static java.util.Objects.requireNonNull;

import io.dcosnet.testkit.dns.ConformanceCase.Level;
import java.util.List;

/** How a server did in all cases, in the order of the suite. <b>Immutable.</b> */
public record ConformanceReport(List<Result> results) {

  public ConformanceReport {
    results = List.copyOf(results);
  }

  /** How one case ended. */
  public enum Status {
    PASSED,
    FAILED,
    /** The case says nothing about this server. */
    SKIPPED
  }

  /**
   * What became of one case.
   *
   * @param detail what was wrong, or why it was skipped; empty when it passed
   * @param transcript what was sent ({@code >}) and received ({@code <}), in hex
   */
  public record Result(
      ConformanceCase test, Status status, String detail, List<String> transcript) {

    public Result {
      requireNonNull(test, "test");
      requireNonNull(status, "status");
      requireNonNull(detail, "detail");
      transcript = List.copyOf(transcript);
    }
  }

  /** The results with that status. */
  public List<Result> with(Status status) {
    return results.stream().filter(result -> result.status() == status).toList();
  }

  /** True when no case of that level failed. */
  public boolean keeps(Level level) {
    return with(Status.FAILED).stream().noneMatch(result -> result.test().level() == level);
  }

  /** A table with one line for each case, and more lines for those that failed. */
  public String toTable() {
    StringBuilder text = new StringBuilder();
    for (Result result : results) {
      line(text, result);
      if (result.status() == Status.FAILED) {
        text.append("        expected: ").append(result.test().expected()).append('\n');
        text.append("        found:    ").append(result.detail()).append('\n');
        result.transcript().forEach(octets -> text.append("        ").append(octets).append('\n'));
      }
    }
    return text.toString();
  }

  private static void line(StringBuilder text, Result result) {
    ConformanceCase test = result.test();
    String why = result.status() == Status.SKIPPED ? " - " + result.detail() : "";
    text.append(
        String.format(
            "%-7s %-6s %-3s %-44s %s%s%n",
            result.status(), test.level(), test.transport(), test.name(), test.reference(), why));
  }

  /** One line with the sums. */
  public String summary() {
    long must =
        with(Status.FAILED).stream().filter(one -> one.test().level() == Level.MUST).count();
    return String.format(
        "%d cases: %d passed, %d failed (%d MUST), %d skipped",
        results.size(),
        with(Status.PASSED).size(),
        with(Status.FAILED).size(),
        must,
        with(Status.SKIPPED).size());
  }

  @Override
  public String toString() {
    return summary();
  }
}
