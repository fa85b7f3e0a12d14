// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.api.net;

import java.util.Locale;
import java.util.Optional;

/** Transport protocols that services are offered on. */
public enum Protocol {
  TCP,
  UDP;

  /** Reads {@code tcp} or {@code udp} in any case; empty for anything else. */
  public static Optional<Protocol> tryParse(String text) {
    return switch (text.toLowerCase(Locale.ROOT)) {
      case "tcp" -> Optional.of(TCP);
      case "udp" -> Optional.of(UDP);
      default -> Optional.empty();
    };
  }

  /** Lower case. */
  @Override
  public String toString() {
    return name().toLowerCase(Locale.ROOT);
  }
}
