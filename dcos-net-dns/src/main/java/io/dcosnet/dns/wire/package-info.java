// SPDX-License-Identifier: Apache-2.0
/**
 * DNS messages as octets: what is read of a query and how a response is written, without an object
 * for each. Start reading at {@link io.dcosnet.dns.wire.QueryReader}, then {@link
 * io.dcosnet.dns.wire.ResponseWriter}.
 */
@NullMarked
package io.dcosnet.dns.wire;

import org.jspecify.annotations.NullMarked;
