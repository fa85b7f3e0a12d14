// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.lb.vip;

import static java.util.Objects.requireNonNull;

import java.time.Duration;

/**
 * How one VIP wants its connections to be carried, beside its back ends. Comes from labels beside
 * the VIP label ({@code VIP_POLICY_0}, {@code VIP_AFFINITY_0}, …) or from the host.
 * <b>Immutable.</b>
 *
 * @param policy how a back end is chosen
 * @param affinity how long a client keeps its back end after its last connection; zero for not
 * @param locality whether near back ends are preferred
 * @param proxyHeader what a back end is told of the client before the first byte
 * @param maxConnections most connections at a time over all back ends; {@link #UNLIMITED}
 * @param maxConnectionsPerBackend most connections at a time to one back end; {@link #UNLIMITED}
 * @param check how back ends are tried now and then, for TCP only
 */
public record ServiceOptions(
    Policy policy,
    Duration affinity,
    Locality locality,
    ProxyHeader proxyHeader,
    int maxConnections,
    int maxConnectionsPerBackend,
    Check check) {

  /** No limit. */
  public static final int UNLIMITED = Integer.MAX_VALUE;

  /** Affinity of those who ask for it and name no time; that of Kubernetes. */
  public static final Duration DEFAULT_AFFINITY = Duration.ofHours(3);

  /** Longest affinity. */
  public static final Duration MAX_AFFINITY = Duration.ofDays(30);

  /** What a VIP without a word about it gets. */
  public static final ServiceOptions DEFAULTS =
      new ServiceOptions(
          Policy.P2C_EWMA, Duration.ZERO, Locality.NONE, ProxyHeader.NONE, UNLIMITED, UNLIMITED);

  /** Who gets the next connection. Each takes weights into account. */
  public enum Policy {
    /** The faster of two taken at random, by the peak of connect times and what is open. */
    P2C_EWMA,
    /** Of two taken at random, the one with fewer open connections. */
    P2C_LEAST,
    /** Smooth weighted round robin. */
    ROUND_ROBIN,
    /** Of all, the one with the fewest open connections. */
    LEAST_CONNECTIONS,
    RANDOM,
    /** By a hash of the client's address; the same on every node. */
    MAGLEV;

    /** As a label has it, such as {@code p2c}. */
    public String word() {
      return OptionLabel.word(this);
    }
  }

  /** What being near counts. */
  public enum Locality {
    NONE,
    /** Back ends on this node first; others take what is too much for them. */
    PREFER_NODE,
    /** Back ends in this node's zone first; others take what is too much for them. */
    PREFER_ZONE,
    /** Back ends on this node only. */
    STRICT_NODE
  }

  /** The PROXY protocol towards back ends. */
  public enum ProxyHeader {
    NONE,
    V1,
    V2
  }

  /** One whose back ends are not tried. */
  public ServiceOptions(
      Policy policy,
      Duration affinity,
      Locality locality,
      ProxyHeader proxyHeader,
      int maxConnections,
      int maxConnectionsPerBackend) {
    this(
        policy,
        affinity,
        locality,
        proxyHeader,
        maxConnections,
        maxConnectionsPerBackend,
        Check.NONE);
  }

  public ServiceOptions {
    requireNonNull(check, "check");
    requireNonNull(policy, "policy");
    requireNonNull(affinity, "affinity");
    requireNonNull(locality, "locality");
    requireNonNull(proxyHeader, "proxyHeader");
    if (affinity.isNegative() || affinity.compareTo(MAX_AFFINITY) > 0) {
      throw new IllegalArgumentException(
          "affinity: " + affinity + " (expected: 0 to " + MAX_AFFINITY + ")");
    }
    if (maxConnections < 1 || maxConnectionsPerBackend < 1) {
      throw new IllegalArgumentException(
          "connections: "
              + maxConnections
              + ", per back end "
              + maxConnectionsPerBackend
              + " (expected: 1 or more)");
    }
  }

  /** The same, chosen by another policy. */
  public ServiceOptions with(Policy other) {
    return new ServiceOptions(
        other, affinity, locality, proxyHeader, maxConnections, maxConnectionsPerBackend, check);
  }

  /** The same with another time for which clients keep their back ends. */
  public ServiceOptions withAffinity(Duration other) {
    return new ServiceOptions(
        policy, other, locality, proxyHeader, maxConnections, maxConnectionsPerBackend, check);
  }

  /** The same, preferring other places. */
  public ServiceOptions with(Locality other) {
    return new ServiceOptions(
        policy, affinity, other, proxyHeader, maxConnections, maxConnectionsPerBackend, check);
  }

  /** The same with another header towards back ends. */
  public ServiceOptions with(ProxyHeader other) {
    return new ServiceOptions(
        policy, affinity, locality, other, maxConnections, maxConnectionsPerBackend, check);
  }

  /** The same with other limits. */
  public ServiceOptions withLimits(int connections, int connectionsPerBackend) {
    return new ServiceOptions(
        policy, affinity, locality, proxyHeader, connections, connectionsPerBackend, check);
  }

  /** The same with another check. */
  public ServiceOptions with(Check other) {
    return new ServiceOptions(
        policy, affinity, locality, proxyHeader, maxConnections, maxConnectionsPerBackend, other);
  }
}
