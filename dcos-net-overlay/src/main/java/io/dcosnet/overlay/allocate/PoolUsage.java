// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.overlay.allocate;

import static java.util.Objects.requireNonNull;

import java.math.BigInteger;

/**
 * How full a pool is; {@code used + quarantined + withheld + free = size}. <b>Immutable.</b>
 *
 * @param size all elements that can be given out
 * @param used what agents have
 * @param quarantined released so lately that hosts may still remember the former owner; given out
 *     only when nothing else is left
 * @param withheld claimed by agents against what others have or claim; nobody gets them
 * @param free everything else
 */
public record PoolUsage(
    PoolId pool, BigInteger size, int used, int quarantined, int withheld, BigInteger free) {

  public PoolUsage {
    requireNonNull(pool, "pool");
    requireNonNull(size, "size");
    requireNonNull(free, "free");
  }
}
