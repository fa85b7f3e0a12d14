// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.gossip.wire;

import java.util.function.Consumer;

/** Reads the messages of a body. <b>Thread-safe.</b> */
public final class BodyReader {

  private BodyReader() {}

  /** Why something was not taken; for figures. */
  public enum Fault {
    /** A message breaks its format; the others are taken. */
    MALFORMED,

    /** A length points beyond the body; the rest is lost. */
    BROKEN,

    /** A type of a later version; skipped. */
    UNKNOWN
  }

  /**
   * Hands over each message in order; never throws for what stands in the body.
   *
   * @param faults told of each message that is left out
   */
  public static void read(
      byte[] octets, int offset, int length, Consumer<Message> messages, Consumer<Fault> faults) {
    throw new UnsupportedOperationException();
  }
}
