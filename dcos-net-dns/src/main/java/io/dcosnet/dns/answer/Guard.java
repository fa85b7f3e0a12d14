// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.dns.answer;

import io.dcosnet.dns.wire.QueryReader;
import io.dcosnet.dns.wire.ResponseWriter;
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
    TRUNCATE,
    /** Say nothing but that the client shall ask again, with the cookie that goes with this. */
    BAD_COOKIE
  }

  /** What {@link #cookie} gives when there is none. */
  byte[] NO_COOKIE = {};

  /** Lets everybody have everything. */
  Guard OPEN =
      new Guard() {
        @Override
        public Decision query(QueryReader query, Sender sender) {
          return Decision.PASS;
        }

        @Override
        public Decision response(
            QueryReader query, Sender sender, int rcode, ResponseWriter response) {
          return Decision.PASS;
        }

        @Override
        public boolean mayRecurse(Sender sender) {
          return true;
        }
      };

  /**
   * Called for each message that may be answered, before anything is looked up; well-formed or not.
   */
  Decision query(QueryReader query, Sender sender);

  /**
   * Called instead of {@link #query} when a response is made for a query that was let in before,
   * and waited. Decides and counts nothing.
   */
  default void resume(QueryReader query, Sender sender) {}

  /**
   * Called for each name on the way to the answer, as zones have it: the one asked, and those that
   * aliases and CNAME records lead to. PASS, DROP or REFUSE.
   */
  default Decision name(Sender sender, byte[] octets, int start, int length) {
    return Decision.PASS;
  }

  /** True when the sender may be told of that name beside the answer. */
  default boolean mayKnow(Sender sender, byte[] octets, int start, int length) {
    return true;
  }

  /** True when there are names that some senders may not know. */
  default boolean hidesNames() {
    return false;
  }

  /**
   * Called when the response stands, before it leaves.
   *
   * @param response all but its OPT record may be there
   */
  Decision response(QueryReader query, Sender sender, int rcode, ResponseWriter response);

  /** True when others may be asked for this sender. */
  boolean mayRecurse(Sender sender);

  /** True when cookies are given, so that a query for one alone makes sense. */
  default boolean givesCookies() {
    return false;
  }

  /** The cookie for the response to the query at hand; empty for none. */
  default byte[] cookie() {
    return NO_COOKIE;
  }

  /** True when the query at hand shows a cookie that is not ours, or too old. */
  default boolean isCookieWrong() {
    return false;
  }
}
