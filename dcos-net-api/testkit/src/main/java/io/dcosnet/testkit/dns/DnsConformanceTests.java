// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.testkit.dns;

import io.dcosnet.testkit.dns.ConformanceReport.Result;
import io.dcosnet.testkit.dns.ConformanceReport.Status;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Assertions;
import org.junit.jupiter.api.DynamicTest;

/**
 * The suite as tests of JUnit, one for each case:
 *
 * <pre>{@code
 * @TestFactory
 * Stream<DynamicTest> keepsToTheProtocol() {
 *   return DnsConformanceTests.of(DnsConformance.of(server, zone), Set.of());
 * }
 * }</pre>
 */
public final class DnsConformanceTests {

  private DnsConformanceTests() {}

  /**
   * A test for each case. Cases that do not apply to the zone or the server pass; {@link
   * DnsConformance#run()} tells which they are and why.
   *
   * @param differing names of cases, as {@link ConformanceCase#toString} gives them, that this
   *     server is known to fail; their tests fail when the server passes them
   */
  public static Stream<DynamicTest> of(DnsConformance suite, Set<String> differing) {
    return DnsConformance.cases().stream()
        .map(
            test ->
                DynamicTest.dynamicTest(
                    test.toString(),
                    () -> judge(suite.run(test), differing.contains(test.toString()))));
  }

  private static void judge(Result result, boolean differs) {
    if (result.status() == Status.SKIPPED) {
      return;
    }
    boolean failed = result.status() == Status.FAILED;
    if (failed && !differs) {
      Assertions.fail(
          result.test().reference()
              + ": "
              + result.test().expected()
              + "\nfound: "
              + result.detail()
              + "\n"
              + String.join("\n", result.transcript()));
    }
    if (!failed && differs) {
      Assertions.fail(result.test() + " is said to differ, but it passes");
    }
  }
}
