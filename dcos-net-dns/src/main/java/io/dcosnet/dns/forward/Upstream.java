// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.dns.forward;

import static java.util.Objects.requireNonNull;

import io.dcosnet.api.net.HostPort;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * A server that is asked. <b>Immutable.</b>
 *
 * @param address where it listens
 * @param carrier how it is asked; UDP goes over to TCP by itself where an answer does not fit
 * @param tlsName the name that its certificate must have; null unless the carrier is TLS
 */
public record Upstream(HostPort address, Carrier carrier, @Nullable String tlsName) {

  /** How messages travel to a server. */
  public enum Carrier {
    /** Datagrams, RFC 1035 §4.2.1. */
    UDP,
    /** A stream of messages, RFC 7766. */
    TCP,
    /** The same inside TLS, RFC 7858. */
    TLS;

    /** As figures call it: {@code udp}. */
    public String text() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  public Upstream {
    requireNonNull(address, "address");
    requireNonNull(carrier, "carrier");
    if ((carrier == Carrier.TLS) == (tlsName == null)) {
      throw new IllegalArgumentException(
          "upstream: "
              + address
              + " over "
              + carrier
              + " with TLS name "
              + tlsName
              + " (expected: a name for TLS, and only then)");
    }
  }

  /** A server that is asked over UDP. */
  public static Upstream of(HostPort address) {
    return new Upstream(address, Carrier.UDP, null);
  }

  /** For people and figures: {@code 192.0.2.1:53}, {@code 192.0.2.1:853/tls}. */
  @Override
  public String toString() {
    return carrier == Carrier.UDP ? address.toString() : address + "/" + carrier.text();
  }
}
