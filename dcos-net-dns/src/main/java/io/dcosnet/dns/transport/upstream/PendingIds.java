// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.dns.transport.upstream;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * The ids of one UDP port: which question each belongs to, and which ones are over. An id is used
 * once in the short life of a port, so an answer that comes late or twice is known as what it is,
 * and not taken for a forger's.
 *
 * <p><b>Confined to</b> one event loop.
 */
final class PendingIds {

  /** Ids in the life of a port. */
  static final int MAX = 256;

  private static final int PLACES = 2 * MAX;
  private static final int FREE = -1;

  private final int[] ids = new int[PLACES];
  private final @Nullable Asked[] questions = new @Nullable Asked[PLACES];

  PendingIds() {
    Arrays.fill(ids, FREE);
  }

  /** False when the id was used before. At most {@link #MAX} times true. */
  boolean add(int id, Asked question) {
    int place = place(id);
    if (ids[place] == id) {
      return false;
    }
    ids[place] = id;
    questions[place] = question;
    return true;
  }

  boolean isKnown(int id) {
    return ids[place(id)] == id;
  }

  /** Null when nothing with this id is under way. */
  @Nullable Asked get(int id) {
    int place = place(id);
    return ids[place] == id ? questions[place] : null;
  }

  /** Nobody waits for this id any more. */
  void over(int id) {
    int place = place(id);
    if (ids[place] == id) {
      questions[place] = null;
    }
  }

  /** The questions under way, and those that were given up since. */
  @Nullable Asked[] questions() {
    return questions;
  }

  private int place(int id) {
    int place = id & (PLACES - 1);
    while (ids[place] != FREE && ids[place] != id) {
      place = (place + 1) & (PLACES - 1);
    }
    return place;
  }
}
