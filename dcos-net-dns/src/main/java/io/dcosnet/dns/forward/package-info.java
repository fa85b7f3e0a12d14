// SPDX-License-Identifier: Apache-2.0
/**
 * Asks other servers: which ones by the name asked, in which order, for how long, and what counts
 * as an answer. Sockets are behind {@link io.dcosnet.dns.forward.Exchange}.
 */
@NullMarked
package io.dcosnet.dns.forward;

import org.jspecify.annotations.NullMarked;
