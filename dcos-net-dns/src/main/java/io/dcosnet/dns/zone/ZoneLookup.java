// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.dns.zone;

import org.jspecify.annotations.Nullable;

/** Zones that come and go while a server runs, asked for after its own. <b>Thread-safe.</b> */
@FunctionalInterface
public interface ZoneLookup {

  /**
   * The zone with the longest origin at or above the name in these octets, null when there is none.
   * Must not block.
   */
  @Nullable Zone match(byte[] octets, int offset, int length);
}
