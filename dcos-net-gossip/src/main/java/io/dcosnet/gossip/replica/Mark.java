// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.gossip.replica;

import io.dcosnet.api.Bytes;
import io.dcosnet.api.net.NodeId;
import io.dcosnet.gossip.store.ReplicaId;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * A watermark: what one replica said of itself at a time. <b>Immutable.</b>
 *
 * <p>On the wire 52 octets: node (16), generation (u32), counter, time, complete and register (u64
 * each).
 *
 * @param counter of its last write; 0 for none
 * @param time when it said so; its later writes are later
 * @param complete it has all writes of all replicas that it knows up to this time
 * @param register {@link Register#digest} of those; who knows others must not go by what it says
 */
record Mark(ReplicaId replica, long counter, long time, long complete, long register) {

  static final int OCTETS = 2 * Long.BYTES + Integer.BYTES + 4 * Long.BYTES;

  static Bytes encode(List<Mark> marks) {
    ByteBuffer out = ByteBuffer.allocate(marks.size() * OCTETS);
    for (Mark mark : marks) {
      UUID node = mark.replica.node().uuid();
      out.putLong(node.getMostSignificantBits()).putLong(node.getLeastSignificantBits());
      out.putInt(mark.replica.generation());
      out.putLong(mark.counter).putLong(mark.time);
      out.putLong(mark.complete).putLong(mark.register);
    }
    return Bytes.copyOf(out.flip());
  }

  /** Null where it is none. */
  static @Nullable List<Mark> decode(Bytes body) {
    if (body.size() % OCTETS != 0) {
      return null;
    }
    ByteBuffer in = body.toByteBuffer();
    List<Mark> marks = new ArrayList<>(body.size() / OCTETS);
    while (in.hasRemaining()) {
      NodeId node = new NodeId(new UUID(in.getLong(), in.getLong()));
      int generation = in.getInt();
      if (generation < 1) {
        return null;
      }
      ReplicaId replica = new ReplicaId(node, generation);
      Mark mark = new Mark(replica, in.getLong(), in.getLong(), in.getLong(), in.getLong());
      if (mark.counter < 0 || mark.time < 0 || mark.complete < 0 || mark.complete > mark.time) {
        return null;
      }
      marks.add(mark);
    }
    return marks;
  }
}
