// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.lb.datapath.proxyheader;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** A fact in a header of version 2: a number that says what it is, and octets. <b>Immutable.</b> */
public final class Tlv {

  private final int type;
  private final byte[] value;

  /**
   * @param type 0-255
   * @param value copied
   */
  public Tlv(int type, byte[] value) {
    if (type < 0 || type > 0xff || value.length > 0xffff) {
      throw new IllegalArgumentException(
          "tlv " + type + " of " + value.length + " octets (expected: 0-255, at most 65535)");
    }
    this.type = type;
    this.value = value.clone();
  }

  public int type() {
    return type;
  }

  /** A copy of the octets. */
  public byte[] value() {
    return value.clone();
  }

  public int length() {
    return value.length;
  }

  /** The octets as UTF-8. */
  public String text() {
    return new String(value, UTF_8);
  }

  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof Tlv that && type == that.type && Arrays.equals(value, that.value);
  }

  @Override
  public int hashCode() {
    return 31 * type + Arrays.hashCode(value);
  }

  @Override
  public String toString() {
    return "tlv " + Integer.toHexString(type) + " of " + value.length + " octets";
  }
}
