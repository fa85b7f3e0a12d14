// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.linux.ipvs;

import static java.util.Objects.requireNonNull;

import io.dcosnet.api.net.HostPort;

/**
 * A virtual service: what is done with connections to one address and port. <b>Immutable.</b>
 *
 * @param scheduler who gets the next one, by the name that the kernel has for it, such as {@code
 *     wlc}
 * @param flags {@link #PERSISTENT}, {@link #SCHEDULER_1} and others
 * @param timeoutSeconds how long clients of a persistent service keep their destination after their
 *     last connection; without a meaning for others, and kept for them all the same
 */
public record IpvsService(Key key, String scheduler, int flags, int timeoutSeconds) {

  /** Clients keep their destination. */
  public static final int PERSISTENT = 0x1;

  /** The service can be found; set by the kernel. */
  public static final int HASHED = 0x2;

  /** Each UDP packet for itself. */
  public static final int ONE_PACKET = 0x4;

  /** For {@code sh} and {@code mh}: look further when the destination takes nothing new. */
  public static final int SCHEDULER_1 = 0x8;

  /** For {@code sh} and {@code mh}: the port of the client counts too. */
  public static final int SCHEDULER_2 = 0x10;

  /** Means nothing to any scheduler of the kernel so far. */
  public static final int SCHEDULER_3 = 0x20;

  public IpvsService {
    requireNonNull(key, "key");
    requireNonNull(scheduler, "scheduler");
  }

  /** One that does not keep clients at their destinations. */
  public static IpvsService of(Key key, String scheduler) {
    return new IpvsService(key, scheduler, 0, 0);
  }

  /** Whether all of these flags are set. */
  public boolean has(int wanted) {
    return (flags & wanted) == wanted;
  }

  /** Such as {@code IPVS service tcp 198.51.100.1:80 by wlc}. */
  @Override
  public String toString() {
    return key + " by " + scheduler;
  }

  /**
   * By which services are told from each other.
   *
   * @param protocol number of the IP protocol, {@link #TCP} or {@link #UDP}
   */
  public record Key(int protocol, HostPort endpoint) {

    public static final int TCP = 6;
    public static final int UDP = 17;

    public Key {
      requireNonNull(endpoint, "endpoint");
    }

    /** Such as {@code IPVS service tcp 198.51.100.1:80}. */
    @Override
    public String toString() {
      String name = protocol == TCP ? "tcp" : protocol == UDP ? "udp" : "protocol " + protocol;
      return "IPVS service " + name + " " + endpoint;
    }
  }
}
