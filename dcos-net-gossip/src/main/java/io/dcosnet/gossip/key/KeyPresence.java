// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.gossip.key;

import io.dcosnet.api.DecodeException;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeSet;

/**
 * Which keys a member has, as it tells in its metadata: ids, ascending, the one that seals with a
 * star behind it, such as {@code 1,3*}. <b>Immutable.</b>
 *
 * @param ids ascending, each once
 * @param primary one of them
 */
public record KeyPresence(List<Integer> ids, int primary) {

  /** Where it stands in the metadata of a member. */
  public static final String METADATA_KEY = "gossip-keys";

  public KeyPresence {
    ids = List.copyOf(new TreeSet<>(ids));
    if (!ids.contains(primary)) {
      throw new IllegalArgumentException(
          "primary key: " + primary + " (expected: one of " + ids + ")");
    }
  }

  /**
   * Reads what {@link #toString} writes.
   *
   * @throws DecodeException when it is something else
   */
  public static KeyPresence parse(String text) {
    List<Integer> ids = new ArrayList<>();
    int primary = 0;
    int at = 0;
    for (String part : text.split(",", -1)) {
      boolean seals = part.endsWith("*");
      String digits = seals ? part.substring(0, part.length() - 1) : part;
      int id = digits.matches("[1-9][0-9]{0,2}") ? Integer.parseInt(digits) : 0;
      boolean ascending = ids.isEmpty() || id > ids.get(ids.size() - 1);
      if (id < 1 || id > 255 || !ascending || (seals && primary != 0)) {
        throw new DecodeException("keys of a member (expected: ids such as 1,3*)", at);
      }
      ids.add(id);
      primary = seals ? id : primary;
      at += part.length() + 1;
    }
    if (primary == 0) {
      throw new DecodeException("keys of a member (expected: a star behind one id)", text.length());
    }
    return new KeyPresence(ids, primary);
  }

  public boolean has(int id) {
    return ids.contains(id);
  }

  @Override
  public String toString() {
    StringBuilder text = new StringBuilder();
    for (int id : ids) {
      text.append(text.isEmpty() ? "" : ",").append(id).append(id == primary ? "*" : "");
    }
    return text.toString();
  }
}
