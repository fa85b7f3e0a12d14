// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.dns.name;

/**
 * How many characters must be put in, left out, changed, or swapped with their neighbour to make
 * one text of another: for hints to people who mistyped. A pure function.
 */
public final class EditDistance {

  private EditDistance() {}

  /**
   * The distance, as far as it matters.
   *
   * @param limit the greatest distance of interest, 0 or more; keeps the cost at the product of
   *     that and the length
   * @return {@code limit + 1} for all that are further apart
   */
  public static int between(String one, String two, int limit) {
    if (Math.abs(one.length() - two.length()) > limit) {
      return limit + 1;
    }
    int[] before = new int[two.length() + 1]; // two rows up, for swaps
    int[] above = new int[two.length() + 1];
    int[] row = new int[two.length() + 1];
    for (int j = 0; j <= two.length(); j++) {
      above[j] = j;
    }
    for (int i = 1; i <= one.length(); i++) {
      int from = Math.max(1, i - limit);
      int to = Math.min(two.length(), i + limit);
      row[from - 1] = from == 1 ? i : limit + 1;
      int least = row[from - 1];
      for (int j = from; j <= to; j++) {
        int best = above[j - 1] + (one.charAt(i - 1) == two.charAt(j - 1) ? 0 : 1);
        best = Math.min(best, row[j - 1] + 1);
        if (j < i + limit) { // what is above the last of a row was not worked out
          best = Math.min(best, above[j] + 1);
        }
        if (isSwap(one, i, two, j)) {
          best = Math.min(best, before[j - 2] + 1);
        }
        row[j] = best;
        least = Math.min(least, best);
      }
      if (least > limit) {
        return limit + 1;
      }
      int[] free = before;
      before = above;
      above = row;
      row = free;
    }
    return Math.min(above[two.length()], limit + 1);
  }

  private static boolean isSwap(String one, int i, String two, int j) {
    return i > 1
        && j > 1
        && one.charAt(i - 1) == two.charAt(j - 2)
        && one.charAt(i - 2) == two.charAt(j - 1);
  }
}
