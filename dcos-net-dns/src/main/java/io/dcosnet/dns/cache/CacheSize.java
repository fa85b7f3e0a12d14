// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.dns.cache;

/**
 * How much may be kept. <b>Immutable.</b>
 *
 * @param maxBytes of all entries, overhead included; 1 MiB or more. More keeps more names through
 *     quiet hours and makes full collections of the heap longer
 * @param maxEntries 16 or more
 * @param negativePercent 1-50; the part of both that denials and failures may take, so that a flood
 *     of invented names pushes out nothing but its like
 * @param maxAnswerBytes 512-65535; larger answers are asked for anew each time
 */
public record CacheSize(long maxBytes, int maxEntries, int negativePercent, int maxAnswerBytes) {

  private static final long LEAST_BYTES = 1 << 20;
  private static final int LEAST_ENTRIES = 16;

  /** 32 MiB, 100 000 entries, a quarter for denials, answers of any size. */
  public static final CacheSize DEFAULTS = new CacheSize(32L << 20, 100_000, 25, 65_535);

  public CacheSize {
    if (maxBytes < LEAST_BYTES || maxEntries < LEAST_ENTRIES) {
      throw new IllegalArgumentException(
          "cache size: "
              + maxBytes
              + " bytes, "
              + maxEntries
              + " entries (expected: 1048576 and 16 or more)");
    }
    if (negativePercent < 1 || negativePercent > 50) {
      throw new IllegalArgumentException(
          "cache part of denials: " + negativePercent + " % (expected: 1-50)");
    }
    if (maxAnswerBytes < 512 || maxAnswerBytes > 65_535) {
      throw new IllegalArgumentException(
          "cache answer size: " + maxAnswerBytes + " (expected: 512-65535)");
    }
  }

  long negativeBytes() {
    return maxBytes * negativePercent / 100;
  }

  int negativeEntries() {
    return Math.max(1, (int) ((long) maxEntries * negativePercent / 100));
  }
}
