// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.overlay.http;

import static java.util.Objects.requireNonNull;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.dcosnet.api.Bytes;
import io.dcosnet.api.DcosNetException;
import io.dcosnet.api.http.EntityTag;
import io.dcosnet.api.http.HttpHandler;
import io.dcosnet.api.http.HttpRequest;
import io.dcosnet.api.http.HttpResponse;
import io.dcosnet.api.net.IpAddress;
import io.dcosnet.overlay.OverlayAgent;
import io.dcosnet.overlay.agent.AddressExplanation;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.function.Supplier;

/**
 * What an agent says of itself, below {@code /overlay-agent/}:
 *
 * <pre>
 * GET overlay            what it has, in the shape of DC/OS; 415 where JSON is not wanted
 * GET status             how it stands, and all that a person should look at
 * GET peers              the other hosts, and the entries that were refused
 * GET datapath?diff=1    what the host holds, and what is still to be done there
 * GET explain?address=   what an address is to this host; {@code format=text}
 * </pre>
 *
 * <p>Documents have an entity tag of what they say, so that whoever polls is told that nothing
 * changed.
 *
 * <p><b>Thread-safe.</b> Documents are made on the executor.
 *
 * @see <a href="https://github.com/dcos/dcos-mesos-modules">dcos/dcos-mesos-modules
 *     overlay/agent.cpp</a>
 */
public final class AgentApi implements HttpHandler {

  /** Where it belongs on a server. */
  public static final String PATH = "/overlay-agent/";

  private final OverlayAgent agent;
  private final Executor executor;

  /**
   * The resources of an agent.
   *
   * @param executor makes documents, each in one piece of work of some milliseconds
   */
  public AgentApi(OverlayAgent agent, Executor executor) {
    this.agent = requireNonNull(agent, "agent");
    this.executor = requireNonNull(executor, "executor");
  }

  @Override
  public CompletionStage<HttpResponse> handle(HttpRequest request) {
    String path = request.path();
    String resource = path.startsWith(PATH) ? path.substring(PATH.length()) : "";
    if (!List.of("overlay", "status", "peers", "datapath", "explain").contains(resource)) {
      return now(HttpResponse.NOT_FOUND);
    } else if (!request.isRead()) {
      return now(MasterReplies.notAllowed("GET, HEAD"));
    }
    return switch (resource) {
      case "overlay" ->
          takesJson(request)
              ? document(request, () -> AgentJson.overlay(agent.status()))
              : now(HttpResponse.text(415, "only application/json\n"));
      case "status" -> document(request, () -> AgentJson.status(agent.status()));
      case "peers" -> document(request, () -> AgentJson.peers(agent.status()));
      case "datapath" -> dataPath(request);
      default -> explain(request);
    };
  }

  /** As in DC/OS, where the other form was protobuf. */
  private static boolean takesJson(HttpRequest request) {
    List<String> accepts = request.headers().getOrDefault("accept", List.of());
    return accepts.isEmpty()
        || accepts.stream()
            .flatMap(line -> List.of(line.split(",", -1)).stream())
            .map(range -> range.replaceFirst(";.*", "").strip().toLowerCase(Locale.ROOT))
            .anyMatch(List.of("application/json", "application/*", "*/*")::contains);
  }

  private CompletionStage<HttpResponse> dataPath(HttpRequest request) {
    String diff = request.parameter("diff").orElse("0");
    if (diff.equals("0")) {
      return document(
          request, () -> AgentJson.dataPath(agent.status(), agent.networkName(), Optional.empty()));
    } else if (!diff.equals("1")) {
      return now(MasterReplies.bad("diff: (expected: 0 or 1)"));
    }
    return agent
        .plan()
        .handle(
            (plan, fault) ->
                fault == null
                    ? json(
                        AgentJson.dataPath(agent.status(), agent.networkName(), Optional.of(plan)))
                    : MasterReplies.unavailable(reason(fault), MasterApi.SOON));
  }

  private static String reason(Throwable fault) {
    Throwable cause = fault instanceof CompletionException ? fault.getCause() : fault;
    return cause instanceof DcosNetException
        ? String.valueOf(cause.getMessage())
        : "the host cannot be looked at now";
  }

  private CompletionStage<HttpResponse> explain(HttpRequest request) {
    Optional<IpAddress> address = request.parameter("address").flatMap(IpAddress::tryParse);
    if (address.isEmpty()) {
      return now(MasterReplies.bad("address: (expected: an IP address)"));
    }
    String format = request.parameter("format").orElse("json");
    if (!format.equals("json") && !format.equals("text")) {
      return now(MasterReplies.bad("format: (expected: json or text)"));
    }
    return HttpResponse.later(
        executor,
        () -> {
          AddressExplanation found = agent.explain(address.get());
          return format.equals("text")
              ? HttpResponse.text(200, found.toText())
              : json(AgentJson.explanation(found));
        });
  }

  private CompletionStage<HttpResponse> document(HttpRequest request, Supplier<ObjectNode> maker) {
    return HttpResponse.later(
        executor, () -> EntityTag.unlessKnown(request, EntityTag.ofContent(json(maker.get()))));
  }

  private static HttpResponse json(ObjectNode document) {
    return HttpResponse.json(Bytes.utf8(document.toString()));
  }

  private static CompletionStage<HttpResponse> now(HttpResponse response) {
    return CompletableFuture.completedFuture(response);
  }
}
