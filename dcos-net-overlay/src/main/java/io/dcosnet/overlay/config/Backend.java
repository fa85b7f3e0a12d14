// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.overlay.config;

import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;

/** How packets travel from one agent to another. */
public enum Backend {
  /** In a VXLAN tunnel; works on every underlay. */
  VXLAN,
  /** By plain routes; needs all agents on one link. */
  DIRECT,
  /** Not at all: addresses are given out, somebody else makes them reachable. */
  NONE;

  /** As it stands in the configuration, in lower case. */
  public String text() {
    return name().toLowerCase(Locale.ROOT);
  }

  static Optional<Backend> of(String text) {
    return Arrays.stream(values()).filter(backend -> backend.text().equals(text)).findFirst();
  }
}
