// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.dns.transport;

import io.dcosnet.dns.answer.Front;
import io.dcosnet.dns.answer.Responder;
import io.dcosnet.dns.wire.Sender;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Does what the message says: an id in four octets, then what to do with it. The answer is the
 * message again, filled up to the size that it asks for.
 */
final class ScriptedFront implements Front {

  static final byte NOW = 'n';
  static final byte LATER = 'l';
  static final byte SILENCE = 's';

  /** What was put off, by id. */
  final Map<Integer, CompletableFuture<byte[]>> waiting = new ConcurrentHashMap<>();

  private final byte[] octets = new byte[65_535];
  private byte[] asked = new byte[0];

  static byte[] query(int id, byte how) {
    return query(id, how, 7);
  }

  /** As {@link #query(int, byte)}, wanting an answer of this size. */
  static byte[] query(int id, byte how, int size) {
    return ByteBuffer.allocate(7).putInt(id).put(how).putShort((short) size).array();
  }

  static int id(byte[] message) {
    return ByteBuffer.wrap(message).getInt();
  }

  /** Lets the answer to what was put off come. */
  void release(int id) {
    CompletableFuture<byte[]> answer = waiting.remove(id);
    if (answer == null) {
      throw new AssertionError("nothing was put off with id " + id);
    }
    answer.complete(query(id, LATER));
  }

  @Override
  public int answer(byte[] message, int offset, int length, Sender sender) {
    asked = Arrays.copyOfRange(message, offset, offset + length);
    ByteBuffer query = ByteBuffer.wrap(asked);
    int size = Math.max(length, query.getShort(5) & 0xffff);
    System.arraycopy(asked, 0, octets, 0, length);
    return switch (query.get(4)) {
      case NOW -> size;
      case LATER -> Responder.LATER;
      case SILENCE -> Responder.SILENCE;
      default -> throw new AssertionError("what shall I do?");
    };
  }

  @Override
  public CompletionStage<byte[]> later() {
    CompletableFuture<byte[]> answer = new CompletableFuture<>();
    waiting.put(id(asked), answer);
    return answer;
  }

  @Override
  public byte[] octets() {
    return octets;
  }
}
