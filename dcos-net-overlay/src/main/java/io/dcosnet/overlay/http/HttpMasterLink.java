// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.overlay.http;

import static java.util.Objects.requireNonNull;

import io.dcosnet.api.Bytes;
import io.dcosnet.api.DcosNetException;
import io.dcosnet.api.DecodeException;
import io.dcosnet.api.model.Rejection;
import io.dcosnet.api.net.NodeId;
import io.dcosnet.overlay.http.MasterCall.Reply;
import io.dcosnet.overlay.link.AppliedReport;
import io.dcosnet.overlay.link.LinkCodec;
import io.dcosnet.overlay.link.MasterLink;
import io.dcosnet.overlay.link.RegisterAnswer;
import io.dcosnet.overlay.link.RegisterAnswer.Later;
import io.dcosnet.overlay.link.RegisterRequest;
import java.net.URI;
import java.net.http.HttpClient;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;
import javax.net.ssl.SSLContext;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Reaches masters over HTTP ({@link MasterApi}). The one that answered last is asked first; a
 * redirect to the leader is followed; when one does not answer, or does not lead and knows nobody
 * who does, the next is asked.
 *
 * <p><b>Thread-safe.</b> Nothing is opened before the first request. An answer of more than 1 MiB
 * is none.
 */
public final class HttpMasterLink implements MasterLink {

  /** Longer than a master takes, and so short that some can be asked before an agent gives up. */
  public static final Duration DEFAULT_TIMEOUT = Duration.ofSeconds(5);

  private static final Logger LOGGER = LoggerFactory.getLogger(HttpMasterLink.class);

  private static final Duration UNKNOWN_WAIT = Duration.ofSeconds(1);

  private final List<URI> masters;
  private final Optional<String> token;
  private final @Nullable SSLContext tls;
  private final @Nullable Executor executor;
  private final Duration timeout;
  private final @Nullable HttpClient client;
  private final AtomicInteger first = new AtomicInteger();
  private @Nullable MasterCall call; // guarded by this

  private HttpMasterLink(Builder builder) {
    this.masters = List.copyOf(builder.masters);
    this.token = Optional.ofNullable(builder.token);
    this.tls = builder.tls;
    this.executor = builder.executor;
    this.timeout = builder.timeout;
    this.client = builder.client;
  }

  /**
   * A link to these masters.
   *
   * @param masters such as {@code http://192.0.2.1:62080}; a path is the place where their API is
   *     mounted
   */
  public static Builder builder(List<URI> masters) {
    return new Builder(masters);
  }

  @Override
  public CompletionStage<RegisterAnswer> register(RegisterRequest request) {
    NodeId agent = request.agent();
    return ask("v1/register", LinkCodec.encode(request), reply -> answer(agent, reply))
        .thenCompose(
            asked ->
                asked.answer != null
                    ? CompletableFuture.completedFuture(asked.answer)
                    : CompletableFuture.failedFuture(asked.failure()));
  }

  @Override
  public CompletionStage<Void> applied(AppliedReport report) {
    return ask("v1/applied", LinkCodec.encode(report), reply -> taken(reply))
        .thenCompose(
            asked ->
                asked.isFinal
                    ? CompletableFuture.<Void>completedFuture(null)
                    : CompletableFuture.failedFuture(asked.failure()));
  }

  /** An answer, which may leave it worth asking the next master. */
  private record Outcome(@Nullable RegisterAnswer answer, boolean isFinal) {}

  private static Outcome answer(NodeId agent, Reply reply) {
    switch (reply.status()) {
      case 200, 409 -> {
        return new Outcome(LinkCodec.decodeAnswer(agent, reply.body()), true);
      }
      case 503 -> {
        Later later = later(agent, reply);
        return new Outcome(later, !later.reason().code().equals("NOT_LEADING"));
      }
      default -> throw new DcosNetException(reply.problem());
    }
  }

  /** A master says so in our words; what stands before it may say it in its own. */
  private static Later later(NodeId agent, Reply reply) {
    try {
      if (LinkCodec.decodeAnswer(agent, reply.body()) instanceof Later later) {
        return later;
      }
    } catch (DecodeException e) {
      LOGGER.debug("{}", reply.problem());
    }
    Rejection reason =
        new Rejection("master", reply.from().toString(), "NOT_LEADING", reply.problem());
    return new Later(reason, retryAfter(reply));
  }

  private static Duration retryAfter(Reply reply) {
    String text = reply.retryAfter().orElse("");
    if (!text.matches("[0-9]{1,6}")) {
      return UNKNOWN_WAIT;
    }
    Duration wait = Duration.ofSeconds(Long.parseLong(text));
    return wait.compareTo(LinkCodec.MAX_LATER) < 0 ? wait : LinkCodec.MAX_LATER;
  }

  private static Outcome taken(Reply reply) {
    if (reply.status() != 200 && reply.status() != 204) {
      throw new DcosNetException(reply.problem());
    }
    return new Outcome(null, true);
  }

  /** What came of asking one master after the other. */
  private static final class Asked {
    @Nullable RegisterAnswer answer;
    boolean isFinal;
    final List<String> problems = new ArrayList<>();

    DcosNetException failure() {
      return new DcosNetException("no master answered: " + String.join("; ", problems));
    }
  }

