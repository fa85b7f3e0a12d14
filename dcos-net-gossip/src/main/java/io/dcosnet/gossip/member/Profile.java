// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.gossip.member;

import static java.util.Objects.requireNonNull;

import io.dcosnet.api.Bytes;
import io.dcosnet.api.net.HostPort;
import java.util.List;

/**
 * What a member says of itself. <b>Immutable.</b>
 *
 * @param name for people; unique by policy only
 * @param addresses one to four, the preferred one first; UDP and TCP use the same port
 * @param meta at most {@value #MAX_META_OCTETS} octets, opaque to the protocol
 * @param protocol versions that it speaks
 */
public record Profile(String name, List<HostPort> addresses, Bytes meta, ProtocolRange protocol) {

  /** Most octets of metadata. */
  public static final int MAX_META_OCTETS = 512;

  /** Most addresses. */
  public static final int MAX_ADDRESSES = 4;

  /** Most octets of a name. */
  public static final int MAX_NAME_OCTETS = 128;

  public Profile {
    if (!isName(name)) {
      throw new IllegalArgumentException(
          "name: \"%s\" (expected: 1 to 128 letters, digits, '.', '_', '-')".formatted(name));
    }
    addresses = List.copyOf(addresses);
    if (addresses.isEmpty() || addresses.size() > MAX_ADDRESSES) {
      throw new IllegalArgumentException(
          "addresses: %d (expected: 1 to %d)".formatted(addresses.size(), MAX_ADDRESSES));
    }
    for (HostPort address : addresses) {
      if (address.port() == 0
          || address.address().isMulticast()
          || address.address().isUnspecified()) {
        throw new IllegalArgumentException("address: " + address + " (expected: one of a host)");
      }
    }
    if (meta.size() > MAX_META_OCTETS) {
      throw new IllegalArgumentException(
          "meta: %d octets (expected: at most %d)".formatted(meta.size(), MAX_META_OCTETS));
    }
    requireNonNull(protocol, "protocol");
  }

  /** Whether a member may be called this. */
  public static boolean isName(String text) {
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      boolean letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
      if (!letter && !(c >= '0' && c <= '9') && c != '.' && c != '_' && c != '-') {
        return false;
      }
    }
    return !text.isEmpty() && text.length() <= MAX_NAME_OCTETS;
  }

  /** The preferred address. */
  public HostPort address() {
    return addresses.get(0);
  }
}
