// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.linux.nft;

import io.dcosnet.api.Bytes;
import io.dcosnet.api.net.IpAddress;
import io.dcosnet.api.net.Protocol;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/**
 * Writes the key or the value of an element, field by field in the order in which the set declares
 * them, each padded as the kernel wants it. <b>Not thread-safe.</b>
 *
 * <pre>{@code
 * Bytes key = new NftFields().address(vip).protocol(Protocol.TCP).port(80).toBytes();
 * }</pre>
 */
public final class NftFields {

  /** The kernel takes no longer ones. */
  private static final int MAX_OCTETS = 64;

  private final ByteBuffer octets = ByteBuffer.allocate(MAX_OCTETS);

  /** Begins with nothing. */
  public NftFields() {}

  /** A field of type {@code ipv4_addr} or {@code ipv6_addr}. */
  public NftFields address(IpAddress address) {
    octets.put(address.toBytes());
    return this;
  }

  /** A field of type {@code inet_proto}. */
  public NftFields protocol(Protocol protocol) {
    octets.put((byte) (protocol == Protocol.TCP ? 6 : 17)).put((byte) 0).putShort((short) 0);
    return this;
  }

  /** A field of type {@code inet_service}. */
  public NftFields port(int port) {
    octets.putShort((short) port).putShort((short) 0);
    return this;
  }

  /** A field that holds what {@code numgen} or {@code jhash} gives. */
  public NftFields index(int number) {
    octets.order(ByteOrder.nativeOrder()).putInt(number).order(ByteOrder.BIG_ENDIAN);
    return this;
  }

  /** All of them. */
  public Bytes toBytes() {
    return Bytes.copyOf(octets.duplicate().flip());
  }
}
