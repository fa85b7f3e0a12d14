// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.gossip.protocol;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Rumours of one {@link RumourQueue} that are equally urgent and were sent equally often: the
 * larger first, and among those of one size the newer first. They are chained to each other, size
 * by size, so that coming and going costs next to nothing however many there are.
 */
final class RumourShelf {

  /** All of one size. */
  private static final class Row {
    private final int octets;
    private @Nullable Rumour newest;
    private @Nullable Rumour oldest;
    // Where one was put last: the next one mostly belongs beside it.
    private @Nullable Rumour near;

    Row(int octets) {
      this.octets = octets;
    }

    void add(Rumour rumour) {
      Rumour newer = near;
      while (newer != null && newer.number < rumour.number) {
        newer = newer.newer;
      }
      Rumour older = newer == null ? newest : newer.older;
      while (older != null && older.number > rumour.number) {
        newer = older;
        older = older.older;
      }
      link(newer, rumour);
      link(rumour, older);
      near = rumour;
    }

    void remove(Rumour rumour) {
      near = rumour.newer == null ? rumour.older : rumour.newer;
      link(rumour.newer, rumour.older);
      rumour.newer = null;
      rumour.older = null;
    }

    private void link(@Nullable Rumour newer, @Nullable Rumour older) {
      if (newer == null) {
        newest = older;
      } else {
        newer.older = older;
      }
      if (older == null) {
        oldest = newer;
      } else {
        older.newer = newer;
      }
    }
  }

  // The smallest first.
  private Row[] rows = new Row[2];
  private int size;

  boolean isEmpty() {
    return size == 0;
  }

  void add(Rumour rumour) {
    int place = upTo(rumour.octets);
    if (place >= 0 && rows[place].octets == rumour.octets) {
      rows[place].add(rumour);
      return;
    }
    if (size == rows.length) {
      rows = Arrays.copyOf(rows, size * 2);
    }
    int free = place + 1;
    System.arraycopy(rows, free, rows, free + 1, size - free);
    size++;
    rows[free] = new Row(rumour.octets);
    rows[free].add(rumour);
  }

  /** Takes one out that is here. */
  void remove(Rumour rumour) {
    int place = upTo(rumour.octets);
    rows[place].remove(rumour);
    if (rows[place].newest == null) {
      size--;
      System.arraycopy(rows, place + 1, rows, place, size - place);
      // Not to be kept from collection.
      Arrays.fill(rows, size, size + 1, null);
    }
  }

  /** The first one of at most so many octets; null when there is none. */
  @Nullable Rumour first(int most) {
    int place = upTo(most);
    return place < 0 ? null : rows[place].newest;
  }

  /** The last one; null when there is none. */
  @Nullable Rumour last() {
    return size == 0 ? null : rows[0].oldest;
  }

  /** Place of the largest row of at most so many octets; negative when there is none. */
  private int upTo(int octets) {
    int low = 0;
    int high = size;
    while (low < high) {
      int middle = (low + high) >>> 1;
      if (rows[middle].octets <= octets) {
        low = middle + 1;
      } else {
        high = middle;
      }
    }
    return low - 1;
  }
}
