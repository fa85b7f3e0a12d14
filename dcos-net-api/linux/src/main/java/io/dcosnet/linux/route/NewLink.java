// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.linux.route;

import static java.util.Objects.requireNonNull;

import io.dcosnet.api.net.MacAddress;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * A link that is to be made. <b>Immutable.</b>
 *
 * @param name 1-15 octets, as the kernel takes them
 * @param mac its address; the kernel thinks one up when it is empty
 * @param mtu octets of its longest packet; 0 for what the kernel takes
 * @param master index of the bridge that it is joined to; 0 for none
 * @param up whether it is up at once
 */
public record NewLink(
    String name, LinkKind kind, Optional<MacAddress> mac, int mtu, int master, boolean up) {

  /** What the kernel takes, but for letters of other alphabets, and % which asks for a number. */
  private static final Pattern NAME = Pattern.compile("(?!\\.{1,2}$)[!-$&-.0-9;-~]{1,15}");

  public NewLink {
    checkName(name);
    requireNonNull(kind, "kind");
    requireNonNull(mac, "mac");
  }

  /** One of which everything else is left to the kernel. */
  public static NewLink of(String name, LinkKind kind) {
    return new NewLink(name, kind, Optional.empty(), 0, 0, false);
  }

  public NewLink withMac(MacAddress wanted) {
    return new NewLink(name, kind, Optional.of(wanted), mtu, master, up);
  }

  public NewLink withMtu(int octets) {
    return new NewLink(name, kind, mac, octets, master, up);
  }

  public NewLink withMaster(int index) {
    return new NewLink(name, kind, mac, mtu, index, up);
  }

  public NewLink thatIsUp() {
    return new NewLink(name, kind, mac, mtu, master, true);
  }

  static void checkName(String name) {
    if (!NAME.matcher(name).matches()) {
      throw new IllegalArgumentException(
          "name of link: " + name + " (expected: 1-15 letters, digits and signs but / : %)");
    }
  }

  /** Such as {@code bridge d-dcos}. */
  @Override
  public String toString() {
    return (kind.name() + " " + name).strip();
  }
}
