// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.gossip.secure;

import io.dcosnet.gossip.key.GossipKey;
import io.dcosnet.gossip.key.KeyRing;
import java.util.Arrays;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * One side of a stream: makes and reads its hello and its frames, from chunks of any size.
 *
 * <p>Each side first sends a hello of 48 octets: a header with the counter 0 and the id of its key,
 * and 16 random octets. Whoever opened the connection greets first and names its primary key; the
 * other side answers with the same key, so that a node which was away while keys changed gets in as
 * long as one key is common. From both hellos follows a key for each direction. Then each side
 * sends an empty frame as its proof, and after that whatever it wants. Header, random octets and
 * label of both are authenticated with each frame; the nonce is the number of the frame. So a frame
 * counts only once, in its place and in this stream. A stream may end between two frames without
 * notice: who needs to know an end sends a frame that says so.
 *
 * <p>A frame is its length (4 octets: of what follows), and sealed: an octet of flags (1: the rest
 * is raw DEFLATE) and the content; then the tag of 16 octets. Plain frames have a CRC-32C over the
 * number of the frame (8) and flags and content instead of the tag.
 *
 * <p><b>Not thread-safe:</b> one loop uses it. After the first fault nothing is taken any more.
 */
public final class StreamSeal {

  /** Octets of a hello. */
  public static final int HELLO_OCTETS = Header.OCTETS + 16;

  /** Octets behind the length field at most. */
  static final int MAX_SEALED = 1 << 20;

  /** Octets of the content of a frame at most. */
  public static final int MAX_FRAME = MAX_SEALED - Aead.TAG_OCTETS - 1;

  private final StreamSetup setup;
  private final boolean opener;
  private final byte[] hello;
  private @Nullable GossipKey ownKey;
  private final byte[] peerHello = new byte[HELLO_OCTETS];
  private int peerHelloLength;
  private @Nullable FrameWriter writer;
  private @Nullable FrameReader reader;
  private boolean proven;
  private @Nullable SealFault fault;

  private StreamSeal(StreamSetup setup, boolean opener, RandomGenerator random) {
    this.setup = setup;
    this.opener = opener;
    KeyRing ring = setup.seal().sealing() ? setup.seal().keys() : null;
    this.ownKey = ring == null ? null : ring.primary();
    byte[] own = new byte[16];
    random.nextBytes(own);
    this.hello = new byte[HELLO_OCTETS];
    System.arraycopy(own, 0, hello, Header.OCTETS, own.length);
    writeHeader();
  }

  private void writeHeader() {
    Header.write(
        hello,
        ownKey == null ? 0 : ownKey.id(),
        setup.tag(),
        setup.shortId(),
        setup.seal().salt(),
        setup.seal().epoch(),
        0);
  }

  /** The side that opened the connection. */
  public static StreamSeal opening(StreamSetup setup, RandomGenerator random) {
    return new StreamSeal(setup, true, random);
  }

  /** The side that took the connection. */
  public static StreamSeal accepting(StreamSetup setup, RandomGenerator random) {
    return new StreamSeal(setup, false, random);
  }

  /**
   * What this side writes as soon as there is a connection; nothing where it waits for the other.
   */
  public byte[] greeting() {
    return opener ? hello() : new byte[0];
  }

  /** The hello of this side; final for the one that answers when the other's has come. */
  byte[] hello() {
    return hello.clone();
  }

  /**
   * Takes what came, in pieces as they come.
   *
   * @return why the stream must be closed, counted already; null when all is well
   */
  public @Nullable SealFault accept(byte[] octets, int offset, int length, StreamEvents events) {
    if (fault == null) {
      fault = take(octets, offset, length, events);
      if (fault != null) {
        setup.figures().dropped(fault);
      }
    }
    return fault;
  }

  /**
   * Seals a frame.
   *
   * @param content from 0 to {@code length}, at most {@link #MAX_FRAME}
   * @return what is to be written; a new array
   * @throws IllegalStateException before the other side has proven itself
   */
  public byte[] seal(byte[] content, int length) {
    FrameWriter to = writer;
    if (to == null || !proven) {
      throw new IllegalStateException("stream: the other side has not proven itself yet");
    }
    return to.frame(content, length);
  }

