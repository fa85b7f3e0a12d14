// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.gossip.view;

import io.dcosnet.api.Bytes;
import io.dcosnet.api.DecodeException;
import io.dcosnet.gossip.member.Profile;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.TreeMap;

/**
 * What a member says of itself in pairs of texts, as octets for its profile: a version, then for
 * each key in order its length (1 octet) and UTF-8, the value's length (2) and UTF-8. Nothing at
 * all stands for no pairs. Equal maps give equal octets.
 */
public final class Metadata {

  /** Key under which hosts see the name of a member. */
  public static final String NAME = "name";

  /** Key of the ids of the keys that a member has; the one that seals is marked. */
  public static final String KEYS = "gossip-keys";

  private static final int VERSION = 1;

  private Metadata() {}

  /**
   * The pairs as octets.
   *
   * @throws IllegalArgumentException when they are too long, or a key is
   */
  public static Bytes encode(Map<String, String> pairs) {
    if (pairs.isEmpty()) {
      return Bytes.EMPTY;
    }
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    out.write(VERSION);
    new TreeMap<>(pairs)
        .forEach(
            (key, value) -> {
              byte[] name = key.getBytes(StandardCharsets.UTF_8);
              byte[] text = value.getBytes(StandardCharsets.UTF_8);
              if (name.length == 0 || name.length > 255) {
                throw new IllegalArgumentException(
                    "metadata key: \"%s\" (expected: 1 to 255 octets)".formatted(key));
              }
              out.write(name.length);
              out.writeBytes(name);
              out.write(text.length >>> 8);
              out.write(text.length);
              out.writeBytes(text);
            });
    if (out.size() > Profile.MAX_META_OCTETS) {
      throw new IllegalArgumentException(
          "metadata: %d octets (expected: at most %d)"
              .formatted(out.size(), Profile.MAX_META_OCTETS));
    }
    return Bytes.copyOf(out.toByteArray());
  }

  /**
   * The pairs in these octets, in the order of their keys.
   *
   * @throws DecodeException when they are none
   */
  public static Map<String, String> decode(Bytes octets) {
    Map<String, String> pairs = new LinkedHashMap<>();
    ByteBuffer in = octets.toByteBuffer();
    if (!in.hasRemaining()) {
      return pairs;
    }
    int version = in.get();
    if (version != VERSION) {
      throw new DecodeException("metadata: version %d (expected: 1)".formatted(version), 0);
    }
    String last = "";
    while (in.hasRemaining()) {
      int at = in.position();
      String key = text(in, in.get() & 0xff);
      if (key.isEmpty() || (!last.isEmpty() && key.compareTo(last) <= 0)) {
        throw new DecodeException("metadata: keys out of order", at);
      }
      last = key;
      if (in.remaining() < 2) {
        throw new DecodeException("metadata: cut off", at);
      }
      pairs.put(key, text(in, in.getShort() & 0xffff));
    }
    return pairs;
  }

  private static String text(ByteBuffer in, int length) {
    if (in.remaining() < length) {
      throw new DecodeException("metadata: cut off", in.position());
    }
    ByteBuffer octets = in.slice(in.position(), length);
    in.position(in.position() + length);
    try {
      return StandardCharsets.UTF_8.newDecoder().decode(octets).toString();
    } catch (CharacterCodingException e) {
      throw new DecodeException("metadata: not UTF-8", in.position() - length);
    }
  }
}
