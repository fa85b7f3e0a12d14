// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.sources.mesos;

import io.dcosnet.api.Bytes;
import io.dcosnet.api.DcosNetException;
import io.dcosnet.api.model.Master;
import io.dcosnet.sources.auth.Authorization;
import io.dcosnet.sources.auth.AuthorizedCall;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.URISyntaxException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.function.Predicate;
import java.util.function.UnaryOperator;
import java.util.zip.GZIPInputStream;
import org.jspecify.annotations.Nullable;

/**
 * Asks one master for the state and goes on to the leader where the answer points to it: by a
 * redirect, or by the field {@code leader} of a follower that does not redirect.
 * <b>Thread-safe.</b>
 */
final class StateRequest {

  /** What was read, and by which hash the same content is known again. */
  record Answer(URI from, Bytes hash, @Nullable MesosState state) {}

  private static final int MAX_ERROR_BODY = 16 * 1024;

  private final HttpClient client;
  private final Executor executor;
  private final MesosStateReader reader;
  private final long maxBytes;
  private final Predicate<String> trusts;
  private final @Nullable Authorization authorization;
  private final UnaryOperator<URI> rewrite;

  StateRequest(HttpClient client, PollingConfig config) {
    this.client = client;
    this.executor = config.executor();
    this.reader = MesosStateReader.create().withMaxBytes(config.maxBytes());
    this.maxBytes = config.maxBytes();
    this.trusts = config.masters()::trusts;
    this.authorization = config.authorization();
    this.rewrite = config.masters().rewrite();
  }

  /**
   * Asks for the state.
   *
   * @param known hash of the content that need not be read again
   * @return fails with a reason for a person; completing it from outside ends what is under way
   */
  CompletableFuture<Answer> ask(URI master, Bytes known) {
    Attempt attempt = new Attempt(known);
    attempt.get(master, Redirects.MAX, true);
    return attempt.result;
  }

  /** One question with all the requests that it takes. */
  private final class Attempt {
    private final Bytes known;
    final CompletableFuture<Answer> result = new CompletableFuture<>();

    Attempt(Bytes known) {
      this.known = known;
    }

    void get(URI uri, int redirectsLeft, boolean followLeader) {
      CompletableFuture<HttpResponse<List<ByteBuffer>>> sent = send(uri);
      CompletableFuture<?> unused = result.whenComplete((answer, failure) -> sent.cancel(true));
      CompletableFuture<?> unused2 =
          sent.thenAcceptAsync(
                  response -> answered(uri, response, redirectsLeft, followLeader), executor)
              .whenComplete(
                  (done, failure) -> {
                    if (failure != null) {
                      result.completeExceptionally(failure);
                    }
                  });
    }

    private void answered(
        URI uri, HttpResponse<List<ByteBuffer>> response, int redirectsLeft, boolean followLeader) {
      if (result.isDone()) {
        return;
      }
      int status = response.statusCode();
      String location = response.headers().firstValue("Location").orElse(null);
      if (location != null && status >= 300 && status < 400) {
        if (redirectsLeft == 0) {
          throw new DcosNetException(uri + " redirects, after " + Redirects.MAX + " others did");
        }
        get(Redirects.target(uri, location, rewrite), redirectsLeft - 1, followLeader);
        return;
      }
      if (status != 200) {
        throw new DcosNetException(uri + " answered " + status + hint(status) + text(response));
      }
      Bytes hash = hash(response.body());
      if (hash.equals(known)) {
        result.complete(new Answer(uri, hash, null));
        return;
      }
      MesosState state = read(uri, response);
      Master leader = state.cluster().masters().leader();
      if (!state.isFromFollower() || leader == null) {
        result.complete(new Answer(uri, hash, state));
      } else if (followLeader) {
        get(atLeader(uri, leader), redirectsLeft, false);
      } else {
        throw new DcosNetException(
            uri + " should lead but says that " + leader.endpoint() + " does");
      }
    }
  }

  private CompletableFuture<HttpResponse<List<ByteBuffer>>> send(URI uri) {
    try {
      HttpRequest.Builder request =
          HttpRequest.newBuilder(uri)
              .header("Accept", "application/json")
              .header("Accept-Encoding", "gzip")
              .header("User-Agent", "dcos-net");
      return authorization != null && trusts.test(endpoint(uri))
          ? AuthorizedCall.send(client, request.build(), this::body, authorization)
          : client.sendAsync(request.build(), this::body);
    } catch (RuntimeException e) {
      return CompletableFuture.failedFuture(e);
    }
  }

  private HttpResponse.BodySubscriber<List<ByteBuffer>> body(HttpResponse.ResponseInfo info) {
    return new BoundedBody(info.statusCode() == 200 ? maxBytes : MAX_ERROR_BODY);
  }

  private MesosState read(URI uri, HttpResponse<List<ByteBuffer>> response) {
    String encoding = response.headers().firstValue("Content-Encoding").orElse("identity");
    InputStream in = BoundedBody.stream(response.body());
    try {
      return switch (encoding.toLowerCase(Locale.ROOT)) {
        case "identity" -> reader.read(in);
        case "gzip", "x-gzip" -> reader.read(new GZIPInputStream(in, 16 * 1024));
        default ->
            throw new DcosNetException(uri + ": encoding " + encoding + " was not asked for");
      };
    } catch (IOException e) {
      throw new DcosNetException(uri + ": not gzip: " + e.getMessage(), e);
    } catch (StateRefusedException e) {
      throw new DcosNetException(uri + ": " + e.getMessage(), e);
    }
  }

  /** Mesos-DNS asks the leader at the port of the master that named it. */
  private URI atLeader(URI from, Master leader) {
    var address = leader.endpoint().address();
    String host = address.isIpv6() ? "[" + address + "]" : address.toString();
    try {
      return rewrite.apply(Redirects.withAuthority(host, from.getPort(), from.getScheme(), from));
    } catch (URISyntaxException e) {
      throw new DcosNetException(from + " names a leader that cannot be asked: " + host, e);
    }
  }

  /** Host and port in one spelling, to tell which hosts may see credentials. */
  static String endpoint(URI uri) {
    boolean tls = "https".equalsIgnoreCase(uri.getScheme());
    int port = uri.getPort() >= 0 ? uri.getPort() : tls ? 443 : 80;
    return String.valueOf(uri.getHost()).toLowerCase(Locale.ROOT) + ":" + port;
  }

  static String hint(int status) {
    return switch (status) {
      case 401, 403 -> " (give credentials, and list the host among the masters)";
      case 503 -> " (no leader yet?)";
      default -> "";
    };
  }

  static String text(HttpResponse<List<ByteBuffer>> response) {
    try {
      byte[] start = BoundedBody.stream(response.body()).readNBytes(200);
      String text = new String(start, StandardCharsets.UTF_8).strip();
      return text.isEmpty() ? "" : ": " + Rejections.printable(text);
    } catch (IOException e) {
      throw new AssertionError("a stream over memory does not fail", e);
    }
  }

  private static Bytes hash(List<ByteBuffer> body) {
    return hashOf(List.of(body));
  }

  /** By what the same content is known again. */
  static Bytes hashOf(List<List<ByteBuffer>> bodies) {
    try {
      MessageDigest digest = MessageDigest.getInstance("SHA-256");
      for (List<ByteBuffer> body : bodies) {
        body.forEach(part -> digest.update(part.duplicate()));
        digest.update((byte) 0); // no text of JSON holds it, so it parts the bodies
      }
      return Bytes.copyOf(digest.digest());
    } catch (NoSuchAlgorithmException e) {
      throw new AssertionError("every JDK has SHA-256", e);
    }
  }
}
