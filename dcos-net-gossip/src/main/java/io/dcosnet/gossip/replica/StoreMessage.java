// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.gossip.replica;

import io.dcosnet.api.Bytes;

/**
 * One message between two replicas; what its octets mean, its kind says. <b>Immutable.</b>
 *
 * <p>On streams it may be as long as a value; who carries it cuts it into parts. In a datagram it
 * must fit as it is.
 *
 * @param kind 0x20 to 0x2d, as on the wire
 */
public record StoreMessage(int kind, Bytes body) {

  /** One delta, as {@link io.dcosnet.gossip.store.StoreCodec} writes it. */
  public static final int DELTA = 0x20;

  /** Dots of deltas that the other side may have from this one. */
  public static final int I_HAVE = 0x21;

  /** Dots of deltas that are wanted; the link carries deltas at once from now on. */
  public static final int GRAFT = 0x22;

  /** A delta came twice: the link carries only {@link #I_HAVE} from now on. */
  public static final int PRUNE = 0x23;

  /** Begins an exchange: digests of clock and live atoms, and how many replicas and keys. */
  public static final int SUMMARY = 0x24;

  /** A step of an exchange; the first octet of the body says which. */
  public static final int EXCHANGE = 0x25;

  /** What replicas have taken in, for {@link Stability}; several in one message. */
  public static final int WATERMARKS = 0x26;

  /** Asks whether a write is taken in. */
  public static final int SEEN_QUESTION = 0x27;

  /** Whether it is. */
  public static final int SEEN_ANSWER = 0x28;

  /** The lowest kind. */
  public static final int FIRST_KIND = 0x20;

  /** The highest kind that there will be. */
  public static final int LAST_KIND = 0x2d;

  public StoreMessage {
    if (kind < FIRST_KIND || kind > LAST_KIND) {
      throw new IllegalArgumentException("kind: " + kind + " (expected: 0x20 to 0x2d)");
    }
  }
}
