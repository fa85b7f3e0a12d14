// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.gossip.protocol;

import io.dcosnet.api.Bytes;
import io.dcosnet.gossip.replica.StoreMessage;
import io.dcosnet.gossip.wire.Message;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Cuts long messages of the store into such as fit into a frame, and puts them together again: all
 * parts but the last have the kind {@value #MORE}, and nothing else of the store comes between.
 */
final class StoreParts {

  /** Another part of the same message follows. */
  static final int MORE = 0x2e;

  /** Most octets of a part; a frame holds it with what else is in front. */
  static final int PART_OCTETS = 60 * 1024;

  /** Most octets of one message: a value that is just still taken, and what goes with it. */
  static final int MAX_OCTETS = (8 << 20) + (64 << 10);

  /** Most octets of begun messages on all links. */
  static final long MAX_WAITING = 8L * MAX_OCTETS;

  private static final class Begun {
    private final List<Bytes> parts = new ArrayList<>();
    private int octets;
  }

  // Only looked up in.
  private final Map<Integer, Begun> begun = new HashMap<>();
  private long waiting;

  /** A message as it goes over a link. */
  static List<Message.Store> cut(StoreMessage message) {
    Bytes body = message.body();
    if (body.size() <= PART_OCTETS) {
      return List.of(new Message.Store(message.kind(), body));
    }
    if (body.size() > MAX_OCTETS) {
      throw new IllegalArgumentException(
          "message: %d octets (expected: at most %d)".formatted(body.size(), MAX_OCTETS));
    }
    ByteBuffer octets = body.toByteBuffer();
    List<Message.Store> parts = new ArrayList<>();
    for (int from = 0; from < body.size(); from += PART_OCTETS) {
      int to = Math.min(from + PART_OCTETS, body.size());
      int kind = to == body.size() ? message.kind() : MORE;
      parts.add(new Message.Store(kind, Bytes.copyOf(octets.slice(from, to - from))));
    }
    return parts;
  }

  /** Whether a link may bring this; after false it is of no use any more. */
  boolean admits(int link, Message.Store part) {
    Begun before = begun.get(link);
    int octets = part.body().size() + (before == null ? 0 : before.octets);
    return octets <= MAX_OCTETS
        && (part.kind() != MORE || (part.body().size() > 0 && waiting + octets <= MAX_WAITING))
        && part.kind() <= MORE;
  }

  /** Takes what a link brought; the whole message with its last part, null before. */
  @Nullable StoreMessage take(int link, Message.Store part) {
    if (part.kind() == MORE) {
      Begun to = begun.computeIfAbsent(link, absent -> new Begun());
      to.parts.add(part.body());
      to.octets += part.body().size();
      waiting += part.body().size();
      return null;
    }
    Begun before = forget(link);
    if (before == null) {
      return new StoreMessage(part.kind(), part.body());
    }
    ByteBuffer whole = ByteBuffer.allocate(before.octets + part.body().size());
    before.parts.forEach(octets -> whole.put(octets.toByteBuffer()));
    whole.put(part.body().toByteBuffer());
    return new StoreMessage(part.kind(), Bytes.copyOf(whole.flip()));
  }

  /** A link is no more. */
  void closed(int link) {
    forget(link);
  }

  private @Nullable Begun forget(int link) {
    Begun before = begun.remove(link);
    if (before != null) {
      waiting -= before.octets;
    }
    return before;
  }
}
