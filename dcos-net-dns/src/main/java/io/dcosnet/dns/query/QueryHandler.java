// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.dns.query;

import java.util.concurrent.CompletionStage;

/**
 * One link of the chain that answers what the zones of the server do not answer at once.
 *
 * <p>A link either answers or passes the query on; it is never told which links stand before it.
 * Links are called in the order in which they were added to the server. A link that was added for a
 * name sees all queries at and below that name, also those that a zone could answer; the zones are
 * then part of what stands behind it.
 *
 * <p><b>Threading.</b> Implementations must be thread-safe: the server calls {@link #handle} on its
 * event loops and workers, several at a time. The call must not block; slow work completes the
 * returned stage later, from any thread.
 *
 * <p><b>Errors.</b> A stage that fails, or an exception thrown here, makes the server answer
 * SERVFAIL and count {@code dcosnet.dns.handler.errors}. It never closes the listener.
 */
@FunctionalInterface
public interface QueryHandler {

  /**
   * Answers the query or hands it to {@code next}.
   *
   * @param query the question and who asks; valid beyond this call
   * @param next the rest of the chain
   * @return the answer to send, or a stage of {@link Answer#DROP} to stay silent
   */
  CompletionStage<Answer> handle(Query query, Resolver next);
}
