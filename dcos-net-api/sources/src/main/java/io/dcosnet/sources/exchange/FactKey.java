// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.sources.exchange;

import io.dcosnet.api.DecodeException;
import io.dcosnet.api.model.TaskKey;
import io.dcosnet.api.net.NodeId;
import io.dcosnet.sources.facts.FactCodec;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Base64;

/**
 * Keys of facts in the store: {@code facts/<kind>/<id>/<writer>}, of a head {@code
 * facts/head/<writer>}. An id that is long or has other signs than those of Mesos is replaced by
 * its hash, since it stands in the value too. <b>Immutable.</b>
 *
 * @param writer node id in text
 */
record FactKey(Kind kind, String writer) {

  /** What all keys begin with. */
  static final String PREFIX = "facts/";

  private static final int MAX_ID = 160;

  /** What an entry tells of, by the word in its key. */
  enum Kind {
    TASK("task"),
    AGENT("agent"),
    FRAMEWORK("framework"),
    AWAITED("awaited"),
    HEAD("head");

    private final String word;

    Kind(String word) {
      this.word = word;
    }
  }

  static String task(TaskKey task, String writer) {
    String id = id(task.frameworkId()) + ":" + id(task.taskId());
    return of(Kind.TASK, task.copy() == 0 ? id : id + "+" + task.copy(), writer);
  }

  static String of(Kind kind, String id, String writer) {
    return PREFIX + kind.word + "/" + id + "/" + writer;
  }

  static String agent(String id, String writer) {
    return of(Kind.AGENT, id(id), writer);
  }

  static String framework(String id, String writer) {
    return of(Kind.FRAMEWORK, id(id), writer);
  }

  static String awaited(String id, String writer) {
    return of(Kind.AWAITED, id(id), writer);
  }

  static String head(NodeId writer) {
    return PREFIX + Kind.HEAD.word + "/" + writer;
  }

  /** The id itself, or {@code ~} and its hash, which no id that stays as it is begins with. */
  private static String id(String id) {
    boolean plain = !id.isEmpty() && id.length() <= MAX_ID;
    for (int i = 0; plain && i < id.length(); i++) {
      plain = isPlain(id.charAt(i));
    }
    return plain ? id : "~" + hash(id);
  }

  private static boolean isPlain(char c) {
    return (c >= 'a' && c <= 'z')
        || (c >= 'A' && c <= 'Z')
        || (c >= '0' && c <= '9')
        || c == '.'
        || c == '-'
        || c == '_';
  }

  private static String hash(String id) {
    try {
      // By the codec, which tells also those texts apart that are no valid Unicode.
      byte[] digest =
          MessageDigest.getInstance("SHA-256").digest(FactCodec.encodeAwaited(id).toArray());
      return Base64.getUrlEncoder().withoutPadding().encodeToString(digest);
    } catch (NoSuchAlgorithmException e) {
      throw new AssertionError("every JDK has SHA-256", e);
    }
  }

  /**
   * Reads kind and writer.
   *
   * @throws DecodeException for a key that is none of ours
   */
  static FactKey parse(String key) {
    int kindEnd = key.indexOf('/', PREFIX.length());
    int writer = key.lastIndexOf('/') + 1;
    if (key.startsWith(PREFIX) && kindEnd > 0) {
      String word = key.substring(PREFIX.length(), kindEnd);
      for (Kind kind : Kind.values()) {
        boolean whole = (kind == Kind.HEAD) == (writer == kindEnd + 1);
        if (kind.word.equals(word) && whole) {
          return new FactKey(kind, key.substring(writer));
        }
      }
    }
    throw new DecodeException(
        "key: \"" + key + "\" (expected: " + PREFIX + "<kind>/<id>/<writer>)", 0);
  }
}
