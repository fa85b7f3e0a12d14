// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.overlay.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.dcosnet.api.Bytes;
import io.dcosnet.api.DcosNetException;
import io.dcosnet.api.http.BearerGuard;
import io.dcosnet.api.http.HttpHandler;
import io.dcosnet.api.http.HttpRequest;
import io.dcosnet.api.http.HttpResponse;
import io.dcosnet.api.model.Rejection;
import io.dcosnet.api.net.Cidr;
import io.dcosnet.api.net.HostPort;
import io.dcosnet.api.net.IpAddress;
import io.dcosnet.api.net.NodeId;
import io.dcosnet.netty.NetRuntime;
import io.dcosnet.netty.TlsFiles;
import io.dcosnet.netty.http.HttpServer;
import io.dcosnet.overlay.allocate.AgentRecord;
import io.dcosnet.overlay.allocate.AgentSubnets;
import io.dcosnet.overlay.allocate.Wants;
import io.dcosnet.overlay.config.NetworkConfig;
import io.dcosnet.overlay.link.AppliedReport;
import io.dcosnet.overlay.link.AppliedReport.OverlayState;
import io.dcosnet.overlay.link.AppliedReport.Status;
import io.dcosnet.overlay.link.Assignment;
import io.dcosnet.overlay.link.LinkCodec;
import io.dcosnet.overlay.link.RegisterAnswer;
import io.dcosnet.overlay.link.RegisterRequest;
import io.dcosnet.testkit.TestCertificate;
import java.net.URI;
import java.net.http.HttpClient;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Function;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Agents that reach masters over real connections. */
@Timeout(60)
class HttpMasterLinkIT {

  private static final NodeId AGENT = NodeId.parse("00000000-0000-4000-8000-000000000001");
  private static final IpAddress IP = IpAddress.parse("192.0.2.1");
  private static final String TOKEN = "a-secret-of-the-cluster";
  private static final Rejection REASON = new Rejection("agent", "x", "DUPLICATE_IP", "taken");
  private static final RegisterRequest REQUEST = RegisterRequest.first(AGENT, IP, Wants.EVERYTHING);

  private static final Assignment ASSIGNMENT =
      new Assignment(
          new AgentRecord(
              AGENT,
              IP,
              IpAddress.parse("44.128.0.1"),
              Optional.empty(),
              List.of(
                  new AgentSubnets(
                      "dcos", Optional.of(Cidr.parse("9.0.0.0/24")), Optional.empty()))),
          NetworkConfig.parse(
              """
              {"vtep_subnet":"44.128.0.0/20","vtep_mac_oui":"70:b3:d5:00:00:00",
               "overlays":[{"name":"dcos","subnet":"9.0.0.0/8","prefix":24}]}
              """),
          7);

  private final NetRuntime net = NetRuntime.create();
  private final List<HttpRequest> seen = new CopyOnWriteArrayList<>();

  @AfterEach
  void close() {
    net.close();
  }

  private HttpServer server(HttpHandler handler) {
    HttpServer server =
        HttpServer.builder(net)
            .name("master")
            .listen(HostPort.parse("127.0.0.1:0"))
            .mount(
                "/overlay-master",
                request -> {
                  seen.add(request);
                  return handler.handle(request);
                })
            .build();
    net.startAll(server);
    return server;
  }

  private HttpServer answering(RegisterAnswer answer) {
    return server(
        request ->
            now(HttpResponse.json(LinkCodec.encode(answer)).withStatus(LinkCodec.status(answer))));
  }

  private static CompletionStage<HttpResponse> now(HttpResponse response) {
    return CompletableFuture.completedFuture(response);
  }

  private static URI uri(HttpServer server) {
    return URI.create("http://" + server.localAddress());
  }

  private static HttpMasterLink link(URI... masters) {
    return HttpMasterLink.builder(List.of(masters)).build();
  }

  private static RegisterAnswer register(HttpMasterLink link) {
    return done(link.register(REQUEST));
  }

  private static <T> T done(CompletionStage<T> stage) {
    try {
      return stage.toCompletableFuture().get(30, TimeUnit.SECONDS);
    } catch (ExecutionException e) {
      if (e.getCause() instanceof RuntimeException cause) {
        throw cause;
      }
      throw new AssertionError(e);
    } catch (InterruptedException | TimeoutException e) {
      throw new AssertionError(e);
    }
  }

  private static RegisterAnswer notLeading() {
    return new RegisterAnswer.Later(
        new Rejection("master", "m", "NOT_LEADING", "somebody else does"), Duration.ofSeconds(2));
  }

  /** A port where nobody listens any more. */
  private URI nobody() {
    HttpServer server = answering(notLeading());
    URI uri = uri(server);
    done(server.stop(Duration.ZERO));
    return uri;
  }

