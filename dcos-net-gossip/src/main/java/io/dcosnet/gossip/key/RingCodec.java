// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.gossip.key;

import io.dcosnet.api.Bytes;
import io.dcosnet.api.DecodeException;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * A {@link RingState} in octets: version (1), number of entries (1), for each its id (1), kind (1:
 * 1 there, 0 removed), stamp (6) and, when it is there, the secret (32); then the choice: id (1),
 * stamp (6), secret (32). Entries ascend by id, so each state has one form.
 */
final class RingCodec {

  private static final int VERSION = 1;
  private static final int REMOVED = 0;
  private static final int PRESENT = 1;
  private static final int ENTRY_OCTETS = 8;
  private static final int CHOICE_OCTETS = 7 + GossipKey.OCTETS;

  private RingCodec() {}

  static Bytes encode(RingState state) {
    ByteBuffer out =
        ByteBuffer.allocate(
            2 + state.entries().size() * (ENTRY_OCTETS + GossipKey.OCTETS) + CHOICE_OCTETS);
    out.put((byte) VERSION).put((byte) state.entries().size());
    state
        .entries()
        .forEach(
            (id, entry) -> {
              Bytes secret = entry.secret();
              out.put(id.byteValue()).put((byte) (secret == null ? REMOVED : PRESENT));
              putStamp(out, entry.stamp());
              if (secret != null) {
                out.put(secret.toByteBuffer());
              }
            });
    out.put((byte) state.choice().key().id());
    putStamp(out, state.choice().stamp());
    out.put(state.choice().key().secret().toByteBuffer());
    return Bytes.copyOf(out.flip());
  }

  /**
   * Reads what {@link #encode} writes.
   *
   * @throws DecodeException for anything else
   */
  static RingState decode(Bytes octets) {
    ByteBuffer in = octets.toByteBuffer();
    try {
      return read(in);
    } catch (BufferUnderflowException e) {
      throw new DecodeException("key ring: ends too early", in.position());
    }
  }

  private static RingState read(ByteBuffer in) {
    require(in.get() == VERSION, "version (expected: " + VERSION + ")", in);
    int count = in.get() & 0xff;
    TreeMap<Integer, RingState.Entry> entries = new TreeMap<>();
    for (int i = 0; i < count; i++) {
      int id = in.get() & 0xff;
      require(id > (entries.isEmpty() ? 0 : entries.lastKey()), "ids (expected: ascending)", in);
      int kind = in.get();
      require(kind == PRESENT || kind == REMOVED, "kind (expected: 0 or 1)", in);
      long stamp = stamp(in);
      @Nullable Bytes secret = kind == PRESENT ? secret(in) : null;
      entries.put(id, new RingState.Entry(stamp, secret));
    }
    int chosen = in.get() & 0xff;
    require(chosen > 0, "id of the choice (expected: 1 to 255)", in);
    RingState.Choice choice = new RingState.Choice(stamp(in), new GossipKey(chosen, secret(in)));
    require(!in.hasRemaining(), "octets behind the end", in);
    return new RingState(entries, choice);
  }

  private static void putStamp(ByteBuffer out, long stamp) {
    out.putShort((short) (stamp >>> 32)).putInt((int) stamp);
  }

  private static long stamp(ByteBuffer in) {
    return (in.getShort() & 0xffffL) << 32 | (in.getInt() & 0xffff_ffffL);
  }

  private static Bytes secret(ByteBuffer in) {
    byte[] secret = new byte[GossipKey.OCTETS];
    in.get(secret);
    return Bytes.copyOf(secret);
  }

  private static void require(boolean holds, String what, ByteBuffer in) {
    if (!holds) {
      throw new DecodeException("key ring: " + what, in.position());
    }
  }
}
