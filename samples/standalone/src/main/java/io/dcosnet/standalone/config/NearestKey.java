// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.standalone.config;

import java.util.Collection;
import java.util.Locale;
import java.util.Optional;

/** Finds what somebody meant who mistyped a key. */
public final class NearestKey {

  /** Further away it would be a guess. */
  private static final int FURTHEST = 3;

  private NearestKey() {}

  /** The known key that needs the fewest changes, whatever the case of its letters. */
  public static Optional<String> of(String mistyped, Collection<String> known) {
    String wanted = mistyped.toLowerCase(Locale.ROOT);
    String nearest = null;
    int least = Math.min(FURTHEST + 1, Math.max(2, wanted.length() / 2 + 1));
    for (String key : known) {
      int distance = distance(wanted, key.toLowerCase(Locale.ROOT));
      if (distance < least) {
        least = distance;
        nearest = key;
      }
    }
    return Optional.ofNullable(nearest);
  }

  /** How many characters must be put in, left out or changed. */
  private static int distance(String one, String two) {
    int[] row = new int[two.length() + 1];
    for (int j = 0; j <= two.length(); j++) {
      row[j] = j;
    }
    for (int i = 1; i <= one.length(); i++) {
      int diagonal = row[0];
      row[0] = i;
      for (int j = 1; j <= two.length(); j++) {
        int change = diagonal + (one.charAt(i - 1) == two.charAt(j - 1) ? 0 : 1);
        diagonal = row[j];
        row[j] = Math.min(change, Math.min(row[j], row[j - 1]) + 1);
      }
    }
    return row[two.length()];
  }
}
