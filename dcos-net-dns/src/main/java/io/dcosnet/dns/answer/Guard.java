// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.dns.answer;

import io.dcosnet.dns.wire.QueryReader;
import io.dcosnet.dns.wire.Sender;

/**
 * Decides who gets an answer, and how often. Each {@link Responder} has its own.
 *
 * <p><b>Confined to</b> the thread of that responder; allocates nothing.
 */
public interface Guard {

  /** What to do about a query, or about the response that was made for it. */
  enum Decision {
    /** Go on. */
    PASS,
    /** Send nothing; the reason was counted. */
    DROP,
    /** Say REFUSED, with EDE 18 (prohibited). */
    REFUSE,
    /** Say nothing but that the client shall ask over TCP. */
    TRUNCATE
  }

  /** Lets everybody have everything. */
  Guard OPEN =
      new Guard() {
        @Override
        public Decision query(QueryReader query, Sender sender) {
          return Decision.PASS;
        }

        @Override
        public Decision response(QueryReader query, Sender sender, int rcode, int octets) {
          return Decision.PASS;
        }

        @Override
        public boolean mayRecurse(Sender sender) {
          return true;
        }
      };

  /** Called when a query could be read, before anything is looked up. */
  Decision query(QueryReader query, Sender sender);

  /**
   * Called when the response stands, before it leaves.
   *
   * @param octets its length
   */
  Decision response(QueryReader query, Sender sender, int rcode, int octets);

  /** True when others may be asked for this sender. */
  boolean mayRecurse(Sender sender);
}
