// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.dns.querylog;

import static java.util.Objects.requireNonNull;

import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Which queries are told to whom. <b>Immutable.</b>
 *
 * @param oneIn one query of so many is told, 1 for all of them; each worker counts for itself
 * @param hashClients addresses are replaced by what tells them apart but not who they are; the
 *     secret behind it is new with each server
 * @param sink is told, one call at a time, on the executor of the server; may block. What it throws
 *     is logged
 */
public record QueryLog(int oneIn, boolean hashClients, Consumer<LoggedQuery> sink) {

  /** The logger of {@link #toLogger}, which can be sent to a file of its own. */
  public static final String LOGGER = "io.dcosnet.dns.queries";

  public QueryLog {
    if (oneIn < 1) {
      throw new IllegalArgumentException("oneIn: " + oneIn + " (expected: 1 or more)");
    }
    requireNonNull(sink, "sink");
  }

  /** One query of so many as a line of {@value #LOGGER}, at INFO. */
  public static QueryLog toLogger(int oneIn, boolean hashClients) {
    Logger logger = LoggerFactory.getLogger(LOGGER);
    return new QueryLog(oneIn, hashClients, query -> logger.info("{}", query));
  }
}