  /** Whether frames can be sealed. */
  public boolean isProven() {
    return proven;
  }

  /** Whether the stream ended, if it ended now, where a frame or the handshake is not complete. */
  public boolean isIncomplete() {
    return !proven || (reader != null && reader.isWithinFrame());
  }

  private @Nullable SealFault take(byte[] octets, int offset, int length, StreamEvents events) {
    int used = Math.min(length, HELLO_OCTETS - peerHelloLength);
    if (used > 0) {
      System.arraycopy(octets, offset, peerHello, peerHelloLength, used);
      peerHelloLength += used;
      SealFault soon = checkSoFar();
      if (soon != null) {
        return soon;
      }
      if (peerHelloLength < HELLO_OCTETS) {
        return null;
      }
      SealFault refused = greet(events);
      if (refused != null) {
        return refused;
      }
    }
    FrameReader from = reader;
    return from == null || used == length
        ? null
        : from.accept(octets, offset + used, length - used, frames(events));
  }

  /** Foreign traffic is known by its first octets; such a peer may never send 48. */
  private @Nullable SealFault checkSoFar() {
    if (peerHelloLength >= Header.OCTETS) {
      return Header.check(peerHello, 0, peerHelloLength, setup.tag());
    }
    return Header.checkStart(peerHello, peerHelloLength);
  }

  private @Nullable SealFault greet(StreamEvents events) {
    KeyRing ring = setup.seal().keys();
    int keyId = Header.keyId(peerHello, 0);
    GossipKey peerKey = ring == null || keyId == 0 ? null : ring.find(keyId);
    if (keyId == 0 && !setup.seal().takesPlain()) {
      return SealFault.AUTH;
    }
    if (keyId != 0 && peerKey == null) {
      return SealFault.KEY;
    }
    if (Header.counter(peerHello, 0) != 0) {
      return SealFault.MAGIC;
    }
    if (Arrays.equals(peerHello, hello)) {
      return SealFault.REPLAY; // our own words, sent back
    }
    if (!opener) {
      answerHello(peerKey, events);
    }
    byte[] first = opener ? hello : peerHello;
    byte[] second = opener ? peerHello : hello;
    byte[] label = setup.seal().label().octets().toArray();
    byte[] aad = Arrays.copyOf(first, 2 * HELLO_OCTETS + label.length);
    System.arraycopy(second, 0, aad, HELLO_OCTETS, HELLO_OCTETS);
    System.arraycopy(label, 0, aad, 2 * HELLO_OCTETS, label.length);
    byte[] both = contributions(first, second);
    FrameSeal out = frameSeal(ownKey, both, opener ? 0 : 1, aad);
    FrameSeal in = frameSeal(peerKey, both, opener ? 1 : 0, aad);
    FrameWriter to = new FrameWriter(out, setup.compression());
    writer = to;
    reader = new FrameReader(in, setup.compression());
    events.reply(to.frame(new byte[0], 0));
    return null;
  }

  private void answerHello(@Nullable GossipKey peerKey, StreamEvents events) {
    if (peerKey != null && ownKey != null) {
      ownKey = peerKey;
      writeHeader();
    }
    events.reply(hello());
  }

  /** The random octets of both sides, then the short ids of both. */
  private static byte[] contributions(byte[] first, byte[] second) {
    byte[] both = new byte[48];
    System.arraycopy(first, Header.OCTETS, both, 0, 16);
    System.arraycopy(second, Header.OCTETS, both, 16, 16);
    System.arraycopy(first, 8, both, 32, 8);
    System.arraycopy(second, 8, both, 40, 8);
    return both;
  }

  private FrameSeal frameSeal(@Nullable GossipKey key, byte[] both, int direction, byte[] aad) {
    return key == null
        ? FrameSeal.plain()
        : FrameSeal.sealed(setup.derived().stream(key, both, direction), aad);
  }

  private FrameReader.Sink frames(StreamEvents events) {
    return (octets, at, count) -> {
      if (proven) {
        events.frame(octets, at, count);
        return null;
      }
      if (count != 0) {
        return SealFault.AUTH; // the proof is missing
      }
      proven = true;
      events.proven(Header.shortId(peerHello, 0), Header.epoch(peerHello, 0));
      return null;
    };
  }
}
