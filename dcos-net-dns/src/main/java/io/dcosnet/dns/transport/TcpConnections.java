// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.dns.transport;

import io.netty.channel.Channel;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** The open connections of one listener, counted by client. <b>Thread-safe.</b> */
final class TcpConnections {

  private final TcpLimits limits;
  private final Set<Channel> open = new HashSet<>();
  private final Map<InetAddress, Integer> byClient = new HashMap<>();
  private boolean closed;

  TcpConnections(TcpLimits limits) {
    this.limits = limits;
  }

  /** Why the connection may not stay; empty when it may, and is counted from now on. */
  synchronized String admit(Channel channel) {
    InetAddress client = client(channel);
    if (closed) {
      return "stopped";
    }
    if (open.size() >= limits.maxConnections()) {
      return "limit";
    }
    if (byClient.getOrDefault(client, 0) >= limits.maxConnectionsPerClient()) {
      return "client-limit";
    }
    open.add(channel);
    byClient.merge(client, 1, Integer::sum);
    return "";
  }

  /** Forgets a connection that {@link #admit} let in. */
  synchronized void left(Channel channel) {
    if (open.remove(channel)) {
      byClient.computeIfPresent(client(channel), (key, count) -> count == 1 ? null : count - 1);
    }
  }

  synchronized int open() {
    return open.size();
  }

  void closeAll() {
    List<Channel> all;
    synchronized (this) {
      closed = true;
      all = List.copyOf(open);
    }
    for (Channel channel : all) {
      var unused = channel.close();
    }
  }

  private static InetAddress client(Channel channel) {
    return ((InetSocketAddress) channel.remoteAddress()).getAddress();
  }
}
