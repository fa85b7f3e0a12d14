// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.dns.transport;

import java.time.Duration;

/**
 * What TCP clients may use (RFC 7766 §6.2, RFC 9210). <b>Immutable.</b>
 *
 * @param maxConnections over all clients of a listener, 1 or more; more are closed at once
 * @param maxConnectionsPerClient of one address, 1 or more
 * @param firstQuery how long a new connection may be silent
 * @param idle how long it may be without a complete query, or without reading our answers
 */
public record TcpLimits(
    int maxConnections, int maxConnectionsPerClient, Duration firstQuery, Duration idle) {

  /** 1024 connections, 64 of one address, 3 s for the first query, 10 s idle. */
  public static final TcpLimits DEFAULTS =
      new TcpLimits(1024, 64, Duration.ofSeconds(3), Duration.ofSeconds(10));

  public TcpLimits {
    if (maxConnections < 1 || maxConnectionsPerClient < 1) {
      throw new IllegalArgumentException(
          "TCP connections: "
              + maxConnections
              + " in all, "
              + maxConnectionsPerClient
              + " of a client (expected: 1 or more)");
    }
    if (firstQuery.isNegative() || firstQuery.isZero() || idle.isNegative() || idle.isZero()) {
      throw new IllegalArgumentException(
          "TCP time limits: " + firstQuery + ", " + idle + " (expected: more than 0)");
    }
  }
}
