// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.gossip.member;

import static java.util.Objects.requireNonNull;

import io.dcosnet.api.Bytes;
import io.dcosnet.api.net.HostPort;
import java.util.List;
import java.util.regex.Pattern;

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

  private static final Pattern NAME = Pattern.compile("[A-Za-z0-9._-]{1,128}");

  public Profile {
    if (!NAME.matcher(name).matches()) {
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

  /** The preferred address. */
  public HostPort address() {
    return addresses.get(0);
  }
}
