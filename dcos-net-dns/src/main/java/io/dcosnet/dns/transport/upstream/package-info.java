// SPDX-License-Identifier: Apache-2.0
/**
 * Sockets to other servers. Start reading at {@link
 * io.dcosnet.dns.transport.upstream.NettyExchange}: a question goes to the {@link
 * io.dcosnet.dns.transport.upstream.Lane} of an event loop, from there to one of many UDP ports or
 * to a connection, and what comes back is looked at as something that anybody may have sent.
 */
@NullMarked
package io.dcosnet.dns.transport.upstream;

import org.jspecify.annotations.NullMarked;
