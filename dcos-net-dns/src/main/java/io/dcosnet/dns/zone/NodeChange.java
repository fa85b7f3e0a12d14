// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.dns.zone;

import org.jspecify.annotations.Nullable;

/** Learns of a name that differs between two snapshots. */
@FunctionalInterface
public interface NodeChange {

  /**
   * Tells of one name; one side is there at least.
   *
   * @param before null when it did not exist
   * @param after null when it does not exist any more
   */
  void changed(@Nullable ZoneNode before, @Nullable ZoneNode after);
}
