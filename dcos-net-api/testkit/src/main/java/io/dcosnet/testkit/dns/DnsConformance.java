// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.testkit.dns;

import static java.util.Objects.requireNonNull;

import io.dcosnet.api.net.HostPort;
import io.dcosnet.testkit.dns.ConformanceReport.Result;
import io.dcosnet.testkit.dns.ConformanceReport.Status;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;

/**
 * Shows whether a DNS server keeps to the protocol: some hundred cases of raw packets over UDP and
 * TCP, from header bits to cookies.
 *
 * <pre>{@code
 * ZoneUnderTest zone = ZoneUnderTest.standard("conf.test."); // serve zone.masterFile()
 * ConformanceReport report = DnsConformance.of(HostPort.parse("127.0.0.1:5353"), zone).run();
 * System.out.print(report.toTable() + report.summary());
 * }</pre>
 *
 * <p>The cases are sent one after the other and harm nobody but a server that fails them. They take
 * a few seconds; each one that gets no answer takes three time-outs more.
 *
 * <p><b>Immutable.</b> Blocks the thread that calls {@link #run}.
 */
public final class DnsConformance {

  /** How long one answer may take unless told otherwise. */
  public static final Duration DEFAULT_TIMEOUT = Duration.ofSeconds(2);

  private final Target target;

  private DnsConformance(Target target) {
    this.target = target;
  }

  /** The suite for the server at this address, which must serve the zone over UDP and TCP. */
  public static DnsConformance of(HostPort server, ZoneUnderTest zone) {
    return new DnsConformance(new Target(server, zone, DEFAULT_TIMEOUT, Duration.ZERO));
  }

  /**
   * The same with another time-out for one answer: too short a one fails slow servers, a long one
   * makes cases take long that get no answer.
   */
  public DnsConformance withTimeout(Duration timeout) {
    requireNonNull(timeout, "timeout");
    if (timeout.toMillis() < 1 || timeout.toMinutes() > 1) {
      throw new IllegalArgumentException("timeout: " + timeout + " (expected: 1 ms to 1 min)");
    }
    return new DnsConformance(new Target(target.address(), target.zone(), timeout, target.idle()));
  }

  /**
   * The same with a case that waits until the server ends a connection that asks nothing, which has
   * to happen within this time; zero, the default, skips the case.
   */
  public DnsConformance withIdleWait(Duration idle) {
    requireNonNull(idle, "idle");
    return new DnsConformance(new Target(target.address(), target.zone(), target.timeout(), idle));
  }

  /** All cases in the order in which they are run. */
  public static List<ConformanceCase> cases() {
    return Stream.of(
            HeaderCases.all(),
            FormCases.all(),
            NameCases.all(),
            OpcodeCases.all(),
            ClassAndTypeCases.all(),
            EdnsCases.all(),
            SizeCases.all(),
            DenialCases.all(),
            AnswerCases.all(),
            AliasCases.all(),
            TcpCases.all(),
            CookieCases.all(),
            SpecialNameCases.all())
        .flatMap(List::stream)
        .toList();
  }

  /** Runs all cases. */
  public ConformanceReport run() {
    return new ConformanceReport(cases().stream().map(this::run).toList());
  }

  /** Runs one case. */
  public Result run(ConformanceCase test) {
    Conversation conversation = new Conversation(target, test.transport());
    try {
      test.script().run(conversation);
      return new Result(test, Status.PASSED, "", conversation.transcript());
    } catch (CaseSkippedException e) {
      return new Result(test, Status.SKIPPED, text(e), conversation.transcript());
    } catch (AssertionError e) {
      return new Result(test, Status.FAILED, text(e), conversation.transcript());
    } catch (IOException | RuntimeException e) {
      // The latter when a response lacks what a script goes on with, such as a first record.
      return new Result(test, Status.FAILED, e.toString(), conversation.transcript());
    }
  }

  private static String text(Throwable reason) {
    return String.valueOf(reason.getMessage());
  }
}
