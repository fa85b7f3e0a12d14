// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.dns.answer;

import static java.util.Objects.requireNonNull;

import io.dcosnet.api.net.Protocol;
import java.time.Duration;

/**
 * What carries the messages of a responder, as far as responses depend on it. <b>Immutable.</b>
 *
 * @param protocol UDP responses keep within what the client takes, TCP ones within 65535 octets
 * @param encrypted responses are padded for clients that ask for it
 * @param idle how long a connection may be idle, told to clients that ask; zero is not told
 */
public record Carrier(Protocol protocol, boolean encrypted, Duration idle) {

  /** Datagrams. */
  public static final Carrier UDP = new Carrier(Protocol.UDP, false, Duration.ZERO);

  /** HTTPS, whose connections have rules of their own. */
  public static final Carrier HTTPS = new Carrier(Protocol.TCP, true, Duration.ZERO);

  public Carrier {
    requireNonNull(protocol, "protocol");
    requireNonNull(idle, "idle");
  }

  /** TCP connections. */
  public static Carrier tcp(Duration idle) {
    return new Carrier(Protocol.TCP, false, idle);
  }

  /** TLS connections. */
  public static Carrier tls(Duration idle) {
    return new Carrier(Protocol.TCP, true, idle);
  }

  /** The nearest to {@link #idle} that can be told (RFC 7828), in tenths of a second. */
  int idleTenths() {
    return (int) Math.min(idle.toMillis() / 100, 0xffff);
  }
}
