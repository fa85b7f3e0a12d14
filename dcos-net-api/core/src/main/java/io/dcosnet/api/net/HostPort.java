// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.api.net;

import static java.util.Objects.requireNonNull;

import io.dcosnet.api.DecodeException;
import java.net.InetSocketAddress;

/**
 * An address and a port. <b>Immutable.</b>
 *
 * @param port 0-65535; 0 asks for an ephemeral port where the value is something to bind
 */
public record HostPort(IpAddress address, int port) implements Comparable<HostPort> {

  public HostPort {
    requireNonNull(address, "address");
    if (port < 0 || port > 65535) {
      throw new IllegalArgumentException("port: " + port + " (expected: 0-65535)");
    }
  }

  public static HostPort of(InetSocketAddress socketAddress) {
    if (socketAddress.isUnresolved()) {
      throw new IllegalArgumentException(
          "address: " + socketAddress + " (expected: a resolved one)");
    }
    return new HostPort(IpAddress.of(socketAddress.getAddress()), socketAddress.getPort());
  }

  /** Reads {@code 10.0.0.1:53} or {@code [fd01::1]:53}. */
  public static HostPort parse(String text) {
    int colon = text.lastIndexOf(':');
    String host = colon < 0 ? "" : text.substring(0, colon);
    boolean bracketed = host.startsWith("[") && host.endsWith("]");
    if (bracketed) {
      host = host.substring(1, host.length() - 1);
    }
    IpAddress address = IpAddress.tryParse(host).orElse(null);
    if (address == null || address.isIpv6() != bracketed) {
      throw fault(text, 0, "1.2.3.4:port or [v6]:port");
    }
    String digits = text.substring(colon + 1);
    int port = digits.matches("0|[1-9][0-9]{0,4}") ? Integer.parseInt(digits) : -1;
    if (port < 0 || port > 65535) {
      throw fault(text, colon + 1, "a port 0-65535");
    }
    return new HostPort(address, port);
  }

  public InetSocketAddress toSocketAddress() {
    return new InetSocketAddress(address.toInetAddress(), port);
  }

  @Override
  public int compareTo(HostPort other) {
    int byAddress = address.compareTo(other.address);
    return byAddress != 0 ? byAddress : Integer.compare(port, other.port);
  }

  @Override
  public String toString() {
    return address.isIpv6() ? "[" + address + "]:" + port : address + ":" + port;
  }

  private static DecodeException fault(String text, int at, String expected) {
    return new DecodeException(
        "endpoint: " + Quoted.of(text) + " (expected: " + expected + ")", at);
  }
}
