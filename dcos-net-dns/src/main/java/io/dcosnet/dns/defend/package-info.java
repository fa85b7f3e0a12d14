// SPDX-License-Identifier: Apache-2.0
/**
 * Who gets an answer, and how often: rules by client and zone, limits for responses to addresses
 * that may be forged, and cookies by which clients prove theirs. No sockets, and no clock but the
 * one handed in. Start reading at {@link io.dcosnet.dns.defend.Defence}.
 */
@NullMarked
package io.dcosnet.dns.defend;

import org.jspecify.annotations.NullMarked;
