// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.standalone.admin;

import static java.util.Objects.requireNonNull;

import io.dcosnet.api.http.HttpHandler;
import io.dcosnet.api.http.HttpRequest;
import io.dcosnet.api.http.HttpResponse;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.function.Function;
import java.util.function.Supplier;

/**
 * A resource that is read and changes nothing: GET at one path, or at those right below it.
 *
 * <p>Its answer is made on an executor, so that it may wait for an update under way.
 *
 * <p><b>Thread-safe.</b>
 */
public final class ReadOnly implements HttpHandler {

  private final String path;
  private final boolean withChild;
  private final Executor executor;
  private final Function<String, HttpResponse> answer;

  private ReadOnly(
      String path, boolean withChild, Executor executor, Function<String, HttpResponse> answer) {
    this.path = requireNonNull(path, "path");
    this.withChild = withChild;
    this.executor = requireNonNull(executor, "executor");
    this.answer = requireNonNull(answer, "answer");
  }

  /** Answers at {@code path} only. */
  public static ReadOnly at(String path, Executor executor, Supplier<HttpResponse> answer) {
    return new ReadOnly(path, false, executor, child -> answer.get());
  }

  /**
   * Answers at {@code path} and one segment below it.
   *
   * @param answer gets that segment, empty at the path itself
   */
  public static ReadOnly below(
      String path, Executor executor, Function<String, HttpResponse> answer) {
    return new ReadOnly(path, true, executor, answer);
  }

  @Override
  public CompletionStage<HttpResponse> handle(HttpRequest request) {
    if (!request.method().equals("GET")) {
      return CompletableFuture.completedFuture(
          HttpResponse.text(405, "only GET\n").withHeader("allow", "GET, HEAD"));
    }
    String child = "";
    if (request.path().length() > path.length() && !path.equals("/")) {
      child = request.path().substring(path.length() + 1);
    }
    boolean here = request.path().equals(path);
    if (!here && (!withChild || child.isEmpty() || child.contains("/"))) {
      return CompletableFuture.completedFuture(HttpResponse.text(404, "nothing here\n"));
    }
    String asked = child;
    return HttpResponse.later(executor, () -> answer.apply(asked));
  }
}
