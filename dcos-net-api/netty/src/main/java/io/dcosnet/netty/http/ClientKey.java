// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.netty.http;

import io.dcosnet.api.net.IpAddress;
import io.netty.channel.Channel;
import java.net.InetSocketAddress;
import org.jspecify.annotations.Nullable;

/**
 * Who counts as one client: an IPv4 address, or an IPv6 network of 64 bits, since each host may use
 * as many addresses there. <b>Immutable.</b>
 */
record ClientKey(long network) {

  /** The one at the other end; null where ends have no address, as with unix sockets. */
  static @Nullable ClientKey of(Channel channel) {
    if (!(channel.remoteAddress() instanceof InetSocketAddress remote)) {
      return null;
    }
    IpAddress address = IpAddress.of(remote.getAddress()).unmapped();
    return new ClientKey(address.isIpv4() ? address.lowBits() : address.highBits());
  }
}
