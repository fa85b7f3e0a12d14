// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.gossip.wire;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * What members said of themselves lately, so that the same octets need not be read again: each node
 * hears each fact some ten times, and only the first time is it news.
 *
 * <p>A place for each of some hash values; a later fact takes the place of an earlier one, so the
 * size is bounded whatever comes. <b>Not thread-safe.</b>
 */
public final class KnownFacts {

  private static final class Known {
    private final byte[] octets;
    private final Fact.Alive fact;

    Known(byte[] octets, Fact.Alive fact) {
      this.octets = octets;
      this.fact = fact;
    }
  }

  private final @Nullable Known[] places;

  /**
   * Remembers nothing yet.
   *
   * @param places how many facts are remembered at most; a power of two
   */
  public KnownFacts(int places) {
    if (Integer.bitCount(places) != 1) {
      throw new IllegalArgumentException("places: " + places + " (expected: a power of two)");
    }
    this.places = new Known[places];
  }

  /** The fact that these octets gave before; null when they are new or forgotten. */
  Fact.@Nullable Alive find(byte[] octets, int from, int length) {
    Known known = places[place(octets, from, length)];
    return known != null
            && Arrays.equals(known.octets, 0, known.octets.length, octets, from, from + length)
        ? known.fact
        : null;
  }

  /** Remembers what these octets gave. */
  void keep(byte[] octets, int from, int length, Fact.Alive fact) {
    places[place(octets, from, length)] =
        new Known(Arrays.copyOfRange(octets, from, from + length), fact);
  }

  private int place(byte[] octets, int from, int length) {
    return (int) Xxh64.hash(octets, from, length, 0) & places.length - 1;
  }
}
