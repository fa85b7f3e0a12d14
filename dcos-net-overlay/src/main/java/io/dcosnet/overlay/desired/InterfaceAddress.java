// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.overlay.desired;

import static java.util.Objects.requireNonNull;

import io.dcosnet.api.net.Cidr;
import io.dcosnet.api.net.IpAddress;

/**
 * An address of a device with the length of the network that it is in. <b>Immutable.</b>
 *
 * @param prefix in bits, up to 32 or 128
 */
public record InterfaceAddress(IpAddress address, int prefix) {

  public InterfaceAddress {
    requireNonNull(address, "address");
    if (prefix < 0 || prefix > address.bitLength()) {
      throw new IllegalArgumentException(
          "prefix: " + prefix + " (expected: 0-" + address.bitLength() + ")");
    }
  }

  /** The network that the device is connected to by this address. */
  public Cidr network() {
    return Cidr.containing(address, prefix);
  }

  /** As {@code 44.128.0.1/20}. */
  @Override
  public String toString() {
    return address + "/" + prefix;
  }
}
