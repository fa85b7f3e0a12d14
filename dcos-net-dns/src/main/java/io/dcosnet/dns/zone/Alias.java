// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.dns.zone;

import static java.util.Objects.requireNonNull;

import io.dcosnet.dns.name.DomainName;

/**
 * A suffix under which clients may ask for names that a zone has under another one: {@code
 * web.marathon.dclb.thisdcos.directory} is {@code web.marathon.l4lb.thisdcos.directory}.
 *
 * <p><b>Immutable.</b>
 *
 * @param asked the suffix in queries
 * @param internal the suffix in zones
 * @param below true when the suffix alone is no alias, only names below it
 */
public record Alias(DomainName asked, DomainName internal, boolean below) {

  /** What translations give when the name would be longer than a name can be. */
  public static final int TOO_LONG = 0;

  public Alias {
    requireNonNull(asked, "asked");
    requireNonNull(internal, "internal");
    if (asked.equals(internal)) {
      throw new IllegalArgumentException(
          "alias: " + asked + " for itself (expected: two different names)");
    }
  }

  /** True when the name in these octets is asked for under this alias. */
  public boolean covers(byte[] octets, int offset, int length) {
    return endsWith(asked, octets, offset, length) && !(below && length == asked.wireLength());
  }

  /** True when the name in these octets, as zones have it, can be shown under this alias. */
  public boolean coversInternal(byte[] octets, int offset, int length) {
    return endsWith(internal, octets, offset, length);
  }

  /** Most names differ in the last octets already, so these are compared first. */
  private static boolean endsWith(DomainName suffix, byte[] octets, int offset, int length) {
    int size = suffix.wireLength();
    return length >= size
        && suffix.isWire(octets, offset + length - size, size)
        && suffix.isAtOrAbove(octets, offset, length);
  }

  /**
   * Writes the name that zones have for one that this alias {@linkplain #covers covers}.
   *
   * @param target has room for {@value DomainName#MAX_WIRE_OCTETS} octets
   * @return its length, or {@link #TOO_LONG}
   */
  public int toInternal(byte[] octets, int offset, int length, byte[] target, int at) {
    return exchange(asked, internal, octets, offset, length, target, at);
  }

  /**
   * Writes the name to show for one that zones have; the reverse of {@link #toInternal}.
   *
   * @return its length, or {@link #TOO_LONG}
   */
  public int toAsked(byte[] octets, int offset, int length, byte[] target, int at) {
    return exchange(internal, asked, octets, offset, length, target, at);
  }

  private static int exchange(
      DomainName from,
      DomainName to,
      byte[] octets,
      int offset,
      int length,
      byte[] target,
      int at) {
    int kept = length - from.wireLength();
    int exchanged = kept + to.wireLength();
    if (exchanged > DomainName.MAX_WIRE_OCTETS) {
      return TOO_LONG;
    }
    System.arraycopy(octets, offset, target, at, kept);
    to.copyTo(target, at + kept);
    return exchanged;
  }

  /** Such as {@code dclb.thisdcos.directory. for l4lb.thisdcos.directory.} */
  @Override
  public String toString() {
    return (below ? "names below " : "") + asked + " for " + internal;
  }
}
