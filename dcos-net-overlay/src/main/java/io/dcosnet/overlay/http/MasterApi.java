// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.overlay.http;

import static java.util.Objects.requireNonNull;

import io.dcosnet.api.DcosNetException;
import io.dcosnet.api.DecodeException;
import io.dcosnet.api.http.EntityTag;
import io.dcosnet.api.http.HttpHandler;
import io.dcosnet.api.http.HttpRequest;
import io.dcosnet.api.http.HttpResponse;
import io.dcosnet.api.http.PageGuard;
import io.dcosnet.api.http.SharedAnswer;
import io.dcosnet.api.model.Rejection;
import io.dcosnet.api.net.IpAddress;
import io.dcosnet.api.net.NodeId;
import io.dcosnet.overlay.MasterView;
import io.dcosnet.overlay.OverlayMaster;
import io.dcosnet.overlay.allocate.Blocker;
import io.dcosnet.overlay.allocate.Reconfiguration;
import io.dcosnet.overlay.allocate.Removal;
import io.dcosnet.overlay.config.ConfigCheck;
import io.dcosnet.overlay.config.NetworkConfig;
import io.dcosnet.overlay.json.JsonObject;
import io.dcosnet.overlay.link.LinkCodec;
import io.dcosnet.overlay.link.RegisterAnswer;
import io.dcosnet.overlay.link.RegisterAnswer.Later;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.function.Function;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What agents and operators say to a master, below {@code /overlay-master/}:
 *
 * <pre>
 * POST v1/register       an agent registers ({@link LinkCodec}); 409 refused, 503 later
 * POST v1/applied        an agent tells what became of it
 * GET  state             everything, in the shape of DC/OS; {@code jsonp}
 * POST agents/delete     {"agents":["192.0.2.7","&lt;id&gt;"],"force":true}; 409 while they live
 * POST agents/takeover   {"agents":["&lt;id&gt;"]}: others at their addresses inherit from them
 * GET  agents            who they are, and how full the pools are
 * GET  status            whether it serves, and all that a person should look at
 * GET  verify            what does not hold of the allocations
 * GET  explain?address=  who has an address, or why nobody has
 * GET  config            what is in force, and how much fits into it
 * POST config/check      what would be in the way of a configuration
 * POST config            puts it in force; 400 for what is wrong, 409 for what is in the way
 * POST rebuild           lets agents say what they have
 * </pre>
 *
 * <p>Whoever does not lead answers 307 with the leader, or 503. Bodies are JSON of at most 1 MiB
 * and 32 levels; anything else is 400. What a web page posts is 403.
 *
 * <p><b>Thread-safe.</b> Documents are made on the executor.
 *
 * @see <a href="https://github.com/dcos/dcos-mesos-modules">dcos/dcos-mesos-modules
 *     overlay/master.cpp</a>
 */
public final class MasterApi implements HttpHandler {

  /** Where it belongs on a server. */
  public static final String PATH = "/overlay-master/";

  static final Duration SOON = Duration.ofSeconds(1);

  private static final Logger LOGGER = LoggerFactory.getLogger(MasterApi.class);

  private final OverlayMaster master;
  private final Executor executor;
  private final SharedAnswer<MasterView> state;
  private final HttpHandler guarded = PageGuard.of(this::answer);

  /**
   * The resources of a master.
   *
   * @param executor makes documents, each in one piece of work of up to some tenths of a second
   */
  public MasterApi(OverlayMaster master, Executor executor) {
    this.master = requireNonNull(master, "master");
    this.executor = requireNonNull(executor, "executor");
    this.state = new SharedAnswer<>(executor, MasterApi::isSame, this::state);
  }

  @Override
  public CompletionStage<HttpResponse> handle(HttpRequest request) {
    return guarded.handle(request);
  }

  private CompletionStage<HttpResponse> answer(HttpRequest request) {
    String path = request.path();
    if (!path.startsWith(PATH)) {
      return now(HttpResponse.NOT_FOUND);
    }
    return switch (path.substring(PATH.length())) {
      case "v1/register" -> post(request, this::register);
      case "v1/applied" -> post(request, this::applied);
      case "agents/delete" -> post(request, this::delete);
      case "agents/takeover" -> post(request, this::takeover);
      case "config/check" -> post(request, this::check);
      case "rebuild" -> post(request, this::rebuild);
      case "config" ->
          request.isRead() ? config(request) : post(request, "GET, POST", this::reconfigure);
      case "state" -> get(request, this::state);
      case "agents" -> get(request, this::agents);
      case "status" -> get(request, this::status);
      case "verify" -> get(request, this::verify);
      case "explain" -> get(request, this::explain);
      default -> now(HttpResponse.NOT_FOUND);
    };
  }

