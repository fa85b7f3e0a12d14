// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.dns.query;

import io.dcosnet.dns.name.DomainName;
import java.util.List;
import java.util.concurrent.CompletionStage;

/**
 * Finds the answer to a query, near or far: a cache, a forwarder, or the rest of a chain.
 *
 * <p><b>Thread-safe</b>; does not block.
 */
@FunctionalInterface
public interface Resolver {

  /**
   * Looks for the answer.
   *
   * @return an answer within {@link Query#timeLeft}, from any thread; trouble on the way is an
   *     answer too (SERVFAIL with its reason), so it fails only by a fault of the program
   */
  CompletionStage<Answer> resolve(Query query);

  /**
   * What {@link #resolve} would do now about a name, for a person: a line for each thing to know,
   * such as what is kept of it, or which servers would be asked in which order. Asks nobody.
   */
  default List<String> describe(DomainName name, int type) {
    return List.of();
  }
}
