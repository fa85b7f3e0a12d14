// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.standalone.config;

import io.dcosnet.api.net.HostPort;
import io.dcosnet.dns.name.DomainName;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * Where other members may be found, as a person writes it. <b>Immutable.</b>
 *
 * @param endpoint the address; null where it has to be found out
 * @param name host whose addresses are all tried; null for an address, and for the masters
 * @param port where members listen there
 */
public record SeedText(@Nullable HostPort endpoint, @Nullable String name, int port) {

  /** Where members listen unless told otherwise. */
  public static final int DEFAULT_PORT = 7950;

  /** What a good one looks like. */
  public static final String FORM = "ADDR:PORT, HOST[:PORT] or masters[:PORT]";

  private static final String MASTERS = "masters";

  /**
   * Reads one.
   *
   * @throws IllegalArgumentException or {@link io.dcosnet.api.DecodeException} when it is none
   */
  public static SeedText parse(String text) {
    if (text.startsWith("[") || text.matches("[0-9.]+:[0-9]+")) {
      HostPort endpoint = HostPort.parse(text);
      if (endpoint.port() == 0) {
        throw new IllegalArgumentException(text);
      }
      return new SeedText(endpoint, null, endpoint.port());
    }
    int colon = text.indexOf(':');
    int port = colon < 0 ? DEFAULT_PORT : Integer.parseInt(text.substring(colon + 1));
    if (port < 1 || port > 65535) {
      throw new IllegalArgumentException(text);
    }
    String host = (colon < 0 ? text : text.substring(0, colon)).toLowerCase(Locale.ROOT);
    if (host.equals(MASTERS)) {
      return new SeedText(null, null, port);
    }
    // Digits and dots alone are an address that lacks something.
    if (!host.matches("[a-z0-9._-]+") || host.matches("[0-9.]+")) {
      throw new IllegalArgumentException(text);
    }
    DomainName.parse(host);
    return new SeedText(null, host, port);
  }

  /** Whether all masters of the cluster are meant. */
  public boolean isMasters() {
    return endpoint == null && name == null;
  }

  @Override
  public String toString() {
    if (endpoint != null) {
      return endpoint.toString();
    }
    return (name == null ? MASTERS : name) + ":" + port;
  }
}