  @Test
  void everyKindOfAnswerArrives() {
    for (RegisterAnswer answer :
        List.of(
            new RegisterAnswer.Assigned(ASSIGNMENT, List.of(REASON)),
            new RegisterAnswer.Unchanged(9, List.of()),
            new RegisterAnswer.Refused(REASON),
            new RegisterAnswer.Later(
                new Rejection("master", "m", "RECOVERING", "reads"), Duration.ofSeconds(2)))) {
      assertThat(register(link(uri(answering(answer))))).isEqualTo(answer);
    }
    assertThat(LinkCodec.decodeRequest(seen.get(0).body())).isEqualTo(REQUEST);
    assertThat(seen.get(0).path()).isEqualTo("/overlay-master/v1/register");
    assertThat(seen.get(0).header("content-type")).contains("application/json");
  }

  @Test
  void aReportArrives() {
    AppliedReport report =
        new AppliedReport(AGENT, 7, List.of(new OverlayState("dcos", Status.OK, "")));
    HttpServer server = server(request -> now(HttpResponse.json(200, "{}")));

    done(link(uri(server)).applied(report));

    assertThat(LinkCodec.decodeReport(seen.get(0).body())).isEqualTo(report);
    assertThat(seen.get(0).path()).isEqualTo("/overlay-master/v1/applied");
  }

  @Test
  void aRedirectToTheLeaderIsFollowedWithTheWholeRequest() {
    HttpServer leader = answering(new RegisterAnswer.Unchanged(9, List.of()));
    HttpServer follower = redirecting(request -> uri(leader) + request.path());

    assertThat(register(link(uri(follower)))).isEqualTo(new RegisterAnswer.Unchanged(9, List.of()));
    assertThat(seen).hasSize(2);
    assertThat(seen.get(1).body()).isEqualTo(seen.get(0).body());
  }

  private HttpServer redirecting(Function<HttpRequest, String> target) {
    return server(
        request -> now(HttpResponse.text(307, "").withHeader("location", target.apply(request))));
  }

  @Test
  void mastersThatSendOneAnotherInACircleAreLeft() {
    HttpServer circle = redirecting(HttpRequest::path);

    assertThatThrownBy(() -> register(link(uri(circle))))
        .isInstanceOf(DcosNetException.class)
        .hasMessageContaining("redirects, after 3 others did");
    assertThat(seen).hasSize(4);
  }

  @Test
  void aRedirectToNowhereIsNoAnswer() {
    for (String target : List.of("", "http://", "//", "mailto:x", "http://[")) {
      HttpServer lost = redirecting(request -> target);

      assertThatThrownBy(() -> register(link(uri(lost))))
          .isInstanceOf(DcosNetException.class)
          .hasMessageContaining("redirects");
    }
  }

  @Test
  void whenOneMasterIsAwayTheNextIsAskedAndStaysTheFirst() {
    URI away = nobody();
    seen.clear();
    HttpServer there = answering(new RegisterAnswer.Unchanged(9, List.of()));
    HttpMasterLink link = link(away, uri(there));

    assertThat(register(link)).isInstanceOf(RegisterAnswer.Unchanged.class);
    assertThat(register(link)).isInstanceOf(RegisterAnswer.Unchanged.class);
    assertThat(seen).hasSize(2);
  }

  @Test
  void oneThatDoesNotLeadIsPassedOverForOneThatDoes() {
    HttpServer idle = answering(notLeading());
    HttpServer leader = answering(new RegisterAnswer.Unchanged(9, List.of()));

    assertThat(register(link(uri(idle), uri(leader)))).isInstanceOf(RegisterAnswer.Unchanged.class);
    assertThat(register(link(uri(idle)))).isEqualTo(notLeading());
    assertThat(register(link(uri(idle), nobody()))).isEqualTo(notLeading());
  }

  @Test
  void aBare503IsLaterAsItsHeaderSays() {
    HttpServer gate =
        server(request -> now(HttpResponse.text(503, "busy").withHeader("retry-after", "17")));

    RegisterAnswer answer = register(link(uri(gate)));

    assertThat(((RegisterAnswer.Later) answer).after()).isEqualTo(Duration.ofSeconds(17));
    assertThat(((RegisterAnswer.Later) answer).reason().detail()).contains("503", "busy");
  }

  @Test
  void nobodyAtAllIsAFailureThatNamesEverybody() {
    URI one = nobody();
    URI two = nobody();

    assertThatThrownBy(() -> register(link(one, two)))
        .isInstanceOf(DcosNetException.class)
        .hasMessageContaining("no master answered")
        .hasMessageContaining(one.toString())
        .hasMessageContaining(two.toString());
  }

  @Test
  void aMasterThatDoesNotAnswerInTimeIsPassedOver() {
    CompletableFuture<HttpResponse> never = new CompletableFuture<>();
    HttpServer silent = server(request -> never);
    HttpServer there = answering(new RegisterAnswer.Unchanged(9, List.of()));
    HttpMasterLink link =
        HttpMasterLink.builder(List.of(uri(silent), uri(there)))
            .timeout(Duration.ofMillis(200))
            .executor(net.executor())
            .build();

    assertThat(register(link)).isInstanceOf(RegisterAnswer.Unchanged.class);
    never.complete(HttpResponse.NOT_FOUND); // the server would wait for it
  }

