// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.gossip.wire;

import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Reads the messages of a body. What is made is bounded by the octets that are there: no length is
 * believed before its octets are seen. <b>Thread-safe.</b>
 */
public final class BodyReader {

  /** Why something was not taken; for figures. */
  public enum Fault {
    /** A message breaks its format; the others are taken. */
    MALFORMED,

    /** A length points beyond the body; the rest is lost. */
    BROKEN,

    /** A type of a later version; skipped. */
    UNKNOWN
  }

  private static final int HEADER_OCTETS = 3;

  private BodyReader() {}

  /**
   * Hands over each message in order; never throws for what stands in the body.
   *
   * @param faults told of each message that is left out
   */
  public static void read(
      byte[] octets, int offset, int length, Consumer<Message> messages, Consumer<Fault> faults) {
    read(octets, offset, length, null, messages, faults);
  }

  /**
   * As the other one, but facts that were read lately are not made anew.
   *
   * @param known facts read before by the same thread; null for none
   */
  public static void read(
      byte[] octets,
      int offset,
      int length,
      @Nullable KnownFacts known,
      Consumer<Message> messages,
      Consumer<Fault> faults) {
    MessageReader reader = new MessageReader(octets, known);
    int at = offset;
    int end = offset + length;
    while (at < end) {
      if (end - at < HEADER_OCTETS) {
        faults.accept(Fault.BROKEN);
        break;
      }
      int type = octets[at] & 0xff;
      int from = at + HEADER_OCTETS;
      int to = from + (((octets[at + 1] & 0xff) << 8) | (octets[at + 2] & 0xff));
      if (to > end) {
        faults.accept(Fault.BROKEN);
        break;
      }
      if (type == MessageType.MAIL_HEAD) {
        if (!reader.keepHead(from, to)) {
          faults.accept(Fault.MALFORMED);
        }
      } else {
        if (type != MessageType.MAIL && reader.dropHead()) {
          faults.accept(Fault.MALFORMED);
        }
        Message message = reader.read(type, from, to);
        if (message != null) {
          messages.accept(message);
        } else {
          faults.accept(reader.isUnknown() ? Fault.UNKNOWN : Fault.MALFORMED);
        }
      }
      at = to;
    }
    if (reader.dropHead()) {
      faults.accept(Fault.MALFORMED);
    }
  }
}
