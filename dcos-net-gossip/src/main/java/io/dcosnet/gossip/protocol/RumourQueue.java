// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.gossip.protocol;

import io.dcosnet.gossip.wire.BodyWriter;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Rumours of one kind, at most one of each subject. Who goes first: what was sent least, then our
 * own objection, then the larger, so that small ones fill the rest, then the newer.
 *
 * <p>Every datagram takes some out and most of them come back as sent once more, so all is done
 * without a look at those that stay.
 */
final class RumourQueue {

  /** Smallest message: a header and something. */
  private static final int LEAST_OCTETS = 8;

  private final int most;
  // By how often they were sent; of two neighbours the first one is for the urgent.
  private @Nullable RumourShelf[] shelves = new RumourShelf[4];
  // Only looked up in, so its own order reaches nothing.
  private final Map<Object, Rumour> bySubject = new HashMap<>();
  // Those of the last body.
  private final List<Rumour> sent = new ArrayList<>();
  // Also read by those who look at figures.
  private int waiting;
  private int octets;

  /** An empty queue that holds at most so many; what was sent most gives way. */
  RumourQueue(int most) {
    this.most = most;
  }

  /** Puts a rumour in, in place of what it replaces; false when another one had to go for it. */
  boolean add(Rumour rumour) {
    remove(rumour.subject);
    bySubject.put(rumour.subject, rumour);
    octets += rumour.octets;
    shelve(rumour);
    if (waiting <= most) {
      return true;
    }
    remove(last().subject);
    return false;
  }

  private Rumour last() {
    for (int i = shelves.length - 1; i >= 0; i--) {
      RumourShelf shelf = shelves[i];
      Rumour last = shelf == null ? null : shelf.last();
      if (last != null) {
        return last;
      }
    }
    throw new IllegalStateException("nothing waits");
  }

  void remove(Object subject) {
    Rumour before = bySubject.remove(subject);
    if (before != null) {
      take(before, shelf(before));
      octets -= before.octets;
    }
  }

  private void shelve(Rumour rumour) {
    shelf(rumour).add(rumour);
    waiting++;
  }

  private void take(Rumour rumour, RumourShelf from) {
    from.remove(rumour);
    waiting--;
  }

  private RumourShelf shelf(Rumour rumour) {
    int place = 2 * rumour.sends + (rumour.urgent ? 0 : 1);
    if (place >= shelves.length) {
      shelves = Arrays.copyOf(shelves, Math.max(place + 1, shelves.length * 2));
    }
    RumourShelf shelf = shelves[place];
    if (shelf == null) {
      shelf = new RumourShelf();
      shelves[place] = shelf;
    }
    return shelf;
  }

  /** Another body begins. */
  void begin() {
    sent.clear();
  }

  /**
   * Adds what fits to a body.
   *
   * @param most octets that may be added
   * @param limit how often each is sent
   * @return how many were added
   */
  int fill(BodyWriter body, int most, int limit) {
    int left = Math.min(most, body.free());
    for (int i = 0; i < shelves.length && waiting > 0 && left >= LEAST_OCTETS; i++) {
      RumourShelf shelf = shelves[i];
      Rumour next = shelf == null ? null : shelf.first(left);
      while (shelf != null && next != null) {
        take(next, shelf);
        sent.add(next);
        body.add(next.message);
        next.sends++;
        left -= next.octets;
        next = shelf.first(left);
      }
    }
    // Only now: none goes twice into one body.
    for (Rumour rumour : sent) {
      if (rumour.sends < Math.min(limit, rumour.mostSends)) {
        shelve(rumour);
      } else {
        bySubject.remove(rumour.subject);
        octets -= rumour.octets;
      }
    }
    return sent.size();
  }

  /** The last body went nowhere: what it carried counts as not sent. Right after it only. */
  void takeBack() {
    for (Rumour rumour : sent) {
      if (bySubject.get(rumour.subject) == rumour) {
        take(rumour, shelf(rumour));
      } else {
        bySubject.put(rumour.subject, rumour);
        octets += rumour.octets;
      }
      rumour.sends--;
      shelve(rumour);
    }
    sent.clear();
  }

  /** Whether something waits that was never sent. */
  boolean hasUnsent() {
    return isUsed(shelves[0]) || isUsed(shelves[1]);
  }

  private static boolean isUsed(@Nullable RumourShelf shelf) {
    return shelf != null && !shelf.isEmpty();
  }

  boolean isEmpty() {
    return waiting == 0;
  }

  /** Octets of all that wait. */
  int octets() {
    return octets;
  }

  /** How many wait. */
  int size() {
    return waiting;
  }
}
