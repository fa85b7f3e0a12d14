// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.standalone.role;

import static java.util.Objects.requireNonNull;

import java.util.function.ObjLongConsumer;
import java.util.function.ToLongFunction;

/**
 * What outlives the process of the serials of zones, so that they never go back.
 *
 * @param floor what a zone may have reached before, 0 when nothing is known; asked when the source
 *     has its first state
 * @param reached told of each new serial
 */
record ZoneSerials(ToLongFunction<String> floor, ObjLongConsumer<String> reached) {

  /** Nothing outlives the process. */
  static final ZoneSerials FORGOTTEN = new ZoneSerials(zone -> 0, (zone, serial) -> {});

  ZoneSerials {
    requireNonNull(floor, "floor");
    requireNonNull(reached, "reached");
  }
}
