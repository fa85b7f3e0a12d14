// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.dns.forward;

import static java.util.Objects.requireNonNull;

import io.dcosnet.api.DecodeException;
import io.dcosnet.api.net.HostPort;
import io.dcosnet.api.net.IpAddress;
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

  private static final int DNS_PORT = 53;
  private static final int DOT_PORT = 853;

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

  /**
   * Reads {@code 192.0.2.1}, {@code [2001:db8::1]:5353}, {@code 192.0.2.1:53/tcp} or {@code
   * 192.0.2.1:853/tls#dns.example.org}; without a port it is 53, or 853 for TLS.
   *
   * @throws DecodeException when it is nothing of these
   */
  public static Upstream parse(String text) {
    int slash = text.indexOf('/');
    int hash = text.indexOf('#', Math.max(slash, 0));
    String where = slash < 0 ? text : text.substring(0, slash);
    String how = slash < 0 ? "udp" : text.substring(slash + 1, hash < 0 ? text.length() : hash);
    String name = hash < 0 ? null : text.substring(hash + 1);
    for (Carrier carrier : Carrier.values()) {
      boolean named = name != null && !name.isEmpty();
      if (carrier.text().equals(how) && named == (carrier == Carrier.TLS)) {
        IpAddress alone = IpAddress.tryParse(where).orElse(null);
        int port = carrier == Carrier.TLS ? DOT_PORT : DNS_PORT;
        HostPort address = alone == null ? HostPort.parse(where) : new HostPort(alone, port);
        return new Upstream(address, carrier, name);
      }
    }
    throw new DecodeException(
        "upstream: " + text + " (expected: address, address:port/tcp or address:port/tls#name)",
        Math.max(slash, 0));
  }

  /** As {@link #parse} reads it, with the port. */
  @Override
  public String toString() {
    String way = carrier == Carrier.UDP ? "" : "/" + carrier.text();
    return address + way + (tlsName == null ? "" : "#" + tlsName);
  }
}
