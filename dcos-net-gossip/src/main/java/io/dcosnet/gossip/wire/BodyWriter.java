// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.gossip.wire;

/**
 * Writes messages one behind the other into a body that is used again and again. <b>Not
 * thread-safe.</b>
 */
public final class BodyWriter {

  private final byte[] octets;
  private int length;

  /**
   * An empty body.
   *
   * @param capacity most octets of a body
   */
  public BodyWriter(int capacity) {
    this.octets = new byte[capacity];
  }

  /** Begins anew. */
  public void clear() {
    length = 0;
  }

  /**
   * Appends a message.
   *
   * @return false when it does not fit; then nothing is appended
   */
  public boolean add(Message message) {
    throw new UnsupportedOperationException();
  }

  /** The body, from 0 to {@link #length}; not to be changed or kept. */
  public byte[] octets() {
    return octets;
  }

  public int length() {
    return length;
  }

  /** Octets that are left. */
  public int free() {
    return octets.length - length;
  }
}
