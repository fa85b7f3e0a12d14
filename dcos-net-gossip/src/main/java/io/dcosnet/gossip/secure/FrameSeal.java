// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.gossip.secure;

import java.nio.ByteBuffer;
import java.security.Key;
import java.util.zip.CRC32C;
import javax.crypto.spec.GCMParameterSpec;
import org.jspecify.annotations.Nullable;

/** One direction of a stream: seals or opens its frames in their order. <b>Not thread-safe.</b> */
final class FrameSeal {

  private static final int CRC_OCTETS = 4;

  private final @Nullable Key key;
  private final byte[] aad;
  private final @Nullable Aead aead;
  private final CRC32C sum = new CRC32C();
  private long number;

  private FrameSeal(@Nullable Key key, byte[] aad) {
    this.key = key;
    this.aad = aad;
    this.aead = key == null ? null : new Aead();
  }

  static FrameSeal sealed(Key key, byte[] aad) {
    return new FrameSeal(key, aad);
  }

  static FrameSeal plain() {
    return new FrameSeal(null, new byte[0]);
  }

  int overhead() {
    return aead == null ? CRC_OCTETS : Aead.TAG_OCTETS;
  }

  /** Seals in place; behind the content there is room for {@link #overhead}. */
  void seal(byte[] octets, int at, int length) {
    if (key == null || aead == null) {
      ByteBuffer.wrap(octets).putInt(at + length, crc(octets, at, length));
    } else {
      aead.seal(key, nonce(), aad, aad.length, octets, at, length, octets, at);
    }
    number++;
  }

  /**
   * Opens in place.
   *
   * @param length tag included
   * @return octets of the content, or -1
   */
  int open(byte[] octets, int at, int length) {
    int count = length - overhead();
    if (key == null || aead == null) {
      if (ByteBuffer.wrap(octets).getInt(at + count) != crc(octets, at, count)) {
        return -1;
      }
    } else if (aead.open(key, nonce(), aad, aad.length, octets, at, length, octets, at) < 0) {
      return -1;
    }
    number++;
    return count;
  }

  private GCMParameterSpec nonce() {
    byte[] nonce = ByteBuffer.allocate(Header.NONCE_OCTETS).putLong(4, number).array();
    return new GCMParameterSpec(8 * Aead.TAG_OCTETS, nonce);
  }

  private int crc(byte[] octets, int at, int length) {
    sum.reset();
    sum.update(ByteBuffer.allocate(8).putLong(0, number));
    sum.update(octets, at, length);
    return (int) sum.getValue();
  }
}
