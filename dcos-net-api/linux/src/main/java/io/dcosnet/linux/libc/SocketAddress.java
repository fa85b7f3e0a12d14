// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.linux.libc;

import io.dcosnet.api.net.HostPort;
import io.dcosnet.api.net.IpAddress;

/**
 * The layout of {@code sockaddr_in} and {@code sockaddr_in6}, read and written in place. An IPv4
 * address is read as an IPv4-mapped one, so that all senders are two numbers and a port.
 */
public final class SocketAddress {

  /** The longer of the two. */
  public static final int MAX_OCTETS = 28;

  private static final int IPV4_OCTETS = 16;
  private static final long MAPPED = 0xffff_0000_0000L;

  private SocketAddress() {}

  /** Writes an address and a port, and says how many octets that took. */
  public static int write(NativeMemory memory, int at, HostPort socket) {
    IpAddress address = socket.address();
    memory.network().putShort(at + 2, (short) socket.port());
    if (address.isIpv4()) {
      memory.host().putShort(at, (short) Libc.AF_INET);
      memory.network().putInt(at + 4, address.ipv4Bits());
      memory.host().putLong(at + 8, 0);
      return IPV4_OCTETS;
    }
    memory.host().putShort(at, (short) Libc.AF_INET6);
    memory.host().putInt(at + 4, 0); // flow
    memory.network().putLong(at + 8, address.highBits());
    memory.network().putLong(at + 16, address.lowBits());
    memory.host().putInt(at + 24, 0); // scope
    return MAX_OCTETS;
  }

  /** The address and port that stand there, an IPv4 one as such. */
  public static HostPort read(NativeMemory memory, int at) {
    IpAddress address =
        isIpv4(memory, at)
            ? IpAddress.ofIpv4(memory.network().getInt(at + 4))
            : IpAddress.ofIpv6(high(memory, at), low(memory, at));
    return new HostPort(address, port(memory, at));
  }

  public static boolean isIpv4(NativeMemory memory, int at) {
    return memory.host().getShort(at) == Libc.AF_INET;
  }

  /** Upper 64 bits of the address. */
  public static long high(NativeMemory memory, int at) {
    return isIpv4(memory, at) ? 0 : memory.network().getLong(at + 8);
  }

  /** Lower 64 bits of the address. */
  public static long low(NativeMemory memory, int at) {
    return isIpv4(memory, at)
        ? MAPPED | (memory.network().getInt(at + 4) & 0xffff_ffffL)
        : memory.network().getLong(at + 16);
  }

  /** 0-65535. */
  public static int port(NativeMemory memory, int at) {
    return memory.network().getShort(at + 2) & 0xffff;
  }
}
