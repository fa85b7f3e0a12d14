// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.dns.transport;

import java.time.Duration;

/**
 * What clients may use of a listener for TCP, TLS or HTTPS (RFC 7766 §6.2, RFC 9210).
 * <b>Immutable.</b>
 *
 * @param maxConnections over all clients of a listener, 1 or more; more are closed at once
 * @param maxConnectionsPerClient of one IPv4 address or one IPv6 network of 64 bits, 1 or more
 * @param maxPending queries of one connection whose answers others must give first, 1 or more;
 *     until there are fewer again, nothing more is read from it
 * @param handshake how long a TLS handshake may take
 * @param firstQuery how long a new connection may be silent
 * @param idle how long it may be without a complete query, or without reading our answers; shorter
 *     while connections run short
 */
public record TcpLimits(
    int maxConnections,
    int maxConnectionsPerClient,
    int maxPending,
    Duration handshake,
    Duration firstQuery,
    Duration idle) {

  /**
   * 1024 connections, 64 of one client, 128 queries put off, 5 s for a handshake, 3 s for the first
   * query, 10 s idle.
   */
  public static final TcpLimits DEFAULTS =
      new TcpLimits(1024, 64, Duration.ofSeconds(3), Duration.ofSeconds(10));

  /** A connection may be idle for this part of its usual time while connections run short. */
  private static final int SHORTER = 5;

  public TcpLimits {
    if (maxConnections < 1 || maxConnectionsPerClient < 1 || maxPending < 1) {
      throw new IllegalArgumentException(
          "TCP connections: %d in all, %d of a client, %d queries put off (expected: 1 or more)"
              .formatted(maxConnections, maxConnectionsPerClient, maxPending));
    }
    if (!isPositive(handshake) || !isPositive(firstQuery) || !isPositive(idle)) {
      throw new IllegalArgumentException(
          "TCP time limits: %s, %s, %s (expected: more than 0)"
              .formatted(handshake, firstQuery, idle));
    }
  }

  /** Limits with the usual ones for what is put off and for handshakes. */
  public TcpLimits(
      int maxConnections, int maxConnectionsPerClient, Duration firstQuery, Duration idle) {
    this(maxConnections, maxConnectionsPerClient, 128, Duration.ofSeconds(5), firstQuery, idle);
  }

  /** The same with another {@link #maxPending}. */
  public TcpLimits withMaxPending(int most) {
    return new TcpLimits(
        maxConnections, maxConnectionsPerClient, most, handshake, firstQuery, idle);
  }

  /** The same with another {@link #handshake}. */
  public TcpLimits withHandshake(Duration longest) {
    return new TcpLimits(
        maxConnections, maxConnectionsPerClient, maxPending, longest, firstQuery, idle);
  }

  /**
   * How long a connection may be idle while so many are open: a fifth of the usual time once three
   * quarters of what is allowed are in use, so that silent ones make room for those that ask.
   */
  public Duration idle(int open) {
    return open > maxConnections - maxConnections / 4 ? idle.dividedBy(SHORTER) : idle;
  }

  private static boolean isPositive(Duration duration) {
    return !duration.isNegative() && !duration.isZero();
  }
}
