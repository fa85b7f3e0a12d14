// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.api.vip;

import static java.util.Objects.requireNonNull;

import io.dcosnet.api.net.HostPort;
import io.dcosnet.api.net.IpAddress;
import io.dcosnet.api.net.Protocol;
import java.util.Comparator;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What a client asks a virtual service by: a protocol, a name or an address, and a port.
 * <b>Immutable.</b>
 *
 * @param name canonical, such as {@code web.marathon}; null for a VIP that is an address
 * @param address null for a VIP that is a name
 * @param port 1-65535
 */
public record VipKey(
    Protocol protocol, @Nullable String name, @Nullable IpAddress address, int port)
    implements Comparable<VipKey> {

  private static final Comparator<VipKey> ORDER =
      Comparator.comparing(VipKey::host)
          .thenComparing(VipKey::protocol)
          .thenComparing(VipKey::port);

  public VipKey {
    requireNonNull(protocol, "protocol");
    if ((name == null) == (address == null)) {
      throw new IllegalArgumentException("VIP: either a name or an address");
    }
    if (port < 1 || port > 65535) {
      throw new IllegalArgumentException("VIP port: " + port + " (expected: 1-65535)");
    }
  }

  public static VipKey named(Protocol protocol, String name, int port) {
    return new VipKey(protocol, requireNonNull(name, "name"), null, port);
  }

  public static VipKey addressed(Protocol protocol, IpAddress address, int port) {
    return new VipKey(protocol, null, requireNonNull(address, "address"), port);
  }

  public Optional<String> vipName() {
    return Optional.ofNullable(name);
  }

  public Optional<IpAddress> vipAddress() {
    return Optional.ofNullable(address);
  }

  /** The name, or the address as text. */
  public String host() {
    return name != null ? name : String.valueOf(address);
  }

  @Override
  public int compareTo(VipKey other) {
    return ORDER.compare(this, other);
  }

  /** Such as {@code tcp web.marathon:80}. */
  @Override
  public String toString() {
    String where = address == null ? name + ":" + port : new HostPort(address, port).toString();
    return protocol + " " + where;
  }
}
