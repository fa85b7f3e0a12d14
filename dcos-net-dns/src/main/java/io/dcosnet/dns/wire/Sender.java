// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.dns.wire;

import io.dcosnet.api.net.IpAddress;
import java.net.Inet4Address;
import java.net.InetAddress;

/**
 * Who sent the message at hand: two numbers and a port, so that a worker needs no object for each
 * message. An IPv4 address stands here as an IPv4-mapped one (RFC 4291 §2.5.5.2), which is what a
 * dual-stack socket tells too.
 *
 * <p><b>Confined to</b> the thread of its transport, which fills it anew for each message.
 */
public final class Sender {

  private static final long MAPPED = 0xffff_0000_0000L;

  private long high;
  private long low;
  private int port;

  /** A sender with this address, and no port. */
  public static Sender of(IpAddress address) {
    Sender sender = new Sender();
    if (address.isIpv4()) {
      sender.setIpv4(address.ipv4Bits(), 0);
    } else {
      sender.setIpv6(address.highBits(), address.lowBits(), 0);
    }
    return sender;
  }

  /** The sender has this IPv4 address, most significant octet first. */
  public void setIpv4(int address, int port) {
    this.high = 0;
    this.low = MAPPED | (address & 0xffff_ffffL);
    this.port = port;
  }

  /** The sender has this IPv6 address, which may be an IPv4-mapped one. */
  public void setIpv6(long high, long low, int port) {
    this.high = high;
    this.low = low;
    this.port = port;
  }

  /** The sender has this address. */
  public void set(InetAddress address, int port) {
    if (address instanceof Inet4Address) {
      setIpv4(address.hashCode(), port); // the 32 bits; asking for the octets would copy them
    } else {
      IpAddress six = IpAddress.of(address);
      setIpv6(six.highBits(), six.lowBits(), port);
    }
  }

  public boolean isIpv4() {
    return high == 0 && low >>> 32 == 0xffff;
  }

  /** Upper 64 bits; 0 for IPv4. */
  public long high() {
    return high;
  }

  /** Lower 64 bits; for IPv4 the address below {@code ffff}. */
  public long low() {
    return low;
  }

  /** 0-65535. */
  public int port() {
    return port;
  }

  /** The address as a value that stays. */
  public IpAddress address() {
    return isIpv4() ? IpAddress.ofIpv4((int) low) : IpAddress.ofIpv6(high, low);
  }

  /** Takes over what another one says now. */
  public void copy(Sender other) {
    high = other.high;
    low = other.low;
    port = other.port;
  }

  @Override
  public String toString() {
    return address() + " port " + port;
  }
}
