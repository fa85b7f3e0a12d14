// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.sources.auth;

import static java.util.Objects.requireNonNull;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Supplier;

/**
 * What a source shows to a master so that it gets an answer.
 *
 * <p><b>Thread-safe.</b> Called from any thread, several times at once; no method may block.
 */
@FunctionalInterface
public interface Authorization {

  /**
   * The value of the header {@code Authorization} for the next request.
   *
   * @return fails with a reason for a person when there is none now
   */
  CompletionStage<String> header();

  /**
   * Tells that a server answered 401 to a request with this value.
   *
   * @return true when another try with a new {@link #header} may go better; it is made at most once
   *     for each request
   */
  default boolean rejected(String header) {
    return false;
  }

  /** What {@code value} gives at each request; it must not block. */
  static Authorization of(Supplier<String> value) {
    requireNonNull(value, "value");
    return () -> CompletableFuture.completedFuture(value.get());
  }
}
