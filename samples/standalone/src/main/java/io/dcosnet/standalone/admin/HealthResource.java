// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.standalone.admin;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.dcosnet.api.http.HttpResponse;
import io.dcosnet.standalone.admin.Health.Finding;
import io.dcosnet.standalone.admin.Health.Question;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Executor;

/**
 * {@code /health}, {@code /health/live} and {@code /health/ready}: 200 or 503, with the reasons.
 */
final class HealthResource {

  private HealthResource() {}

  static ReadOnly of(Health health, Executor executor) {
    return ReadOnly.below(
        "/health",
        executor,
        child ->
            switch (child) {
              case "" -> answer(all(health));
              case "live" -> answer(health.ask(Question.LIVE));
              case "ready" -> answer(health.ask(Question.READY));
              default -> HttpResponse.text(404, "there are live and ready\n");
            });
  }

  private static List<Finding> all(Health health) {
    List<Finding> findings = new ArrayList<>(health.ask(Question.LIVE));
    findings.addAll(health.ask(Question.READY));
    return findings;
  }

  private static HttpResponse answer(List<Finding> findings) {
    boolean healthy = findings.stream().allMatch(Finding::holds);
    ObjectNode body = JsonNodeFactory.instance.objectNode();
    body.put("healthy", healthy);
    ArrayNode checks = body.putArray("checks");
    findings.forEach(finding -> write(finding, checks.addObject()));
    return HttpResponse.json(healthy ? 200 : 503, body + "\n")
        .withHeader("cache-control", "no-store");
  }

  static void write(Finding finding, ObjectNode node) {
    node.put("check", finding.check());
    node.put("question", finding.question().name().toLowerCase(Locale.ROOT));
    node.put("holds", finding.holds());
    finding.reason().ifPresent(reason -> node.put("reason", reason));
  }
}
