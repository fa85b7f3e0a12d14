// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.api.spi;

import java.net.URI;
import org.jspecify.annotations.Nullable;

/**
 * What one candidate knows of an election. <b>Immutable.</b>
 *
 * @param term 0 until the candidate led for the first time, then greater by one with each time that
 *     it begins to lead; it counts here only and orders nothing between processes
 * @param leads whether the candidate leads
 * @param leader address that the leader gave for itself, so that others can be sent there; its own
 *     while it leads, null while nobody leads as far as is known here
 */
public record Leadership(long term, boolean leads, @Nullable URI leader) {

  /** Before anything is known. */
  public static final Leadership NONE = new Leadership(0, false, null);

  public Leadership {
    if (leads && (term < 1 || leader == null)) {
      throw new IllegalArgumentException(
          "leadership: leads in term " + term + " at " + leader + " (expected: both are known)");
    }
  }

  /** The candidate begins to lead. */
  public Leadership elected(URI self) {
    return new Leadership(term + 1, true, self);
  }

  /** The candidate does not lead, {@code other} does, if anybody. */
  public Leadership follows(@Nullable URI other) {
    return new Leadership(term, false, other);
  }
}
