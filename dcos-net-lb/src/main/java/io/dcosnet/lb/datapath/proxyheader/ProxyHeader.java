// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.lb.datapath.proxyheader;

import static java.util.Objects.requireNonNull;

import io.dcosnet.api.net.HostPort;
import java.util.List;
import java.util.Optional;

/**
 * What a header said. <b>Immutable.</b>
 *
 * @param addresses who talks to whom; empty when the connection itself is what counts, be it a
 *     health check of the proxy or a family that has no addresses here
 * @param tlvs further facts, those of unknown types too; only version 2 has any
 */
public record ProxyHeader(Optional<Addresses> addresses, List<Tlv> tlvs) {

  /** Application protocol (ALPN). */
  public static final int ALPN = 0x01;

  /** Host name that the client asked for. */
  public static final int AUTHORITY = 0x02;

  /** Checksum over the whole header, with its own four octets as 0. */
  public static final int CRC32C = 0x03;

  /** Fills up, and says nothing. */
  public static final int NOOP = 0x04;

  public static final int UNIQUE_ID = 0x05;

  /** Name or address of the VIP, in the range that everybody may use as they like. */
  public static final int VIP = 0xe1;

  /** Longest {@link #UNIQUE_ID} in octets. */
  public static final int MAX_UNIQUE_ID = 128;

  public ProxyHeader {
    requireNonNull(addresses, "addresses");
    tlvs = List.copyOf(tlvs);
  }

  /**
   * The two ends as the first proxy saw them.
   *
   * @param datagram true when the client sends datagrams
   */
  public record Addresses(boolean datagram, HostPort source, HostPort destination) {
    public Addresses {
      requireNonNull(source, "source");
      requireNonNull(destination, "destination");
    }
  }

  /** The first fact of a type. */
  public Optional<Tlv> tlv(int type) {
    return tlvs.stream().filter(tlv -> tlv.type() == type).findFirst();
  }
}
