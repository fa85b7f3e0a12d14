// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.dns.answer;

import io.dcosnet.dns.wire.QueryReader;
import io.dcosnet.dns.wire.ResponseWriter;
import io.dcosnet.dns.wire.Sender;

/**
 * What knows answers for names that lie in no zone of the server: a cache, and those who are asked
 * when it does not know. Each {@link Responder} has its own. It is asked for clients only that may
 * have others asked ({@link Guard#mayRecurse}).
 *
 * <p><b>Confined to</b> the thread of that responder; allocates nothing when it answers at once.
 */
public interface Elsewhere {

  /** What {@link #answer} gives when nobody may or can be asked for this sender. */
  int NOBODY = -1;

  /** What {@link #answer} gives when others must be asked, which takes time. */
  int LATER = -2;

  /** Knows nothing and asks nobody. */
  Elsewhere NOWHERE = (query, sender, octets, start, length, response) -> NOBODY;

  /** Knows nothing and has others asked for clients that want it. */
  Elsewhere OTHERS =
      (query, sender, octets, start, length, response) -> query.recursionDesired() ? LATER : NOBODY;

  /**
   * Answers at once if it can, by adding records to the response.
   *
   * <p>The name is that of the query, or the one at which a chain of CNAME records left the zones;
   * in that case the response has the chain already.
   *
   * @param octets where the name is asked stands, from {@code start} on
   * @return the response code, {@link #NOBODY} or {@link #LATER}; for the two latter nothing was
   *     added
   */
  int answer(
      QueryReader query,
      Sender sender,
      byte[] octets,
      int start,
      int length,
      ResponseWriter response);
}