  private static CompletionStage<HttpResponse> get(
      HttpRequest request, Function<HttpRequest, CompletionStage<HttpResponse>> work) {
    return request.isRead() ? work.apply(request) : now(MasterReplies.notAllowed("GET, HEAD"));
  }

  private static CompletionStage<HttpResponse> post(
      HttpRequest request, Function<HttpRequest, CompletionStage<HttpResponse>> work) {
    return post(request, "POST", work);
  }

  private static CompletionStage<HttpResponse> post(
      HttpRequest request,
      String allowed,
      Function<HttpRequest, CompletionStage<HttpResponse>> work) {
    if (!request.method().equals("POST")) {
      return now(MasterReplies.notAllowed(allowed));
    }
    try {
      return work.apply(request);
    } catch (DecodeException fault) {
      return now(MasterReplies.bad(String.valueOf(fault.getMessage())));
    }
  }

  private static CompletionStage<HttpResponse> now(HttpResponse response) {
    return CompletableFuture.completedFuture(response);
  }

  private CompletionStage<HttpResponse> register(HttpRequest request) {
    return master
        .register(LinkCodec.decodeRequest(request.body()))
        .thenApply(answer -> answered(request, answer));
  }

  private HttpResponse answered(HttpRequest request, RegisterAnswer answer) {
    HttpResponse response =
        HttpResponse.json(LinkCodec.encode(answer)).withStatus(LinkCodec.status(answer));
    if (answer instanceof Later later) {
      return later.reason().code().equals("NOT_LEADING") && master.elsewhere().isPresent()
          ? MasterReplies.elsewhere(request, master.elsewhere().get())
          : response.withHeader("retry-after", MasterReplies.seconds(later.after()));
    }
    return response;
  }

  private CompletionStage<HttpResponse> applied(HttpRequest request) {
    return done(request, master.applied(LinkCodec.decodeReport(request.body())));
  }

  /** What only a leader does. */
  private CompletionStage<HttpResponse> done(HttpRequest request, CompletionStage<Void> work) {
    return work.handle(
        (done, fault) -> {
          if (fault == null) {
            return HttpResponse.json(200, "{}");
          }
          Throwable cause = fault instanceof CompletionException ? fault.getCause() : fault;
          if (cause instanceof DcosNetException) { // nobody leads here, or no more
            return notLeading(request, master.status().allocations().reason());
          }
          LOGGER.error("{} failed", request.path(), cause);
          return MasterReplies.failed();
        });
  }

  private HttpResponse notLeading(HttpRequest request, String reason) {
    return master
        .elsewhere()
        .map(leader -> MasterReplies.elsewhere(request, leader))
        .orElseGet(() -> MasterReplies.unavailable("not leading: " + reason, SOON));
  }

  /** Answers from what is known, unless nobody leads here or agents are still listened to. */
  private CompletionStage<HttpResponse> known(
      HttpRequest request, Function<MasterView, CompletionStage<HttpResponse>> work) {
    Optional<Duration> collecting = master.status().collecting();
    if (collecting.isPresent()) {
      return now(MasterReplies.unavailable("agents are asked what they have", collecting.get()));
    }
    Optional<MasterView> view = master.view();
    return view.isPresent()
        ? work.apply(view.get())
        : now(notLeading(request, master.status().allocations().reason()));
  }

  private CompletionStage<HttpResponse> document(
      HttpRequest request, String tag, Supplier<HttpResponse> work) {
    return HttpResponse.later(
        executor, () -> EntityTag.unlessKnown(request, EntityTag.of(work.get(), tag)));
  }

  private CompletionStage<HttpResponse> state(HttpRequest request) {
    Optional<String> callback = request.parameter("jsonp");
    if (callback.filter(name -> !MasterReplies.isCallback(name)).isPresent()) {
      return now(MasterReplies.bad("jsonp: (expected: a name)"));
    }
    return known(
        request,
        view ->
            state
                .of(view)
                .thenApply(
                    json ->
                        callback
                            .map(name -> MasterReplies.script(json, name))
                            .orElseGet(() -> EntityTag.unlessKnown(request, json))));
  }

  private HttpResponse state(MasterView view) {
    return EntityTag.of(
        MasterReplies.document(StateJson.of(view, master.nanos())),
        view.epoch() + "." + view.revision() + "." + view.version());
  }

  private static boolean isSame(MasterView one, MasterView other) {
    return one.allocations() == other.allocations()
        && one.revision() == other.revision()
        && one.epoch() == other.epoch()
        && one.version() == other.version();
  }

  private CompletionStage<HttpResponse> agents(HttpRequest request) {
    return known(
        request,
        view ->
            HttpResponse.later(
                executor, () -> MasterReplies.document(MasterJson.agents(view, master.nanos()))));
  }

