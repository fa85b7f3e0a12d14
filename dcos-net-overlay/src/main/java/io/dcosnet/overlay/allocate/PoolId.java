// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.overlay.allocate;

import static java.util.Objects.requireNonNull;

import io.dcosnet.api.net.Cidr;
import java.util.Comparator;

/**
 * Names a pool of addresses that agents get something from. <b>Immutable.</b>
 *
 * @param kind what its elements are
 * @param overlay name of the overlay; empty for the VTEP pools
 */
public record PoolId(Kind kind, String overlay) implements Comparable<PoolId> {

  /** The IPv4 addresses of tunnel end points. */
  public static final PoolId VTEP = new PoolId(Kind.VTEP, "");

  /** The IPv6 addresses of tunnel end points. */
  public static final PoolId VTEP6 = new PoolId(Kind.VTEP6, "");

  private static final Comparator<PoolId> ORDER =
      Comparator.comparing(PoolId::kind).thenComparing(PoolId::overlay);

  /** What the elements of a pool are. */
  public enum Kind {
    VTEP("vtep"),
    VTEP6("vtep6"),
    SUBNET("subnets"),
    SUBNET6("subnets6");

    private final String text;

    Kind(String text) {
      this.text = text;
    }
  }

  public PoolId {
    requireNonNull(kind, "kind");
    requireNonNull(overlay, "overlay");
    if ((kind == Kind.VTEP || kind == Kind.VTEP6) != overlay.isEmpty()) {
      throw new IllegalArgumentException(
          "overlay: \"" + overlay + "\" (expected: a name for subnets, none for VTEPs)");
    }
  }

  /** The IPv4 subnets of an overlay. */
  public static PoolId subnets(String overlay) {
    return new PoolId(Kind.SUBNET, overlay);
  }

  /** The IPv6 subnets of an overlay. */
  public static PoolId subnets6(String overlay) {
    return new PoolId(Kind.SUBNET6, overlay);
  }

  public boolean isVtep() {
    return overlay.isEmpty();
  }

  public boolean isIpv4() {
    return kind == Kind.VTEP || kind == Kind.SUBNET;
  }

  /** How an element of this pool is written: an address, or a network. */
  String textOf(Cidr element) {
    return isVtep() ? element.first().toString() : element.toString();
  }

  /**
   * The key that exists in the store as long as somebody has the element. Both families of an
   * overlay share a folder, as their texts differ.
   */
  String keyOf(Cidr element) {
    return isVtep()
        ? kind.text + "/" + element.first()
        : Kind.SUBNET.text + "/" + overlay + "/" + element.first() + "-" + element.length();
  }

  @Override
  public int compareTo(PoolId other) {
    return ORDER.compare(this, other);
  }

  /** As {@code vtep}, {@code subnets/dcos}. */
  @Override
  public String toString() {
    return isVtep() ? kind.text : kind.text + "/" + overlay;
  }

  /**
   * Reads {@link #toString}.
   *
   * @throws IllegalArgumentException for anything else
   */
  static PoolId parse(String text) {
    int slash = text.indexOf('/');
    String word = slash < 0 ? text : text.substring(0, slash);
    for (Kind kind : Kind.values()) {
      if (kind.text.equals(word)) {
        return new PoolId(kind, slash < 0 ? "" : text.substring(slash + 1));
      }
    }
    throw new IllegalArgumentException("pool: \"" + text + "\" (expected: vtep, subnets/…)");
  }
}
