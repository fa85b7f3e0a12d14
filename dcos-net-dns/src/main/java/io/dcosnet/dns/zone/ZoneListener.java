// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.dns.zone;

import org.jspecify.annotations.Nullable;

/** Learns of the snapshots of a zone; see {@link Zone#watch}. */
@FunctionalInterface
public interface ZoneListener {

  /**
   * Tells of a new snapshot. Must not block for long.
   *
   * @param before what this listener was told last, null the first time
   * @param after the newest; it may hold the same records when only {@link ZoneSnapshot#isPartial}
   *     changed
   */
  void changed(@Nullable ZoneSnapshot before, ZoneSnapshot after);
}
