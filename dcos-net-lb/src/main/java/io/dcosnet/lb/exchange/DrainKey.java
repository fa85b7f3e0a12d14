// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.lb.exchange;

import static java.util.Objects.requireNonNull;

import io.dcosnet.api.DecodeException;
import io.dcosnet.api.net.NodeId;

/**
 * The key of a drain: {@code lb/drains/<id>/<writer>}. <b>Immutable.</b>
 *
 * @param id chosen by the writer, never used twice
 * @param writer the node that wants it, and the one that is told when it has happened
 */
public record DrainKey(String id, NodeId writer) {

  /** What all keys begin with. */
  static final String PREFIX = "lb/drains/";

  public DrainKey {
    requireNonNull(id, "id");
    requireNonNull(writer, "writer");
    if (id.isEmpty() || id.indexOf('/') >= 0) {
      throw new IllegalArgumentException("drain: \"" + id + "\" (expected: an id without slashes)");
    }
  }

  /**
   * Reads a key.
   *
   * @throws DecodeException for one that we did not write
   */
  static DrainKey parse(String text) {
    int slash = text.lastIndexOf('/');
    if (!text.startsWith(PREFIX) || slash <= PREFIX.length()) {
      throw fault(text);
    }
    String id = text.substring(PREFIX.length(), slash);
    if (id.indexOf('/') >= 0) {
      throw fault(text);
    }
    return new DrainKey(id, NodeId.parse(text.substring(slash + 1)));
  }

  private static DecodeException fault(String text) {
    return new DecodeException(
        "key: \"" + text + "\" (expected: " + PREFIX + "<id>/<writer>)", text.length());
  }

  /** The text, as {@link #parse} reads it. */
  @Override
  public String toString() {
    return PREFIX + id + "/" + writer;
  }
}
