// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.lb.exchange;

import static java.util.Objects.requireNonNull;

import io.dcosnet.api.DecodeException;
import io.dcosnet.api.net.HostPort;
import io.dcosnet.api.net.IpAddress;
import io.dcosnet.api.net.NodeId;
import io.dcosnet.api.net.Protocol;
import io.dcosnet.api.vip.VipKey;
import io.dcosnet.lb.vip.VipBackend.Place;
import java.util.Optional;

/**
 * The key of an entry: {@code lb/vips/<vip>/<back end>/<writer>}, with a VIP such as {@code
 * tcp:web.marathon:80} or {@code tcp:[fd01:c::5]:80}. <b>Immutable.</b>
 *
 * @param writer the node that writes it, and the only one that may
 */
record BackendKey(Place place, NodeId writer) {

  /** What all keys begin with. */
  static final String PREFIX = "lb/vips/";

  BackendKey {
    requireNonNull(place, "place");
    requireNonNull(writer, "writer");
  }

  /**
   * Reads a key.
   *
   * @throws DecodeException for one that we did not write
   */
  static BackendKey parse(String text) {
    if (!text.startsWith(PREFIX)) {
      throw fault(text, 0);
    }
    int last = text.lastIndexOf('/');
    if (last < PREFIX.length()) {
      throw fault(text, text.length());
    }
    Place place = place(text.substring(PREFIX.length(), last));
    return new BackendKey(place, NodeId.parse(text.substring(last + 1)));
  }

  /**
   * Reads what {@link #text} wrote.
   *
   * @throws DecodeException for anything else
   */
  static Place place(String text) {
    int slash = text.indexOf('/');
    if (slash < 0) {
      throw fault(text, text.length());
    }
    VipKey vip = vip(text, text.substring(0, slash));
    return new Place(vip, HostPort.parse(text.substring(slash + 1)));
  }

  /** A place as it stands in keys, such as {@code tcp:web.marathon:80/10.0.0.1:31000}. */
  static String text(Place place) {
    return text(place.key()) + "/" + place.endpoint();
  }

  /** A VIP as it stands in keys, such as {@code tcp:web.marathon:80}. */
  static String text(VipKey vip) {
    String where =
        vip.vipAddress()
            .map(address -> new HostPort(address, vip.port()).toString())
            .orElseGet(() -> vip.host() + ":" + vip.port());
    return vip.protocol() + ":" + where;
  }

  /**
   * Reads what {@link #text(VipKey)} wrote.
   *
   * @throws DecodeException for anything else
   */
  static VipKey vip(String text) {
    return vip(text, text);
  }

  private static VipKey vip(String whole, String text) {
    int first = text.indexOf(':');
    int last = text.lastIndexOf(':');
    Optional<Protocol> protocol = Protocol.tryParse(first < 0 ? "" : text.substring(0, first));
    String digits = text.substring(last + 1);
    int port = digits.matches("[1-9][0-9]{0,4}") ? Integer.parseInt(digits) : 0;
    if (protocol.isEmpty() || last <= first + 1 || port < 1 || port > 65535) {
      throw fault(whole, 0);
    }
    String host = text.substring(first + 1, last);
    boolean bracketed = host.startsWith("[") && host.endsWith("]");
    if (bracketed) {
      IpAddress address = IpAddress.parse(host.substring(1, host.length() - 1));
      return VipKey.addressed(protocol.get(), address, port);
    }
    return IpAddress.tryParse(host)
        .map(address -> VipKey.addressed(protocol.get(), address, port))
        .orElseGet(() -> VipKey.named(protocol.get(), host, port));
  }

  private static DecodeException fault(String text, int at) {
    return new DecodeException(
        "key: \"" + text + "\" (expected: " + PREFIX + "<vip>/<back end>/<writer>)", at);
  }

  /** The text, as {@link #parse} reads it. */
  @Override
  public String toString() {
    return PREFIX + text(place) + "/" + writer;
  }
}
