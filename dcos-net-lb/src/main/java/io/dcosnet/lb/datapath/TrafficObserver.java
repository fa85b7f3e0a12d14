// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.lb.datapath;

import io.dcosnet.api.net.HostPort;
import io.dcosnet.lb.vip.VipTable.Frontend;

/**
 * Learns how back ends fare. Called on the threads that carry the traffic, several at a time; must
 * not block. What it throws is logged and disturbs no connection.
 */
public interface TrafficObserver {

  /** Why a back end did not take a connection. */
  enum Failure {
    REFUSED,
    TIMEOUT,
    UNREACHABLE,
    /** Taken, and reset before the first byte of the back end. */
    RESET,
    OTHER
  }

  /**
   * A connection to a back end stands.
   *
   * @param nanos how long it took
   */
  default void connected(Frontend frontend, HostPort backend, long nanos) {}

  /**
   * A connection turned out well: the first byte of the back end came, or it ended in good order
   * without one. At most once for each; a path that tells of resets tells this too.
   */
  default void served(Frontend frontend, HostPort backend) {}

  /**
   * A back end did not take a connection, or reset it before it was of use; another one may be
   * tried for it.
   */
  default void failed(Frontend frontend, HostPort backend, Failure failure) {}

  /** The last connection of a back end that gets nothing new has ended. */
  default void drained(Frontend frontend, HostPort backend) {}
}
