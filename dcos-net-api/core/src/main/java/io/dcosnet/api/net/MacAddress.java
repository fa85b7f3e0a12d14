// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.api.net;

import io.dcosnet.api.DecodeException;
import java.util.Locale;
import java.util.regex.Pattern;

/**
 * An IEEE 802 MAC address. <b>Immutable.</b>
 *
 * @param bits the 48 bits, first byte on the wire in bits 47-40
 */
public record MacAddress(long bits) implements Comparable<MacAddress> {

  private static final Pattern TEXT = Pattern.compile("[0-9a-fA-F]{2}(:[0-9a-fA-F]{2}){5}");

  public MacAddress {
    if (bits >>> 48 != 0) {
      throw new IllegalArgumentException(
          "MAC: 0x" + Long.toHexString(bits) + " (expected: at most 48 bits)");
    }
  }

  /** Reads {@code 70:b3:d5:80:00:01}, upper or lower case. */
  public static MacAddress parse(String text) {
    if (!TEXT.matcher(text).matches()) {
      throw new DecodeException(
          "MAC: " + Quoted.of(text) + " (expected: six hex bytes with colons)", 0);
    }
    return new MacAddress(Long.parseLong(text.replace(":", ""), 16));
  }

  /** Set for group addresses: the lowest bit of the first byte. */
  public boolean isMulticast() {
    return (bits >>> 40 & 1) != 0;
  }

  @Override
  public int compareTo(MacAddress other) {
    return Long.compare(bits, other.bits);
  }

  /** Lower case with colons. */
  @Override
  public String toString() {
    String hex = String.format(Locale.ROOT, "%012x", bits);
    return hex.replaceAll("..(?!$)", "$0:");
  }
}
