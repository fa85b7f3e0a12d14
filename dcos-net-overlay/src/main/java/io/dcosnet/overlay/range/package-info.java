// SPDX-License-Identifier: Apache-2.0
/**
 * Arithmetic on sets of equally long prefixes, however many there are. Start reading at {@link
 * io.dcosnet.overlay.range.CidrRanges}.
 */
@NullMarked
package io.dcosnet.overlay.range;

import org.jspecify.annotations.NullMarked;