  private CompletionStage<HttpResponse> status(HttpRequest request) {
    return HttpResponse.later(
        executor, () -> MasterReplies.document(MasterJson.status(master.status())));
  }

  private CompletionStage<HttpResponse> verify(HttpRequest request) {
    return known(
        request,
        view ->
            document(
                request,
                Long.toString(view.revision()),
                () -> MasterReplies.document(MasterJson.verify(view.revision(), view.verify()))));
  }

  private CompletionStage<HttpResponse> explain(HttpRequest request) {
    Optional<IpAddress> address = request.parameter("address").flatMap(IpAddress::tryParse);
    if (address.isEmpty()) {
      return now(MasterReplies.bad("address: (expected: an IP address)"));
    }
    return known(
        request,
        view ->
            now(
                master
                    .explain(address.get())
                    .map(found -> MasterReplies.document(MasterJson.explanation(found)))
                    .orElseGet(() -> notLeading(request, "just lost the lead"))));
  }

  private CompletionStage<HttpResponse> config(HttpRequest request) {
    return known(
        request,
        view ->
            document(
                request,
                Long.toString(view.revision()),
                () ->
                    MasterReplies.document(
                        MasterJson.check(
                            view.allocations().config().validate(),
                            master.status().allocations().blockers()))));
  }

  private CompletionStage<HttpResponse> check(HttpRequest request) {
    return known(
        request,
        view ->
            HttpResponse.later(
                executor,
                () -> {
                  ConfigCheck check = NetworkConfig.check(request.body());
                  List<Blocker> blockers =
                      check.config().flatMap(master::blockers).orElse(List.of());
                  return MasterReplies.document(MasterJson.check(check, blockers));
                }));
  }

  private CompletionStage<HttpResponse> reconfigure(HttpRequest request) {
    ConfigCheck check = NetworkConfig.check(request.body());
    if (check.config().isEmpty()) {
      return now(MasterReplies.document(MasterJson.check(check, List.of())).withStatus(400));
    }
    return known(
        request,
        view ->
            master
                .reconfigure(check.config().get())
                .thenApply(answer -> reconfigured(request, check, answer)));
  }

  private HttpResponse reconfigured(
      HttpRequest request, ConfigCheck check, Reconfiguration answer) {
    if (answer instanceof Reconfiguration.Unavailable unavailable) {
      return unavailable(request, unavailable.reason());
    }
    List<Blocker> blockers =
        answer instanceof Reconfiguration.Blocked blocked ? blocked.blockers() : List.of();
    return MasterReplies.document(MasterJson.check(check, blockers))
        .withStatus(blockers.isEmpty() ? 200 : 409);
  }

  private HttpResponse unavailable(HttpRequest request, Rejection reason) {
    return reason.code().equals("NOT_LEADING")
        ? notLeading(request, reason.detail())
        : MasterReplies.unavailable(reason.code() + ": " + reason.detail(), SOON);
  }

  private CompletionStage<HttpResponse> delete(HttpRequest request) {
    JsonObject json = JsonObject.parse(request.body());
    boolean force = json.flag("force").orElse(false);
    Set<NodeId> ids = new HashSet<>();
    Set<IpAddress> addresses = new HashSet<>();
    for (String text : named(json)) {
      Optional<IpAddress> address = IpAddress.tryParse(text);
      if (address.isPresent()) {
        addresses.add(address.get());
      } else {
        ids.add(NodeId.parse(text));
      }
    }
    return known(
        request,
        view ->
            master
                .remove(new Removal.Request(ids, addresses, force))
                .thenCompose(removal -> deleted(request, removal)));
  }

  private static List<String> named(JsonObject json) {
    return json.texts("agents")
        .orElseThrow(() -> new DecodeException("agents: missing (expected: a list)", 0));
  }

  private CompletionStage<HttpResponse> deleted(HttpRequest request, Removal removal) {
    if (removal instanceof Removal.Refused refused) {
      return now(MasterReplies.conflict("nobody was deleted", refused.alive()));
    } else if (removal instanceof Removal.Unavailable unavailable) {
      return now(unavailable(request, unavailable.reason()));
    }
    // Not the shared answer: that may have begun before.
    return known(request, view -> HttpResponse.later(executor, () -> state(view)));
  }

  private CompletionStage<HttpResponse> takeover(HttpRequest request) {
    Set<NodeId> ids = new HashSet<>();
    named(JsonObject.parse(request.body())).forEach(text -> ids.add(NodeId.parse(text)));
    return done(request, master.giveUp(ids));
  }

  private CompletionStage<HttpResponse> rebuild(HttpRequest request) {
    return done(request, master.rebuild());
  }
}
