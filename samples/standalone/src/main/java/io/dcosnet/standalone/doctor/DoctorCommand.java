// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.standalone.doctor;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.dcosnet.standalone.cli.Arguments;
import io.dcosnet.standalone.cli.Command;
import io.dcosnet.standalone.cli.Console;
import io.dcosnet.standalone.cli.ExitCode;
import io.dcosnet.standalone.doctor.Finding.Status;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import picocli.CommandLine;
import picocli.CommandLine.Option;

/** {@code dcos-net doctor}: what this machine has, and what each missing thing costs. */
@CommandLine.Command(
    name = "doctor",
    description = {
      "Show what this machine has and what each missing thing costs.",
      "Ends with 3 when not even the demo could run."
    })
public final class DoctorCommand implements Command {

  @Option(names = "--json", description = "One JSON object instead of text.")
  boolean json;

  @Override
  public int run(Arguments arguments, Console console) {
    arguments.check();
    List<Finding> findings = Doctor.examine(Machine.local(searchPath()));
    boolean usable = findings.stream().noneMatch(finding -> finding.status() == Status.NEEDED);
    if (json) {
      console.json(toJson(findings, usable));
    } else {
      print(findings, usable, console);
    }
    return usable ? ExitCode.OK : ExitCode.ENVIRONMENT;
  }

  private static String searchPath() {
    return Objects.requireNonNullElse(System.getenv("PATH"), "");
  }

  private static ObjectNode toJson(List<Finding> findings, boolean usable) {
    ObjectNode all = JsonNodeFactory.instance.objectNode();
    all.put("usable", usable);
    ArrayNode probes = all.putArray("probes");
    for (Finding finding : findings) {
      ObjectNode probe = probes.addObject();
      probe.put("area", finding.area());
      probe.put("name", finding.name());
      probe.put("status", finding.status().name().toLowerCase(Locale.ROOT).replace('_', '-'));
      probe.put("found", finding.found());
      if (!finding.cost().isEmpty()) {
        probe.put("cost", finding.cost());
        probe.put("remedy", finding.remedy());
      }
    }
    return all;
  }

  private static void print(List<Finding> findings, boolean usable, Console console) {
    String area = "";
    for (Finding finding : findings) {
      if (!finding.area().equals(area)) {
        area = finding.area();
        console.line(area);
      }
      console.line(
          String.format(
              Locale.ROOT, "  %s %-14s %s", sign(finding), finding.name(), finding.found()));
      if (!finding.cost().isEmpty()) {
        console.line("      costs: " + finding.cost());
        console.line("      to do: " + finding.remedy());
      }
    }
    long missing = findings.stream().filter(finding -> !finding.cost().isEmpty()).count();
    console.line("");
    console.line(
        (usable ? "The demo runs here" : "Not even the demo runs here")
            + (missing == 0 ? "; nothing is missing." : "; missing: " + missing + "."));
  }

  private static String sign(Finding finding) {
    return switch (finding.status()) {
      case OK -> "ok";
      case MISSING -> "--";
      case NEEDED -> "!!";
      case NOT_PROBED -> "??";
    };
  }
}
