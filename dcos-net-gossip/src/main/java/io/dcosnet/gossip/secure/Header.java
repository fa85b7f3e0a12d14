// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.gossip.secure;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import org.jspecify.annotations.Nullable;

/**
 * The 32 octets in front of each datagram and at the beginning of each stream: magic (1), major
 * version (1), flags (1), key id (1), tag of the cluster (4), short id of the sender (8), salt (4)
 * and epoch (6) of its start, counter (6). Reads and writes them where they lie.
 */
final class Header {

  static final int OCTETS = 32;
  static final int NONCE_OFFSET = 20;
  static final int NONCE_OCTETS = 12;

  private static final int MAGIC = 0xd7;
  private static final int VERSION = 1;
  private static final int SEALED = 1;

  private static final VarHandle INT =
      MethodHandles.byteArrayViewVarHandle(int[].class, ByteOrder.BIG_ENDIAN);
  private static final VarHandle LONG =
      MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.BIG_ENDIAN);

  private Header() {}

  /**
   * Writes a header at the beginning of {@code out}.
   *
   * @param keyId 0 when not sealed
   */
  static void write(
      byte[] out, int keyId, int tag, long shortId, int salt, long epoch, long counter) {
    out[0] = (byte) MAGIC;
    out[1] = VERSION;
    out[2] = (byte) (keyId == 0 ? 0 : SEALED);
    out[3] = (byte) keyId;
    INT.set(out, 4, tag);
    LONG.set(out, 8, shortId);
    INT.set(out, 16, salt);
    INT.set(out, 20, (int) (epoch >>> 16));
    // Two octets of the epoch and six of the counter share a word.
    LONG.set(out, 24, epoch << 48 | counter);
  }

  /** What is wrong with the outer form, or null; looks at no key. */
  static @Nullable SealFault check(byte[] octets, int at, int length, int tag) {
    if (length < OCTETS || (octets[at] & 0xff) != MAGIC) {
      return SealFault.MAGIC;
    }
    if (octets[at + 1] != VERSION) {
      return SealFault.VERSION;
    }
    int flags = octets[at + 2];
    if ((flags & ~SEALED) != 0 || (flags == SEALED) != (octets[at + 3] != 0)) {
      return SealFault.MAGIC;
    }
    return (int) INT.get(octets, at + 4) == tag ? null : SealFault.LABEL;
  }

  /** What is wrong with the first octets of a header that is not complete, or null. */
  static @Nullable SealFault checkStart(byte[] octets, int length) {
    if (length > 0 && (octets[0] & 0xff) != MAGIC) {
      return SealFault.MAGIC;
    }
    return length > 1 && octets[1] != VERSION ? SealFault.VERSION : null;
  }

  /** 0 when not sealed. */
  static int keyId(byte[] octets, int at) {
    return octets[at + 3] & 0xff;
  }

  static long shortId(byte[] octets, int at) {
    return (long) LONG.get(octets, at + 8);
  }

  static int salt(byte[] octets, int at) {
    return (int) INT.get(octets, at + 16);
  }

  static long epoch(byte[] octets, int at) {
    return (long) LONG.get(octets, at + 18) & SealSetup.MAX_48;
  }

  static long counter(byte[] octets, int at) {
    return (long) LONG.get(octets, at + 24) & SealSetup.MAX_48;
  }
}
