// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.sources;

import static java.util.Objects.requireNonNull;

import java.time.Instant;

/**
 * Why a source could not read its newest input; the state from before stands. <b>Immutable.</b>
 *
 * @param at wall clock of the last attempt
 * @param inARow attempts that failed since one went well
 * @param reason of the last one, for a person
 */
public record SourceFailure(Instant at, int inARow, String reason) {
  public SourceFailure {
    requireNonNull(at, "at");
    requireNonNull(reason, "reason");
  }
}
