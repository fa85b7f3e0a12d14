// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.dns.transport;

import io.dcosnet.api.net.Protocol;
import io.dcosnet.dns.answer.Responder;
import io.dcosnet.dns.metrics.DnsMetrics;
import io.dcosnet.dns.transfer.TransferService;
import io.dcosnet.netty.NetRuntime;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * What UDP sockets of any kind are made of. <b>Immutable.</b>
 *
 * @param responders makes a responder for each thread
 * @param transfers is asked before them; null when whole zones are not spoken about
 */
record UdpParts(
    NetRuntime net,
    Function<Protocol, Responder> responders,
    @Nullable TransferService transfers,
    DnsMetrics metrics) {}
