// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.testkit.dns;

import io.dcosnet.api.DecodeException;
import io.dcosnet.api.net.HostPort;
import io.dcosnet.testkit.dns.ConformanceCase.Level;
import io.dcosnet.testkit.dns.ConformanceReport.Status;
import io.dcosnet.testkit.dns.ZoneUnderTest.Role;
import java.io.PrintStream;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * The suite from a shell. The exit status is 0 when no case of level MUST failed, 1 when one did, 2
 * for bad arguments.
 */
public final class DnsConformanceCli {

  private static final String USAGE =
      """
      usage: DnsConformanceCli <address>:<port> [options]
             DnsConformanceCli --print-zone [--zone <origin>]

        --zone <origin>      the server serves the standard zone under this name (conf.test.)
        --plain              the server serves a zone of that name with other content ...
        --name <part>=<name> ... in which this name plays the part, such as addresses=www.example.org.
        --timeout <ms>       time for one answer (2000)
        --idle <ms>          also wait that long for the end of a silent connection
        --failed             show failed cases only
        --print-zone         print the master file of the standard zone and end
      """;

  private final PrintStream out;
  private final PrintStream errors;
  private final List<String> names = new ArrayList<>();
  private String server = "";
  private String origin = "conf.test.";
  private boolean plain;
  private boolean failedOnly;
  private boolean printZone;
  private Duration timeout = DnsConformance.DEFAULT_TIMEOUT;
  private Duration idle = Duration.ZERO;

  private DnsConformanceCli(PrintStream out, PrintStream errors) {
    this.out = out;
    this.errors = errors;
  }

  /** Runs the suite and ends the JVM with the exit status. */
  public static void main(String[] arguments) {
    System.exit(run(List.of(arguments), System.out, System.err));
  }

  /** Runs the suite and tells the exit status. */
  public static int run(List<String> arguments, PrintStream out, PrintStream errors) {
    return new DnsConformanceCli(out, errors).run(arguments);
  }

  private int run(List<String> arguments) {
    try {
      read(arguments);
      return printZone ? printZone() : runSuite();
    } catch (IllegalArgumentException | DecodeException e) {
      errors.println(e.getMessage());
      errors.print(USAGE);
      return 2;
    }
  }

  private void read(List<String> arguments) {
    for (int i = 0; i < arguments.size(); i++) {
      String option = arguments.get(i);
      switch (option) {
        case "--plain" -> plain = true;
        case "--failed" -> failedOnly = true;
        case "--print-zone" -> printZone = true;
        case "--zone" -> origin = value(arguments, ++i);
        case "--name" -> names.add(value(arguments, ++i));
        case "--timeout" -> timeout = millis(value(arguments, ++i));
        case "--idle" -> idle = millis(value(arguments, ++i));
        default -> server = server(option);
      }
    }
    if (server.isEmpty() && !printZone) {
      throw new IllegalArgumentException("server: none (expected: such as 127.0.0.1:53)");
    }
  }

  private String server(String argument) {
    if (argument.startsWith("-") || !server.isEmpty()) {
      throw new IllegalArgumentException("argument: " + argument + " (expected: none such)");
    }
    return argument;
  }

  private static String value(List<String> arguments, int index) {
    if (index >= arguments.size()) {
      throw new IllegalArgumentException(
          arguments.get(index - 1) + ": nothing (expected: a value behind it)");
    }
    return arguments.get(index);
  }

  private static Duration millis(String text) {
    try {
      return Duration.ofMillis(Integer.parseInt(text));
    } catch (NumberFormatException e) {
      throw new IllegalArgumentException("time: " + text + " (expected: milliseconds)", e);
    }
  }

  private int printZone() {
    out.print(ZoneUnderTest.standard(origin).masterFile());
    return 0;
  }

  private int runSuite() {
    ConformanceReport report =
        DnsConformance.of(HostPort.parse(server), zone())
            .withTimeout(timeout)
            .withIdleWait(idle)
            .run();
    ConformanceReport shown =
        failedOnly ? new ConformanceReport(report.with(Status.FAILED)) : report;
    out.print(shown.toTable());
    out.println(report.summary());
    return report.keeps(Level.MUST) ? 0 : 1;
  }

  private ZoneUnderTest zone() {
    ZoneUnderTest zone = plain ? ZoneUnderTest.of(origin) : ZoneUnderTest.standard(origin);
    for (String name : names) {
      int equals = name.indexOf('=');
      if (equals < 0) {
        throw new IllegalArgumentException("--name: " + name + " (expected: <part>=<name>)");
      }
      zone = zone.with(role(name.substring(0, equals)), name.substring(equals + 1));
    }
    return zone;
  }

  private static Role role(String text) {
    String wanted = text.toUpperCase(Locale.ROOT).replace('-', '_');
    for (Role role : Role.values()) {
      if (role.name().equals(wanted)) {
        return role;
      }
    }
    throw new IllegalArgumentException(
        "--name: " + text + " (expected: one of " + List.of(Role.values()) + ")");
  }
}
