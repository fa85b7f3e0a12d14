// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.lb.http;

import io.dcosnet.api.net.HostPort;
import io.dcosnet.api.net.IpAddress;
import io.dcosnet.api.net.Protocol;
import io.dcosnet.api.vip.VipKey;
import io.dcosnet.lb.VipSnapshot;
import io.dcosnet.lb.vip.VipTable.Frontend;
import io.dcosnet.lb.vip.VipText;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A VIP as somebody asks for it: {@code web.marathon:80}, {@code 198.51.100.7:80/tcp}, {@code
 * [2001:db8::5]:53/udp}; a name may have its zone behind it. <b>Immutable.</b>
 *
 * @param name canonical; null for an address
 * @param address also one that a name has; null for a name
 * @param protocol null where both are meant
 */
record AskedVip(
    @Nullable String name, @Nullable IpAddress address, int port, @Nullable Protocol protocol) {

  /** What {@link #parse} reads, for a person. */
  static final String EXPECTED = "name:port or address:port, then /tcp or /udp or nothing";

  /**
   * Reads what was asked for.
   *
   * @param zone what may stand behind a name
   * @return empty when it is nothing of the kind
   */
  static Optional<AskedVip> parse(String text, String zone) {
    int slash = text.indexOf('/');
    String where = slash < 0 ? text : text.substring(0, slash);
    Protocol protocol =
        slash < 0 ? null : Protocol.tryParse(text.substring(slash + 1)).orElse(null);
    int colon = where.lastIndexOf(':');
    String digits = where.substring(colon + 1);
    if (colon < 1 || !digits.matches("[0-9]{1,5}") || (slash >= 0 && protocol == null)) {
      return Optional.empty();
    }
    int port = Integer.parseInt(digits);
    if (port < 1 || port > 65535) {
      return Optional.empty();
    }
    String host = where.substring(0, colon);
    boolean bracketed = host.startsWith("[") && host.endsWith("]");
    String bare = bracketed ? host.substring(1, host.length() - 1) : host;
    Optional<IpAddress> address = IpAddress.tryParse(bare);
    if (address.isPresent()) {
      return Optional.of(new AskedVip(null, address.get(), port, protocol));
    }
    return VipText.canonicalName(withoutZone(host, zone))
        .map(name -> new AskedVip(name, null, port, protocol));
  }

  private static String withoutZone(String host, String zone) {
    String name = host.endsWith(".") ? host.substring(0, host.length() - 1) : host;
    String end = "." + zone.toLowerCase(Locale.ROOT);
    boolean whole = name.toLowerCase(Locale.ROOT).endsWith(end);
    return whole ? name.substring(0, name.length() - end.length()) : name;
  }

  /** The VIPs that there are of what was asked for, TCP first. */
  List<VipKey> in(VipSnapshot snapshot) {
    List<VipKey> found = new ArrayList<>(2);
    for (Protocol one : protocols()) {
      VipKey asked = key(one);
      if (snapshot.keys().contains(asked)) {
        found.add(asked);
      } else if (address != null) {
        snapshot.at(new Frontend(one, new HostPort(address, port))).ifPresent(found::add);
      }
    }
    return found;
  }

  /** What was asked for as a VIP that need not be there. */
  VipKey key() {
    return key(protocol == null ? Protocol.TCP : protocol);
  }

  private VipKey key(Protocol one) {
    return new VipKey(one, name, address, port);
  }

  private List<Protocol> protocols() {
    return protocol == null ? List.of(Protocol.TCP, Protocol.UDP) : List.of(protocol);
  }

  /** The text that {@link #parse} reads as just this VIP. */
  static String textOf(VipKey key) {
    String where =
        key.vipAddress()
            .map(address -> new HostPort(address, key.port()).toString())
            .orElseGet(() -> key.host() + ":" + key.port());
    return where + "/" + key.protocol();
  }
}
