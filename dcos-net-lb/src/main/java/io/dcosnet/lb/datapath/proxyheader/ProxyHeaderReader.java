// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.lb.datapath.proxyheader;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import io.dcosnet.api.net.HostPort;
import io.dcosnet.api.net.IpAddress;
import io.dcosnet.lb.datapath.proxyheader.ProxyHeader.Addresses;
import io.dcosnet.lb.datapath.proxyheader.ProxyHeaderException.Fault;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.zip.CRC32C;
import org.jspecify.annotations.Nullable;

/**
 * Reads headers of both versions, strictly: what is not a header is refused, as what follows would
 * be taken for something that it is not. Unknown facts are skipped; unknown families have no
 * addresses.
 */
public final class ProxyHeaderReader {

  /** Octets behind the fixed part of version 2 that are taken. */
  public static final int MAX_REST = 4096;

  /** Octets after which there is a header or a fault. */
  public static final int MAX_HEADER = Layout.FIXED + MAX_REST;

  private ProxyHeaderReader() {}

  /**
   * A header and where it ends.
   *
   * @param octets how long it is; what follows belongs to the client
   */
  public record Read(ProxyHeader header, int octets) {}

  /**
   * Reads the header at the beginning of what has come so far.
   *
   * @return null when more must come first
   * @throws ProxyHeaderException when that cannot become a header
   */
  public static @Nullable Read read(byte[] data, int from, int to) {
    if (from == to) {
      return null;
    }
    if (Layout.beginsV2(data, from, to)) {
      return to - from < Layout.FIXED ? null : readV2(data, from, to);
    }
    if (Layout.beginsV1(data, from, to)) {
      return readV1(data, from, to);
    }
    throw new ProxyHeaderException(Fault.SIGNATURE, "begins like neither version");
  }

  private static @Nullable Read readV2(byte[] data, int from, int to) {
    int version = octet(data, from + Layout.AT_COMMAND) >>> 4;
    int command = octet(data, from + Layout.AT_COMMAND) & 0xf;
    if (version != Layout.VERSION) {
      throw new ProxyHeaderException(Fault.VERSION, "version: " + version + " (expected: 2)");
    }
    if (command != Layout.LOCAL && command != Layout.PROXY) {
      throw new ProxyHeaderException(Fault.COMMAND, "command: " + command + " (expected: 0, 1)");
    }
    int rest = number(data, from + Layout.AT_LENGTH);
    if (rest > MAX_REST) {
      throw new ProxyHeaderException(
          Fault.LENGTH, "length: " + rest + " (expected: up to " + MAX_REST + ")");
    }
    int end = from + Layout.FIXED + rest;
    if (to < end) {
      return null;
    }
    int family = octet(data, from + Layout.AT_FAMILY) >>> 4;
    int transport = octet(data, from + Layout.AT_FAMILY) & 0xf;
    if (family > Layout.UNIX) { // nobody knows where its facts begin
      return new Read(new ProxyHeader(Optional.empty(), List.of()), end - from);
    }
    int at = from + Layout.FIXED;
    int facts = at + Layout.addressOctets(family);
    if (facts > end) {
      throw new ProxyHeaderException(
          Fault.ADDRESSES, "length: " + rest + " (expected: room for family " + family + ")");
    }
    List<Tlv> tlvs = tlvs(data, from, facts, end);
    boolean ip = family == Layout.IPV4 || family == Layout.IPV6;
    boolean known = transport == Layout.STREAM || transport == Layout.DATAGRAM;
    Optional<Addresses> addresses =
        command == Layout.PROXY && ip && known
            ? Optional.of(addresses(data, at, family, transport))
            : Optional.empty();
    return new Read(new ProxyHeader(addresses, tlvs), end - from);
  }

  private static Addresses addresses(byte[] data, int at, int family, int transport) {
    int size = family == Layout.IPV4 ? 4 : 16;
    IpAddress source = IpAddress.ofBytes(Arrays.copyOfRange(data, at, at + size));
    IpAddress destination = IpAddress.ofBytes(Arrays.copyOfRange(data, at + size, at + 2 * size));
    int ports = at + 2 * size;
    return new Addresses(
        transport == Layout.DATAGRAM,
        new HostPort(source, number(data, ports)),
        new HostPort(destination, number(data, ports + 2)));
  }

