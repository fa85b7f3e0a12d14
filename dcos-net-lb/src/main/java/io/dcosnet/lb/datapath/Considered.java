// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.lb.datapath;

import static java.util.Objects.requireNonNull;

import org.jspecify.annotations.Nullable;

/**
 * A path that was to choose from, and what became of it. <b>Immutable.</b>
 *
 * @param name of the path, or of several that work together, such as {@code socket-nftables}
 * @param reason for a person: why it is so
 * @param probe what it can do on this machine; null while nobody tried
 */
public record Considered(String name, Fate fate, String reason, @Nullable Capabilities probe) {

  /** What became of a path. */
  public enum Fate {
    /** It carries new connections. */
    CARRIES,
    /** It carries nothing new; connections that it has go on for a while. */
    LEAVING,
    /** It cannot work here, or failed when it was tried. */
    UNUSABLE,
    /** Nobody asked for it, or a better one works. */
    SPARE
  }

  public Considered {
    requireNonNull(name, "name");
    requireNonNull(fate, "fate");
    requireNonNull(reason, "reason");
  }
}
