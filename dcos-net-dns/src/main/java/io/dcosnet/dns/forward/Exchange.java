// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.dns.forward;

import io.dcosnet.dns.forward.Upstream.Carrier;
import io.dcosnet.dns.query.Query;
import java.time.Duration;
import java.util.concurrent.CompletionStage;

/**
 * Carries one question to one server and its answer back, once: no second try, no choice of
 * servers. What comes from elsewhere, or answers another question, is no answer and is waited past
 * (RFC 5452).
 *
 * <p><b>Thread-safe</b>; does not block.
 */
@FunctionalInterface
public interface Exchange {

  /**
   * Sends the question.
   *
   * @param carrier how, which may differ from {@link Upstream#carrier()}
   * @param edns with an OPT record; without one the server may give 512 octets and no DO
   * @param timeout how long to wait for the answer, connecting included
   */
  Call ask(Upstream upstream, Query query, Carrier carrier, boolean edns, Duration timeout);

  /** A question under way. <b>Thread-safe.</b> */
  interface Call {

    /** Completes with the reply, or fails with {@link ExchangeFailedException}. */
    CompletionStage<Reply> reply();

    /** Nobody waits for the reply any more: it may be dropped. Idempotent. */
    void cancel();
  }
}
