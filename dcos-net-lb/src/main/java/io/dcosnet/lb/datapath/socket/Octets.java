// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.lb.datapath.socket;

import io.dcosnet.api.net.HostPort;
import io.dcosnet.api.net.IpAddress;
import io.dcosnet.api.net.Protocol;
import io.dcosnet.lb.vip.VipTable.Frontend;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Optional;

/**
 * How the maps write what they hold. An address stands as the kernel has it, most significant octet
 * first. Behind it stand 32 bits in the order of this machine: a port as the kernel has it, and
 * above it the number of the protocol, or 0 for an end without one. A front end with neither means
 * all other ports of its address.
 */
final class Octets {

  static final int TCP = 6;
  static final int UDP = 17;

  private static final int WORD = 4;

  private Octets() {}

  /** Length of an end: address, port and protocol. */
  static int end(boolean ipv4) {
    return (ipv4 ? 4 : 16) + WORD;
  }

  /** Where the count stands in a slot. */
  static int countAt(boolean ipv4) {
    return ipv4 ? 8 : 24;
  }

  static byte[] frontend(Frontend frontend) {
    return put(room(end(isIpv4(frontend))), frontend).array();
  }

  static byte[] address(IpAddress address) {
    return room(end(address.isIpv4())).put(address.toBytes()).array();
  }

  /** Value of a front end. */
  static byte[] vip(int count, int id) {
    return room(8).putInt(count).putInt(id).array();
  }

  static byte[] slotKey(int id, int slot) {
    return room(8).putInt(id).putInt(slot).array();
  }

  /** Value of a slot, nobody counted yet. */
  static byte[] slot(HostPort backend) {
    boolean ipv4 = backend.address().isIpv4();
    return put(room(countAt(ipv4) + 8), backend, 0).array();
  }

  /** A front end and one of its back ends. */
  static byte[] pair(Frontend frontend, HostPort backend) {
    ByteBuffer room = room(2 * end(isIpv4(frontend)));
    return put(put(room, frontend), backend, 0).array();
  }

  /** A socket and the back end that it sends to. */
  static byte[] byCookie(long cookie, HostPort backend) {
    return put(room(8 + end(backend.address().isIpv4())).putLong(cookie), backend, 0).array();
  }

  /** The front end that stands at a place; empty for an address, or what is none of ours. */
  static Optional<Frontend> readFrontend(byte[] octets, int at, boolean ipv4) {
    int protocol = word(octets, at, ipv4) >>> 16;
    if (protocol != TCP && protocol != UDP) {
      return Optional.empty();
    }
    return Optional.of(
        new Frontend(protocol == TCP ? Protocol.TCP : Protocol.UDP, readEnd(octets, at, ipv4)));
  }

  /** Whether all other ports of an address are meant. */
  static boolean isAddress(byte[] octets, boolean ipv4) {
    return word(octets, 0, ipv4) == 0;
  }

  static IpAddress readAddress(byte[] octets, int at, boolean ipv4) {
    ByteBuffer buffer = ByteBuffer.wrap(octets);
    return ipv4
        ? IpAddress.ofIpv4(buffer.getInt(at))
        : IpAddress.ofIpv6(buffer.getLong(at), buffer.getLong(at + 8));
  }

  static HostPort readEnd(byte[] octets, int at, boolean ipv4) {
    int port = swapped((short) word(octets, at, ipv4));
    return new HostPort(readAddress(octets, at, ipv4), port);
  }

  static int readInt(byte[] octets, int at) {
    return ByteBuffer.wrap(octets).order(ByteOrder.nativeOrder()).getInt(at);
  }

  static long readCount(byte[] slot, boolean ipv4) {
    return ByteBuffer.wrap(slot).order(ByteOrder.nativeOrder()).getLong(countAt(ipv4));
  }

  static boolean isIpv4(Frontend frontend) {
    return frontend.endpoint().address().isIpv4();
  }

  private static int word(byte[] octets, int at, boolean ipv4) {
    return readInt(octets, at + (ipv4 ? 4 : 16));
  }

  private static ByteBuffer put(ByteBuffer room, Frontend frontend) {
    return put(room, frontend.endpoint(), frontend.protocol() == Protocol.TCP ? TCP : UDP);
  }

  private static ByteBuffer put(ByteBuffer room, HostPort end, int protocol) {
    return room.put(end.address().toBytes()).putInt(swapped((short) end.port()) | protocol << 16);
  }

  /** Between a port and how this machine reads what the kernel writes most significant first. */
  private static int swapped(short port) {
    boolean big = ByteOrder.nativeOrder() == ByteOrder.BIG_ENDIAN;
    return (big ? port : Short.reverseBytes(port)) & 0xffff;
  }

  private static ByteBuffer room(int octets) {
    return ByteBuffer.allocate(octets).order(ByteOrder.nativeOrder());
  }
}
