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
    /** Taken, and reset before the first byte in either direction. */
    RESET,
    OTHER
  }

  /**
   * A connection to a back end stands.
   *
   * @param nanos how long it took
   */
  default void connected(Frontend frontend, HostPort backend, long nanos) {}

  /** A back end did not take a connection; another one may be tried for it. */
  default void failed(Frontend frontend, HostPort backend, Failure failure) {}

  /** The last connection of a back end that gets nothing new has ended. */
  default void drained(Frontend frontend, HostPort backend) {}
}
