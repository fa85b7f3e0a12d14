// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.lb.datapath.proxy;

import static java.util.Objects.requireNonNull;

import io.dcosnet.api.spi.MetricsSink.Counter;
import io.dcosnet.lb.internal.wire.Pipe;
import io.dcosnet.lb.internal.wire.Wire;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/**
 * The bytes of one direction of a connection.
 *
 * <p>They are read into the buffer that all connections of an event loop share and written at once;
 * only what the other side does not take is kept, and nothing more is read before that is gone.
 * When a lot comes in a row, bytes go through a pipe of the kernel instead, where the sockets can
 * do that, until little comes again: for small pieces a pipe costs more than a copy.
 *
 * <p><b>Confined to</b> the event loop of the connection.
 */
final class Flow {

  /** Most pieces moved before others on the loop have their turn. */
  private static final int TURN = 16;

  /** Large pieces in a row after which a pipe pays, and small ones after which it does not. */
  private static final int IN_A_ROW = 4;

  private static final int SMALL = 8 * 1024;

  private final ProxyLoop loop;
  private final Counter bytes;

  private byte @Nullable [] lead;
  private @Nullable ByteBuf kept;
  private int leadKept; // octets of the lead at the beginning of what is kept
  private @Nullable Pipe pipe;
  private int row;
  private long taken;
  private long passed;
  private boolean ended;

  /**
   * @param bytes counts what was passed on
   */
  Flow(ProxyLoop loop, Counter bytes) {
    this.loop = loop;
    this.bytes = bytes;
  }

  /**
   * Writes this before the first byte, together with what there is then; it counts as no byte.
   * Comes again when another receiver takes the place of one that got nothing.
   */
  void lead(byte[] octets) {
    if (kept != null) {
      kept.skipBytes(leadKept);
      if (!kept.isReadable()) {
        kept.release();
        kept = null;
      }
    }
    leadKept = 0;
    lead = octets;
  }

  /** Takes over bytes of the sender that were read elsewhere; comes before all others. */
  void keep(ByteBuf bytesBefore) {
    taken += bytesBefore.readableBytes();
    kept = bytesBefore;
  }

  /** True once a byte was read. */
  boolean took() {
    return taken > 0;
  }

  /** True once a byte was passed on. */
  boolean passed() {
    return passed > 0;
  }

  /** True when the sender has ended its side and all before that was passed on. */
  boolean done() {
    return ended && lead == null && kept == null && pipe == null;
  }

  /** True when it waits for the receiver, or for nothing any more, so that it would not read. */
  boolean deaf() {
    return ended || lead != null || kept != null || (pipe != null && pipe.held() > 0);
  }

  /**
   * Moves what can be moved.
   *
   * @return true when there is more to do at once, after others had their turn
   * @throws IOException when one of the two broke; it knows so itself
   */
  boolean pump(Wire from, Wire to) throws IOException {
    long before = passed;
    try {
      for (int i = 0; i < TURN; i++) {
        if (!(pipe == null ? copy(from, to) : splice(from, to, requireNonNull(pipe)))) {
          return false;
        }
      }
      return true;
    } finally {
      if (passed != before) {
        bytes.add(passed - before);
      }
    }
  }

  /** False when nothing more can be done before one of the two is ready again. */
  private boolean copy(Wire from, Wire to) throws IOException {
    if (lead != null) {
      return copyLed(from, to, lead);
    }
    if (kept != null && !passKept(to)) {
      return false;
    }
    if (ended || !from.readable()) {
      return false;
    }
    ByteBuf chunk = loop.chunk();
    int count = from.read(chunk);
    if (count <= 0) {
      ended = count < 0;
      return false;
    }
    taken += count;
    try {
      passed += to.write(chunk);
    } finally {
      if (chunk.isReadable()) { // also when the receiver broke: another one may take its place
        kept = chunk;
        loop.chunkTaken();
      }
    }
    if (kept != null) {
      return false;
    }
    chunk.clear();
    row = count >= loop.chunkSize() / 2 ? row + 1 : 0;
    if (row >= IN_A_ROW && from.splices() && to.splices()) {
      pipe = loop.borrowPipe(); // stays without one when there are no descriptors left
      row = 0;
    }
    return from.readable();
  }

  /** The lead and what there is so far, in one write. */
  private boolean copyLed(Wire from, Wire to, byte[] first) throws IOException {
    if (!to.writable()) {
      return false;
    }
    ByteBuf before = kept;
    int size = before == null ? 0 : before.readableBytes();
    ByteBuf both =
        before == null ? loop.chunk() : ByteBufAllocator.DEFAULT.directBuffer(first.length + size);
    both.writeBytes(first);
    if (before != null) {
      both.writeBytes(before);
      before.release();
      kept = both;
    } else {
      if (!ended && from.readable()) {
        int count = from.read(both);
        ended = count < 0;
        taken += Math.max(0, count);
      }
      kept = both;
      loop.chunkTaken();
    }
    lead = null;
    leadKept = first.length;
    return passKept(to);
  }

  private boolean passKept(Wire to) throws IOException {
    ByteBuf rest = requireNonNull(kept);
    if (!to.writable()) {
      return false;
    }
    int written = to.write(rest);
    int ofLead = Math.min(written, leadKept);
    leadKept -= ofLead;
    passed += written - ofLead;
    if (rest.isReadable()) {
      return false;
    }
    rest.release();
    kept = null;
    row++; // a receiver that is slower than the sender: as good a reason for a pipe
    return true;
  }

  private boolean splice(Wire from, Wire to, Pipe through) throws IOException {
    while (through.held() > 0) {
      if (!to.writable()) {
        return false;
      }
      passed += to.drain(through);
    }
    if (!from.readable()) {
      return false;
    }
    int count = from.fill(through);
    if (count == 0) {
      if (from.readable()) { // the end or an error, which only a read tells apart from nothing
        giveBack();
        return true;
      }
      return false;
    }
    taken += count;
    row = count < SMALL ? row + 1 : 0;
    passed += to.drain(through);
    if (row >= IN_A_ROW && through.held() == 0) {
      giveBack();
    }
    return true;
  }

  private void giveBack() {
    loop.giveBack(requireNonNull(pipe));
    pipe = null;
    row = 0;
  }

  /** Forgets what was not passed on. Idempotent. */
  void drop() {
    if (kept != null) {
      kept.release();
      kept = null;
    }
    if (pipe != null) {
      giveBack();
    }
  }

  /** Forgets that the sender ended, as a new sender takes its place. */
  void restart() {
    drop();
    ended = false;
  }
}
