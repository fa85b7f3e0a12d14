// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.linux.diag;

import io.dcosnet.api.DecodeException;
import io.dcosnet.api.net.HostPort;
import io.dcosnet.api.net.IpAddress;
import io.dcosnet.linux.netlink.Attribute;
import io.dcosnet.linux.netlink.Attributes;
import io.dcosnet.linux.netlink.Message;
import io.dcosnet.linux.netlink.PayloadWriter;
import io.dcosnet.linux.netlink.Request;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Collection;
import java.util.HashMap;
import java.util.Map;

/** Requests about sockets, and what they tell. */
final class SocketMessages {

  static final int LIST = 20;
  static final int DESTROY = 21;

  private static final int FIXED = 72;
  private static final int IPV4 = 2;
  private static final int IPV6 = 10;

  private static final int SOURCE_PORT = 4;
  private static final int DESTINATION_PORT = 6;
  private static final int SOURCE = 8;
  private static final int DESTINATION = 24;
  private static final int INTERFACE = 40;
  private static final int COOKIE = 44;

  private static final int FILTER = 1;
  private static final int WANTED_STORAGES = 2;
  private static final int MAP_DESCRIPTOR = 1;
  private static final int STORAGES = 20;
  private static final int STORAGE = 1;
  private static final int MAP_ID = 2;
  private static final int MAP_VALUE = 3;

  /** A condition on the remote end, in the language of these filters. */
  private static final int REMOTE_IS = 8;

  private static final int CONDITION_OCTETS = 4 + 8;
  private static final int JUMP = 1;
  private static final int JUMP_OCTETS = 4;

  private static final long MAPPED = 0xffff_0000_0000L;
  private static final long IPV4_MASK = 0xffff_ffffL;

  private SocketMessages() {}

  /** All sockets that a query means, to be dumped. */
  static Request list(SocketQuery query) {
    return Request.of(
        "list",
        query,
        LIST,
        0,
        writer -> {
          writer.u8(query.ipv6() ? IPV6 : IPV4).u8(query.protocol()).u16(0).u32(query.states());
          writer.zeros(48);
          if (!query.remotes().isEmpty()) {
            writer.octets(FILTER, filter(query.remotes(), query.ipv6()));
          }
          if (!query.storages().isEmpty()) {
            writer.nested(
                WANTED_STORAGES,
                maps -> query.storages().forEach(map -> maps.u32(MAP_DESCRIPTOR, map)));
          }
        });
  }

  /**
   * Accepts by going on right behind its end, and refuses by going one instruction beyond that.
   * Each remote end but the last has behind it a jump to the end, which is left out where it is
   * another.
   */
  private static byte[] filter(Collection<HostPort> remotes, boolean ipv6) {
    int each = CONDITION_OCTETS + (ipv6 ? 16 : 4);
    int left = remotes.size() * (each + JUMP_OCTETS) - JUMP_OCTETS;
    ByteBuffer filter = ByteBuffer.allocate(left).order(ByteOrder.nativeOrder());
    for (HostPort remote : remotes) {
      byte[] address = ipv6 ? ipv6(remote.address()) : remote.address().toBytes();
      // Where there is no jump, that is as far beyond the end.
      int otherwise = each + JUMP_OCTETS;
      filter.put((byte) REMOTE_IS).put((byte) each).putShort((short) otherwise);
      filter.put((byte) (ipv6 ? IPV6 : IPV4)).put((byte) (8 * address.length)).putShort((short) 0);
      filter.putInt(remote.port()).put(address);
      left -= each;
      if (left > 0) {
        filter.put((byte) JUMP).put((byte) JUMP_OCTETS).putShort((short) left);
        left -= JUMP_OCTETS;
      }
    }
    return filter.array();
  }

  /** Cuts just this one; ENOENT when it is gone. */
  static Request destroy(InetSocket socket) {
    return Request.of(
        "cut",
        socket,
        DESTROY,
        0,
        writer -> {
          writer.u8(socket.ipv6() ? IPV6 : IPV4).u8(socket.protocol()).u16(0).u32(-1);
          writer.big16(socket.local().port()).big16(socket.remote().port());
          write(socket.local().address(), socket.ipv6(), writer);
          write(socket.remote().address(), socket.ipv6(), writer);
          writer.u32(socket.interfaceIndex());
          writer.u32((int) socket.cookie()).u32((int) (socket.cookie() >>> 32));
        });
  }

  private static void write(IpAddress address, boolean ipv6, PayloadWriter writer) {
    byte[] octets = ipv6 ? ipv6(address) : address.toBytes();
    for (byte octet : octets) {
      writer.u8(octet);
    }
    writer.zeros(16 - octets.length);
  }

  private static byte[] ipv6(IpAddress address) {
    return address.isIpv6()
        ? address.toBytes()
        : IpAddress.ofIpv6(0, MAPPED | address.lowBits()).toBytes();
  }

  /** Reads a message of type {@link #LIST}; the kernel does not repeat the protocol. */
  static InetSocket read(Message message, int protocol) {
    ByteBuffer fixed = message.fixed(FIXED);
    int family = fixed.get(0) & 0xff;
    if (family != IPV4 && family != IPV6) {
      throw new DecodeException("family of socket: " + family + " (expected: 2 or 10)", 0);
    }
    boolean ipv6 = family == IPV6;
    long cookie = (fixed.getInt(COOKIE) & IPV4_MASK) | ((long) fixed.getInt(COOKIE + 4) << 32);
    int state = fixed.get(1) & 0xff;
    int interfaceIndex = fixed.getInt(INTERFACE);
    fixed.order(ByteOrder.BIG_ENDIAN);
    return new InetSocket(
        ipv6,
        protocol,
        state,
        new HostPort(address(fixed, SOURCE, ipv6), fixed.getShort(SOURCE_PORT) & 0xffff),
        new HostPort(address(fixed, DESTINATION, ipv6), fixed.getShort(DESTINATION_PORT) & 0xffff),
        interfaceIndex,
        cookie,
        storages(message.attributes(FIXED).nested(STORAGES)));
  }

  private static IpAddress address(ByteBuffer fixed, int at, boolean ipv6) {
    if (!ipv6) {
      return IpAddress.ofIpv4(fixed.getInt(at));
    }
    long high = fixed.getLong(at);
    long low = fixed.getLong(at + 8);
    return high == 0 && (low & ~IPV4_MASK) == MAPPED
        ? IpAddress.ofIpv4((int) low)
        : IpAddress.ofIpv6(high, low);
  }

  private static Map<Integer, byte[]> storages(Attributes all) {
    Map<Integer, byte[]> values = new HashMap<>();
    for (Attribute each : all) {
      if (each.type() == STORAGE) {
        Attributes storage = each.nested();
        // One that was not given a value by then has a number only.
        storage
            .find(MAP_VALUE)
            .ifPresent(value -> values.put(storage.get(MAP_ID).u32(), value.octets()));
      }
    }
    return values;
  }
}
