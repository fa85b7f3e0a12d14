// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.sources.mesos;

import io.dcosnet.api.net.IpAddress;
import org.jspecify.annotations.Nullable;

/**
 * The address of a Mesos process, {@code slave(1)@10.0.0.2:5051}. <b>Immutable.</b>
 *
 * @param host an address without brackets or a host name, may be empty
 * @param port 0-65535
 */
record Pid(String host, int port) {

  /** Reads a pid; null when it is not {@code id@host:port}. */
  static @Nullable Pid parse(String text) {
    int at = text.indexOf('@');
    return at < 0 || at != text.lastIndexOf('@')
        ? null
        : parseEndpoint(text.substring(at + 1).strip());
  }

  /** Reads {@code host:port}, IPv6 in brackets; null for anything else. */
  static @Nullable Pid parseEndpoint(String text) {
    int colon = text.lastIndexOf(':');
    if (colon < 0) {
      return null;
    }
    int port = port(text.substring(colon + 1));
    String host = text.substring(0, colon);
    if (host.startsWith("[") && host.endsWith("]")) {
      host = host.substring(1, host.length() - 1);
    } else if (host.indexOf(':') >= 0) {
      return null;
    }
    boolean brackets = host.indexOf('[') >= 0 || host.indexOf(']') >= 0;
    return port < 0 || brackets ? null : new Pid(host, port);
  }

  private static int port(String digits) {
    if (digits.isEmpty() || digits.length() > 5) {
      return -1;
    }
    int port = 0;
    for (int i = 0; i < digits.length(); i++) {
      int digit = digits.charAt(i) - '0';
      if (digit < 0 || digit > 9) {
        return -1;
      }
      port = port * 10 + digit;
    }
    return port <= 65535 ? port : -1;
  }

  /** The address, if the host is one; Mesos takes IPv4 in IPv6 clothes for IPv4. */
  @Nullable IpAddress address() {
    return IpAddress.tryParse(host).map(IpAddress::unmapped).orElse(null);
  }
}
