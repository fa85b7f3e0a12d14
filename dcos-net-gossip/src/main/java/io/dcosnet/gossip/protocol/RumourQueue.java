// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.gossip.protocol;

import io.dcosnet.gossip.wire.BodyWriter;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** Rumours of one kind, at most one of each subject, the least sent first. */
final class RumourQueue {

  /** Smallest message: a header and something. */
  private static final int LEAST_OCTETS = 8;

  private final int most;
  private final TreeSet<Rumour> order = new TreeSet<>(Rumour.ORDER);
  // Only looked up in, so its own order reaches nothing.
  private final Map<Object, Rumour> bySubject = new HashMap<>();
  // Those of the last body.
  private final List<Rumour> sent = new ArrayList<>();
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
    order.add(rumour);
    octets += rumour.octets;
    waiting = order.size();
    if (order.size() <= most) {
      return true;
    }
    remove(order.last().subject);
    return false;
  }

  void remove(Object subject) {
    Rumour before = bySubject.remove(subject);
    if (before != null) {
      order.remove(before);
      octets -= before.octets;
      waiting = order.size();
    }
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
    Rumour next = order.isEmpty() ? null : fitting(order.first(), left);
    while (next != null) {
      Rumour after = order.higher(next);
      order.remove(next);
      sent.add(next);
      body.add(next.message);
      next.sends++;
      left -= next.octets;
      next = left < LEAST_OCTETS || after == null ? null : fitting(after, left);
    }
    int added = sent.size();
    for (Rumour rumour : sent) {
      if (rumour.sends < limit) {
        order.add(rumour);
      } else {
        bySubject.remove(rumour.subject);
        octets -= rumour.octets;
      }
    }
    waiting = order.size();
    return added;
  }

  /** The last body went nowhere: what it carried counts as not sent. Right after it only. */
  void takeBack() {
    for (Rumour rumour : sent) {
      if (!order.remove(rumour)) {
        bySubject.put(rumour.subject, rumour);
        octets += rumour.octets;
      }
      rumour.sends--;
      order.add(rumour);
    }
    sent.clear();
    waiting = order.size();
  }

  /** The first one from here on that fits; null when none does. */
  private @Nullable Rumour fitting(Rumour from, int left) {
    Rumour at = from;
    while (at != null && at.octets > left) {
      // Those sent as often stand by size: straight to the largest that fits, or to the next.
      Rumour place = new Rumour("", at.message, at.urgent, left, Long.MAX_VALUE);
      place.sends = at.sends;
      at = order.higher(place);
    }
    return at;
  }

  /** Whether something waits that was never sent. */
  boolean hasUnsent() {
    return !order.isEmpty() && order.first().sends == 0;
  }

  boolean isEmpty() {
    return order.isEmpty();
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
