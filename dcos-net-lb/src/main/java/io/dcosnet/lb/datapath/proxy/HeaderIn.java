// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.lb.datapath.proxy;

import io.dcosnet.api.net.HostPort;
import io.dcosnet.lb.datapath.proxyheader.ProxyHeader.Addresses;
import io.dcosnet.lb.datapath.proxyheader.ProxyHeaderException;
import io.dcosnet.lb.datapath.proxyheader.ProxyHeaderException.Fault;
import io.dcosnet.lb.datapath.proxyheader.ProxyHeaderReader;
import io.dcosnet.lb.internal.wire.Wire;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import java.io.IOException;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * The header of the PROXY protocol that a trusted client sends before anything else.
 *
 * <p><b>Confined to</b> the event loop of its connection.
 */
final class HeaderIn {

  private final @Nullable HostPort peer;
  private final long giveUpNanos;
  // All that came so far, looked at again with each piece: a header mostly comes in one.
  private byte[] octets = new byte[0];
  private @Nullable HostPort client;
  private int behind;

  /**
   * @param peer who counts as the client when the header names none
   */
  HeaderIn(@Nullable HostPort peer, long giveUpNanos) {
    this.peer = peer;
    this.giveUpNanos = giveUpNanos;
  }

  /**
   * Takes what there is.
   *
   * @param room for a piece, empty; so is it afterwards
   * @return true when the header is there
   * @throws IOException when the connection broke
   * @throws ProxyHeaderException when it is not a header
   */
  boolean take(Wire from, ByteBuf room) throws IOException {
    while (from.readable()) {
      int some = from.read(room);
      if (some < 0) {
        throw new ProxyHeaderException(Fault.TRUNCATED, "the client ended within it");
      }
      int before = octets.length;
      octets = Arrays.copyOf(octets, before + some);
      room.readBytes(octets, before, some).clear();
      ProxyHeaderReader.Read read = ProxyHeaderReader.read(octets, 0, octets.length);
      if (read != null) {
        behind = read.octets();
        client = read.header().addresses().map(Addresses::source).orElse(peer);
        return true;
      }
    }
    return false;
  }

  /** True when it should have been there. */
  boolean late(long nowNanos) {
    return nowNanos - giveUpNanos >= 0;
  }

  /** Who the client is, once the header is there; null when that was lost. */
  @Nullable HostPort client() {
    return client;
  }

  /** What came behind the header; null for nothing. */
  @Nullable ByteBuf rest() {
    int size = octets.length - behind;
    return size == 0
        ? null
        : ByteBufAllocator.DEFAULT.directBuffer(size).writeBytes(octets, behind, size);
  }
}
