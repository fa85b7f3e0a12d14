// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.linux.libc;

import com.sun.jna.Native;
import com.sun.jna.Pointer;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/**
 * Memory that has an address, filled with zeros. It is freed some time after nobody refers to this
 * object any more, so hold it as long as the kernel may use it.
 *
 * <p><b>Not thread-safe.</b>
 */
public final class NativeMemory {

  private static final int CACHE_LINE_OCTETS = 64;

  private final ByteBuffer host;
  private final ByteBuffer network;
  private final long address;

  /** So many octets or a few more, beginning with a cache line. */
  public NativeMemory(int octets) {
    int whole = (octets + CACHE_LINE_OCTETS - 1) / CACHE_LINE_OCTETS * CACHE_LINE_OCTETS;
    ByteBuffer lines =
        ByteBuffer.allocateDirect(whole + CACHE_LINE_OCTETS).alignedSlice(CACHE_LINE_OCTETS);
    host = lines.duplicate().order(ByteOrder.nativeOrder());
    network = lines.duplicate().order(ByteOrder.BIG_ENDIAN);
    address = Pointer.nativeValue(Native.getDirectBufferPointer(lines));
  }

  /** Where it begins. */
  public long address() {
    return address;
  }

  /** All of it, numbers in the order of this machine. */
  public ByteBuffer host() {
    return host;
  }

  /** All of it, numbers most significant octet first. */
  public ByteBuffer network() {
    return network;
  }
}
