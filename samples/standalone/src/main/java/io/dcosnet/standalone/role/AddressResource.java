// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.standalone.role;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.dcosnet.api.http.HttpHandler;
import io.dcosnet.api.http.HttpRequest;
import io.dcosnet.api.http.HttpResponse;
import io.dcosnet.api.net.IpAddress;
import io.dcosnet.overlay.agent.AddressExplanation;
import io.dcosnet.overlay.allocate.Explanation;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;

/**
 * Whose an address of an overlay is, and how packets get there: {@code /v1/explain/address/<ip>};
 * as text with {@code format=text}. On an agent as its host sees it, on a leading master as it was
 * given.
 *
 * <p><b>Thread-safe.</b>
 */
final class AddressResource implements HttpHandler {

  static final String PATH = "/v1/explain/address";

  private final @Nullable OverlayAgentPart agent;
  private final @Nullable OverlayMasterPart master;
  private final Executor executor;

  /**
   * @param agent null on a node without one
   * @param master null on a node without one
   */
  AddressResource(
      @Nullable OverlayAgentPart agent, @Nullable OverlayMasterPart master, Executor executor) {
    this.agent = agent;
    this.master = master;
    this.executor = executor;
  }

  @Override
  public CompletionStage<HttpResponse> handle(HttpRequest request) {
    if (!request.isRead()) {
      return now(HttpResponse.text(405, "only GET\n").withHeader("allow", "GET, HEAD"));
    }
    String format = request.parameter("format").orElse("json");
    Optional<IpAddress> asked =
        request.path().length() > PATH.length()
            ? IpAddress.tryParse(request.path().substring(PATH.length() + 1))
            : Optional.empty();
    if (asked.isEmpty()) {
      return now(HttpResponse.text(400, "address (expected: " + PATH + "/ADDRESS)\n"));
    }
    if (!format.equals("json") && !format.equals("text")) {
      return now(HttpResponse.text(400, "format (expected: text or json)\n"));
    }
    return HttpResponse.later(
        executor,
        () ->
            (format.equals("text")
                    ? HttpResponse.text(200, text(asked.get()))
                    : HttpResponse.json(200, document(asked.get()) + "\n"))
                .withHeader("cache-control", "no-store"));
  }

  private static CompletionStage<HttpResponse> now(HttpResponse response) {
    return CompletableFuture.completedFuture(response);
  }

  private String text(IpAddress address) {
    StringBuilder text = new StringBuilder();
    if (agent != null) {
      text.append(agent.explain(address).toText());
    }
    if (master != null) {
      text.append("as it was given: ")
          .append(
              master
                  .explain(address)
                  .map(Explanation::detail)
                  .orElse("this master does not lead; ask the one that does"))
          .append('\n');
    }
    return text.toString();
  }

  private ObjectNode document(IpAddress address) {
    ObjectNode document = JsonNodeFactory.instance.objectNode();
    document.put("address", address.toString());
    boolean known = false;
    if (agent != null) {
      AddressExplanation seen = agent.explain(address);
      known = seen.agent().isPresent();
      write(seen, document.putObject("agent"));
    }
    if (master != null) {
      Optional<Explanation> given = master.explain(address);
      known |= given.flatMap(Explanation::agent).isPresent();
      given.ifPresent(explanation -> write(explanation, document.putObject("master")));
    }
    return document.put("known", known);
  }

  private static void write(AddressExplanation seen, ObjectNode target) {
    target.put("kind", seen.kind().word());
    target.put("reachable", seen.isReachable());
    target.put("overlay", seen.overlay());
    target.put("pool", seen.pool());
    seen.range().ifPresent(range -> target.put("range", range.toString()));
    seen.agent().ifPresent(id -> target.put("agent", id.toString()));
    ArrayNode parts = target.putArray("parts");
    seen.parts()
        .forEach(
            part ->
                parts
                    .addObject()
                    .put("kind", part.kind().text())
                    .put("object", part.object())
                    .put("standing", part.standing().word())
                    .put("reason", part.reason()));
    ArrayNode notes = target.putArray("notes");
    seen.notes().forEach(notes::add);
  }

  private static void write(Explanation given, ObjectNode target) {
    target.put("finding", given.finding().name().toLowerCase(Locale.ROOT));
    given.element().ifPresent(element -> target.put("element", element.toString()));
    given
        .agent()
        .ifPresent(
            agent ->
                target.put("agent", agent.agent().toString()).put("ip", agent.ip().toString()));
    target.put("detail", given.detail());
  }
}