  @Test
  void nonsenseAndEndlessAnswersAreNoAnswers() {
    List<HttpResponse> bad =
        List.of(
            HttpResponse.json(200, "{}"),
            HttpResponse.text(200, "<html>"),
            HttpResponse.json(409, "{}"),
            HttpResponse.text(404, "not found"),
            HttpResponse.text(500, ""),
            HttpResponse.json(Bytes.utf8("{\"x\":\"" + "x".repeat(1 << 20) + "\"}")));
    for (HttpResponse response : bad) {
      HttpServer server = server(request -> now(response));

      assertThatThrownBy(() -> register(link(uri(server))))
          .isInstanceOf(DcosNetException.class)
          .hasMessageContaining(uri(server).toString());
    }
  }

  @Test
  void theTokenIsShownToListedMastersOnly() {
    HttpHandler handler =
        request ->
            now(HttpResponse.json(LinkCodec.encode(new RegisterAnswer.Unchanged(9, List.of()))));
    HttpServer guarded = server(BearerGuard.of(TOKEN, handler));
    HttpServer stranger = server(handler);
    HttpServer follower = redirecting(request -> uri(stranger) + request.path());

    HttpMasterLink link = HttpMasterLink.builder(List.of(uri(guarded))).token(TOKEN).build();
    assertThat(register(link)).isInstanceOf(RegisterAnswer.Unchanged.class);
    HttpMasterLink led = HttpMasterLink.builder(List.of(uri(follower))).token(TOKEN).build();
    assertThat(register(led)).isInstanceOf(RegisterAnswer.Unchanged.class);

    assertThat(seen.get(seen.size() - 2).header("authorization")).contains("Bearer " + TOKEN);
    assertThat(seen.get(seen.size() - 1).header("authorization")).isEmpty();
    assertThatThrownBy(() -> register(link(uri(guarded))))
        .hasMessageContaining("401")
        .hasMessageContaining("token");
  }

  @Test
  void mastersAreReachedOverTlsAndNeverLeftForPlainHttp(@TempDir Path folder) {
    TestCertificate certificate = TestCertificate.make(folder, "master");
    List<HttpResponse> next = new ArrayList<>();
    HttpServer server =
        HttpServer.builder(net)
            .name("tls")
            .listen(HostPort.parse("127.0.0.1:0"))
            .tls(new TlsFiles(certificate.chain(), certificate.key()))
            .mount("/overlay-master", request -> now(next.get(0)))
            .build();
    net.startAll(server);
    URI uri = URI.create("https://" + server.localAddress());
    HttpMasterLink link = HttpMasterLink.builder(List.of(uri)).tls(certificate.client()).build();

    next.add(HttpResponse.json(LinkCodec.encode(new RegisterAnswer.Unchanged(9, List.of()))));
    assertThat(register(link)).isInstanceOf(RegisterAnswer.Unchanged.class);
    next.set(
        0, HttpResponse.text(307, "").withHeader("location", "http://127.0.0.1:1/overlay-master"));
    assertThatThrownBy(() -> register(link)).hasMessageContaining("redirects to where nobody");
    assertThatThrownBy(() -> register(link(uri))).isInstanceOf(DcosNetException.class);
  }

  @Test
  void everythingWrongWithTheOptionsIsNamedAtOnce() {
    assertThatThrownBy(
            () ->
                HttpMasterLink.builder(List.of(URI.create("ftp://192.0.2.1"), URI.create("x")))
                    .timeout(Duration.ZERO)
                    .token("two words")
                    .build())
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContainingAll("ftp://192.0.2.1", "masters: x", "timeout: PT0S", "token:");
    assertThatThrownBy(() -> HttpMasterLink.builder(List.of()).build())
        .hasMessageContaining("masters: none");
  }

  @Test
  void oneClientServesManyLinksAndNeverFollowsRedirectsByItself() {
    HttpClient client = HttpClient.newHttpClient();
    URI master = uri(answering(new RegisterAnswer.Assigned(ASSIGNMENT, List.of())));
    for (URI first : List.of(nobody(), master)) {
      HttpMasterLink link = HttpMasterLink.builder(List.of(first, master)).client(client).build();
      assertThat(register(link)).isInstanceOf(RegisterAnswer.Assigned.class);
    }

    HttpClient following =
        HttpClient.newBuilder().followRedirects(HttpClient.Redirect.NORMAL).build();
    assertThatThrownBy(
            () ->
                HttpMasterLink.builder(List.of(master))
                    .client(following)
                    .executor(Runnable::run)
                    .build())
        .hasMessageContainingAll("client: follows redirects", "client: with tls or executor");
  }
}
