// SPDX-License-Identifier: Apache-2.0

/**
 * Whole zones on the wire: served to secondaries that may have them (AXFR, RFC 5936; IXFR as far as
 * it falls back to that; NOTIFY, RFC 1996; TSIG, RFC 8945), and fetched from a primary. Start
 * reading at {@link io.dcosnet.dns.transfer.TransferServer}, then {@link
 * io.dcosnet.dns.transfer.SecondaryZone}.
 */
@NullMarked
package io.dcosnet.dns.transfer;

import org.jspecify.annotations.NullMarked;
