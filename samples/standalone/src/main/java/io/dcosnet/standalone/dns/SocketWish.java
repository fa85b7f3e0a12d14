// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.standalone.dns;

import io.dcosnet.api.net.HostPort;
import io.dcosnet.dns.transport.UdpTransport;
import io.dcosnet.netty.TlsFiles;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Where and how clients are served. <b>Immutable.</b>
 *
 * @param listen each for UDP and TCP
 * @param tls for DNS over TLS; empty unless there is a certificate
 * @param https for DNS over HTTPS; empty unless there is a certificate
 * @param workers sockets for each address, and event loops; null for what fits the machine
 */
record SocketWish(
    List<HostPort> listen,
    List<HostPort> tls,
    List<HostPort> https,
    @Nullable TlsFiles certificate,
    UdpTransport transport,
    @Nullable Integer workers) {}