  private static List<Tlv> tlvs(byte[] data, int from, int begin, int end) {
    List<Tlv> tlvs = new ArrayList<>(0);
    boolean checked = false;
    for (int at = begin; at < end; ) {
      int length = end - at < Layout.TLV_FIXED ? end : number(data, at + 1);
      int next = at + Layout.TLV_FIXED + length;
      if (next > end) {
        throw new ProxyHeaderException(Fault.TLV, "tlv at " + (at - from) + ": behind the end");
      }
      Tlv tlv = new Tlv(octet(data, at), Arrays.copyOfRange(data, at + Layout.TLV_FIXED, next));
      if (tlv.type() == ProxyHeader.UNIQUE_ID && length > ProxyHeader.MAX_UNIQUE_ID) {
        throw new ProxyHeaderException(
            Fault.TLV, "unique id: " + length + " octets (expected: up to 128)");
      }
      if (tlv.type() == ProxyHeader.CRC32C) {
        if (checked || length != Layout.CHECKSUM_OCTETS) {
          throw new ProxyHeaderException(Fault.TLV, "checksum (expected: one of 4 octets)");
        }
        checked = true;
        check(data, from, next - length, end);
      }
      tlvs.add(tlv);
      at = next;
    }
    return tlvs;
  }

  private static void check(byte[] data, int from, int at, int end) {
    CRC32C crc = new CRC32C();
    crc.update(data, from, at - from);
    crc.update(new byte[Layout.CHECKSUM_OCTETS]);
    crc.update(data, at + Layout.CHECKSUM_OCTETS, end - at - Layout.CHECKSUM_OCTETS);
    int told = number(data, at) << 16 | number(data, at + 2);
    if ((int) crc.getValue() != told) {
      throw new ProxyHeaderException(Fault.CHECKSUM, "the checksum is another one");
    }
  }

  private static @Nullable Read readV1(byte[] data, int from, int to) {
    int limit = Math.min(to, from + Layout.MAX_LINE);
    int newline = from;
    while (newline < limit && data[newline] != '\n') {
      newline++;
    }
    if (newline == limit) {
      if (to - from >= Layout.MAX_LINE) {
        throw new ProxyHeaderException(Fault.LENGTH, "no end of line in " + Layout.MAX_LINE);
      }
      return null;
    }
    if (data[newline - 1] != '\r') { // there is one before: the start is not a line end
      throw new ProxyHeaderException(Fault.LINE, "end of line (expected: CR LF)");
    }
    String line = new String(data, from, newline - 1 - from, ISO_8859_1);
    Optional<Addresses> addresses =
        line.equals("PROXY UNKNOWN") || line.startsWith("PROXY UNKNOWN ")
            ? Optional.empty()
            : Optional.of(words(line.split(" ", -1)));
    return new Read(new ProxyHeader(addresses, List.of()), newline + 1 - from);
  }

  private static Addresses words(String[] words) {
    if (words.length != 6 || !words[1].equals("TCP4") && !words[1].equals("TCP6")) {
      throw new ProxyHeaderException(Fault.LINE, "words (expected: PROXY TCP4|TCP6 and four)");
    }
    boolean ipv4 = words[1].equals("TCP4");
    HostPort source = new HostPort(address(words[2], ipv4), port(words[4]));
    return new Addresses(false, source, new HostPort(address(words[3], ipv4), port(words[5])));
  }

  private static IpAddress address(String text, boolean ipv4) {
    IpAddress address = IpAddress.tryParse(text).orElse(null);
    if (address == null || address.isIpv4() != ipv4) {
      throw new ProxyHeaderException(Fault.LINE, "address (expected: one of the family)");
    }
    return address;
  }

  private static int port(String text) {
    int port = text.matches("0|[1-9][0-9]{0,4}") ? Integer.parseInt(text) : -1;
    if (port < 0 || port > 65_535) {
      throw new ProxyHeaderException(Fault.LINE, "port (expected: 0-65535)");
    }
    return port;
  }

  private static int octet(byte[] data, int at) {
    return data[at] & 0xff;
  }

  private static int number(byte[] data, int at) {
    return octet(data, at) << 8 | octet(data, at + 1);
  }
}
