// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.standalone.ask;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.dcosnet.standalone.cli.CommandFailure;
import java.io.IOException;
import java.net.ConnectException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.net.http.HttpTimeoutException;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * Asks the admin server of a node, and says clearly why it got no answer.
 *
 * <p><b>Immutable.</b>
 */
final class AdminClient {

  private static final Duration LONGEST = Duration.ofSeconds(10);
  private static final String JSON = "application/json";

  private final URI admin;
  private final @Nullable String token;

  /**
   * @param admin where the server listens, without a path
   * @param token null where it wants none
   */
  AdminClient(URI admin, @Nullable String token) {
    this.admin = admin;
    this.token = token;
  }

  /** An answer as it came: text, or JSON. */
  record Answer(String body, boolean isJson) {

    /**
     * The body as JSON.
     *
     * @throws CommandFailure when it is none
     */
    JsonNode tree() {
      try {
        return new ObjectMapper().readTree(body);
      } catch (JsonProcessingException e) {
        throw CommandFailure.refused("the admin server answered with something that is no JSON");
      }
    }
  }

  /** Asks for JSON at a path. */
  JsonNode json(String path) {
    return get(path, JSON).tree();
  }

  /**
   * As {@link #json(String)}, where the node may not know what is asked for.
   *
   * @param absent what to say then
   * @throws CommandFailure with these words when the node knows of none
   */
  JsonNode json(String path, String absent) {
    return get(path, JSON, absent).tree();
  }

  /** Asks for what a person reads; the node may give JSON all the same. */
  Answer text(String path) {
    return get(path, "text/plain");
  }

  private Answer get(String path, String accept) {
    return get(path, accept, null);
  }

  private Answer get(String path, String accept, @Nullable String absent) {
    HttpRequest.Builder request =
        HttpRequest.newBuilder(admin.resolve(path)).timeout(LONGEST).header("accept", accept);
    if (token != null) {
      request.header("authorization", "Bearer " + token);
    }
    HttpResponse<String> response = send(request.build());
    int status = response.statusCode();
    String resource = path.replaceFirst("\\?.*", "");
    if (status == 401) {
      throw CommandFailure.environment(
          admin + ": wants a token (give the one of admin.tokenFile with --token-file FILE)", null);
    }
    if (status == 404 && absent != null && response.body().contains(": no such ")) {
      throw CommandFailure.refused(absent);
    }
    if (status == 404) {
      throw CommandFailure.refused(admin + ": this node has nothing at " + resource);
    }
    if (status != 200) {
      String reason = response.body().lines().findFirst().orElse("");
      throw CommandFailure.refused(
          admin + ": answered " + status + " at " + resource + ": " + reason);
    }
    boolean json = response.headers().firstValue("content-type").orElse("").startsWith(JSON);
    return new Answer(response.body(), json);
  }

  private HttpResponse<String> send(HttpRequest request) {
    HttpClient client =
        HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .connectTimeout(LONGEST)
            .build();
    try {
      return client.send(request, BodyHandlers.ofString());
    } catch (ConnectException e) {
      throw CommandFailure.environment(
          admin
              + ": nobody listens there (is dcos-net master or agent running? say where with"
              + " --admin URL)",
          e);
    } catch (HttpTimeoutException e) {
      throw CommandFailure.environment(admin + ": no answer in " + LONGEST.toSeconds() + " s", e);
    } catch (IOException e) {
      throw CommandFailure.environment(admin + ": cannot be asked: " + e.getMessage(), e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw CommandFailure.environment(admin + ": interrupted", e);
    }
  }
}
