// SPDX-License-Identifier: Apache-2.0
/**
 * Small zones that every node answers by itself: itself under {@code ready.spartan}, {@code
 * localhost} and {@code thisnode}, the masters as {@code zk-1} … {@code zk-5}, names from the
 * configuration, and the names of addresses. Start reading at {@link
 * io.dcosnet.dns.local.LocalZones}, then {@link io.dcosnet.dns.local.ReverseZones}.
 */
@NullMarked
package io.dcosnet.dns.local;

import org.jspecify.annotations.NullMarked;
