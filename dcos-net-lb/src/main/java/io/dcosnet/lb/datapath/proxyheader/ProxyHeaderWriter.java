// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.lb.datapath.proxyheader;

import static java.nio.charset.StandardCharsets.US_ASCII;

import io.dcosnet.api.net.IpAddress;
import io.dcosnet.lb.datapath.proxyheader.ProxyHeader.Addresses;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.zip.CRC32C;

/** Writes headers. */
public final class ProxyHeaderWriter {

  private ProxyHeaderWriter() {}

  /** A line of version 1; for datagrams, which it does not know, it names no addresses. */
  public static byte[] v1(Addresses addresses) {
    if (addresses.datagram()) {
      return unknownV1();
    }
    boolean ipv4 = isIpv4(addresses);
    IpAddress source = addresses.source().address();
    IpAddress destination = addresses.destination().address();
    String line =
        (ipv4 ? "PROXY TCP4 " : "PROXY TCP6 ")
            + (ipv4 ? source : mapped(source))
            + ' '
            + (ipv4 ? destination : mapped(destination))
            + ' '
            + addresses.source().port()
            + ' '
            + addresses.destination().port()
            + "\r\n";
    return line.getBytes(US_ASCII);
  }

  /** A line of version 1 that only says that the client is not known. */
  public static byte[] unknownV1() {
    return "PROXY UNKNOWN\r\n".getBytes(US_ASCII);
  }

  /**
   * A header of version 2.
   *
   * @param checksum true to let the receiver find out whether it is what was sent
   * @throws IllegalArgumentException when it would be longer than 65 551 octets
   */
  public static byte[] v2(Addresses addresses, List<Tlv> tlvs, boolean checksum) {
    int family = isIpv4(addresses) ? Layout.IPV4 : Layout.IPV6;
    int transport = addresses.datagram() ? Layout.DATAGRAM : Layout.STREAM;
    ByteBuffer header = begin(Layout.PROXY, family, transport, tlvs, checksum);
    put(header, family, addresses.source().address());
    put(header, family, addresses.destination().address());
    header.putShort((short) addresses.source().port());
    header.putShort((short) addresses.destination().port());
    return end(header, tlvs, checksum);
  }

  /** A header of version 2 by which a proxy speaks for itself, as for a health check. */
  public static byte[] localV2() {
    return begin(Layout.LOCAL, Layout.UNSPECIFIED, 0, List.of(), false).array();
  }

  private static ByteBuffer begin(
      int command, int family, int transport, List<Tlv> tlvs, boolean checksum) {
    int rest = Layout.addressOctets(family);
    for (Tlv tlv : tlvs) {
      rest += Layout.TLV_FIXED + tlv.length();
    }
    rest += checksum ? Layout.TLV_FIXED + Layout.CHECKSUM_OCTETS : 0;
    if (rest > 0xffff) {
      throw new IllegalArgumentException("header: " + rest + " octets (expected: up to 65535)");
    }
    return ByteBuffer.allocate(Layout.FIXED + rest)
        .put(Layout.signature())
        .put((byte) (Layout.VERSION << 4 | command))
        .put((byte) (family << 4 | transport))
        .putShort((short) rest);
  }

  private static byte[] end(ByteBuffer header, List<Tlv> tlvs, boolean checksum) {
    for (Tlv tlv : tlvs) {
      header.put((byte) tlv.type()).putShort((short) tlv.length()).put(tlv.value());
    }
    if (checksum) {
      header.put((byte) ProxyHeader.CRC32C).putShort((short) Layout.CHECKSUM_OCTETS);
      CRC32C crc = new CRC32C();
      crc.update(header.array());
      header.putInt((int) crc.getValue());
    }
    return header.array();
  }

  private static boolean isIpv4(Addresses addresses) {
    return addresses.source().address().isIpv4() && addresses.destination().address().isIpv4();
  }

  private static void put(ByteBuffer header, int family, IpAddress address) {
    header.put((family == Layout.IPV4 ? address : mapped(address)).toBytes());
  }

  /** The address in the family of the other one, where the two differ. */
  private static IpAddress mapped(IpAddress address) {
    return address.isIpv6()
        ? address
        : IpAddress.ofIpv6(0, 0xffff_0000_0000L | address.ipv4Bits() & 0xffff_ffffL);
  }
}