  private CompletableFuture<Asked> ask(
      String resource, Bytes document, Function<Reply, Outcome> reader) {
    return ask(resource, document, reader, first.get(), 0, new Asked());
  }

  private CompletableFuture<Asked> ask(
      String resource,
      Bytes document,
      Function<Reply, Outcome> reader,
      int start,
      int tried,
      Asked asked) {
    if (tried == masters.size()) {
      return CompletableFuture.completedFuture(asked);
    }
    int index = (start + tried) % masters.size();
    return call()
        .post(target(masters.get(index), resource), document)
        .thenApply(reader)
        .handle(
            (outcome, fault) -> {
              if (fault != null) {
                asked.problems.add(reason(masters.get(index), fault));
              } else {
                asked.answer = outcome.answer();
                asked.isFinal = outcome.isFinal();
              }
              return outcome;
            })
        .thenCompose(
            outcome -> {
              if (outcome != null && outcome.isFinal()) {
                first.set(index);
                return CompletableFuture.completedFuture(asked);
              }
              return ask(resource, document, reader, start, tried + 1, asked);
            });
  }

  private static URI target(URI master, String resource) {
    String base = master.toString();
    String place = base.endsWith("/") ? base.substring(0, base.length() - 1) : base;
    return URI.create(place + MasterApi.PATH + resource);
  }

  private static String reason(URI master, Throwable fault) {
    Throwable cause = fault instanceof CompletionException ? fault.getCause() : fault;
    String text = cause == null ? fault.toString() : String.valueOf(cause.getMessage());
    return cause instanceof DecodeException ? master + " answered nonsense: " + text : text;
  }

  /** Its threads begin with it, so it waits for the first request. */
  private synchronized MasterCall call() {
    MasterCall ready = call;
    if (ready == null) {
      HttpClient shared = client;
      ready =
          new MasterCall(
              shared == null ? newClient(tls, executor, timeout) : shared, timeout, token, masters);
      call = ready;
    }
    return ready;
  }

  private static HttpClient newClient(
      @Nullable SSLContext tls, @Nullable Executor executor, Duration timeout) {
    HttpClient.Builder client =
        HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .followRedirects(HttpClient.Redirect.NEVER)
            .connectTimeout(timeout);
    if (tls != null) {
      client.sslContext(tls);
    }
    if (executor != null) {
      client.executor(executor);
    }
    return client.build();
  }

  /** What a link is made of. <b>Confined to</b> one thread. */
  public static final class Builder {

    private final List<URI> masters;
    private @Nullable String token;
    private @Nullable SSLContext tls;
    private @Nullable Executor executor;
    private Duration timeout = DEFAULT_TIMEOUT;
    private @Nullable HttpClient client;

    private Builder(List<URI> masters) {
      this.masters = List.copyOf(masters);
    }

    /** Sent as bearer token to the masters of the list, and to nobody else. Default: none. */
    public Builder token(String secret) {
      token = requireNonNull(secret, "secret");
      return this;
    }

    /** Whom to trust, and which certificate to show. Default: as the JDK does. */
    public Builder tls(SSLContext context) {
      tls = requireNonNull(context, "context");
      return this;
    }

    /** Where answers are read, in pieces of some milliseconds. Default: threads of its own. */
    public Builder executor(Executor work) {
      executor = requireNonNull(work, "work");
      return this;
    }

    /**
     * By what masters are asked, for one that makes a link for each list of them: a client has
     * threads and connections that outlast a link. It decides whom to trust and where answers are
     * read, and must follow no redirects, as the token would go with them. Default: one of its own.
     */
    public Builder client(HttpClient shared) {
      client = requireNonNull(shared, "shared");
      return this;
    }

    /**
     * How long one master may take to answer, more than 0; 5 s by default. Short: a slow disk of
     * the master looks like none. Long: the next master is asked late.
     */
    public Builder timeout(Duration most) {
      timeout = requireNonNull(most, "most");
      return this;
    }

    /**
     * Checks everything together; opens nothing.
     *
     * @throws IllegalArgumentException that lists all problems
     */
    public HttpMasterLink build() {
      List<String> problems = new ArrayList<>();
      if (masters.isEmpty()) {
        problems.add("masters: none (expected: at least one)");
      }
      for (URI master : masters) {
        boolean http = "http".equals(master.getScheme()) || "https".equals(master.getScheme());
        if (!http || master.getHost() == null || master.getRawQuery() != null) {
          problems.add("masters: " + master + " (expected: such as http://192.0.2.1:62080)");
        }
      }
      if (timeout.isNegative() || timeout.isZero()) {
        problems.add("timeout: " + timeout + " (expected: more than 0)");
      }
      if (client != null && client.followRedirects() != HttpClient.Redirect.NEVER) {
        problems.add("client: follows redirects (expected: one that never does)");
      }
      if (client != null && (tls != null || executor != null)) {
        problems.add("client: with tls or executor (expected: those of the client)");
      }
      if (token != null && !token.matches("[\\x21-\\x7e]+")) {
        problems.add("token: (expected: printable ASCII without blanks)");
      }
      if (!problems.isEmpty()) {
        throw new IllegalArgumentException(String.join("\n", problems));
      }
      return new HttpMasterLink(this);
    }
  }
}
