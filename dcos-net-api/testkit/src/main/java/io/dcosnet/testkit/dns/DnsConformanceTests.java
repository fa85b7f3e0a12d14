// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.testkit.dns;

import io.dcosnet.testkit.dns.ConformanceReport.Result;
import io.dcosnet.testkit.dns.ConformanceReport.Status;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Assertions;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.DynamicTest;

/**
 * The suite as tests of JUnit, one for each case:
 *
 * <pre>{@code
 * @TestFactory
 * Stream<DynamicTest> keepsToTheProtocol() {
 *   return DnsConformanceTests.of(DnsConformance.of(server, zone));
 * }
 * }</pre>
 */
public final class DnsConformanceTests {

  private DnsConformanceTests() {}

  /** As {@link #of(DnsConformance, Set, Set)}, where all cases should apply and pass. */
  public static Stream<DynamicTest> of(DnsConformance suite) {
    return of(suite, Set.of(), Set.of());
  }

  /**
   * A test for each case; a skipped case is an aborted test, unless that is what was expected.
   * Cases are named as {@link ConformanceCase#toString} gives them.
   *
   * @param differing cases that this server is known to fail; their tests fail when the server
   *     passes them
   * @param inapplicable cases that the zone or the server is known to give nothing to look at;
   *     their tests fail when they could be run
   */
  public static Stream<DynamicTest> of(
      DnsConformance suite, Set<String> differing, Set<String> inapplicable) {
    return DnsConformance.cases().stream()
        .map(
            test -> {
              String name = test.toString();
              Status known = differing.contains(name) ? Status.FAILED : Status.PASSED;
              Status expected = inapplicable.contains(name) ? Status.SKIPPED : known;
              return DynamicTest.dynamicTest(name, () -> judge(suite.run(test), expected));
            });
  }

  private static void judge(Result result, Status expected) {
    if (result.status() == expected) {
      return;
    }
    switch (result.status()) {
      case SKIPPED -> Assumptions.abort(result.detail());
      case PASSED ->
          Assertions.fail(result.test() + " is said to be " + expected + ", but it passes");
      case FAILED ->
          Assertions.fail(
              result.test().reference()
                  + ": "
                  + result.test().expected()
                  + "\nfound: "
                  + result.detail()
                  + "\n"
                  + String.join("\n", result.transcript()));
    }
  }
}
