// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.dns.name;

import static org.assertj.core.api.Assertions.assertThat;

import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.CharRange;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.StringLength;

class EditDistanceProperties {

  @Property
  void isTheDistanceAsFarAsItMatters(
      @ForAll @StringLength(max = 8) @CharRange(from = 'a', to = 'c') String one,
      @ForAll @StringLength(max = 8) @CharRange(from = 'a', to = 'c') String two,
      @ForAll @IntRange(max = 4) int limit) {
    int whole = slowly(one, two);

    assertThat(EditDistance.between(one, two, limit)).isEqualTo(Math.min(whole, limit + 1));
  }

  /** The definition, cell by cell. */
  private static int slowly(String one, String two) {
    int[][] table = new int[one.length() + 1][two.length() + 1];
    for (int i = 0; i <= one.length(); i++) {
      for (int j = 0; j <= two.length(); j++) {
        int best = i == 0 ? j : j == 0 ? i : Integer.MAX_VALUE;
        if (i > 0 && j > 0) {
          boolean same = one.charAt(i - 1) == two.charAt(j - 1);
          best = Math.min(table[i - 1][j], table[i][j - 1]) + 1;
          best = Math.min(best, table[i - 1][j - 1] + (same ? 0 : 1));
          boolean swapped =
              i > 1
                  && j > 1
                  && one.charAt(i - 1) == two.charAt(j - 2)
                  && one.charAt(i - 2) == two.charAt(j - 1);
          best = swapped ? Math.min(best, table[i - 2][j - 2] + 1) : best;
        }
        table[i][j] = best;
      }
    }
    return table[one.length()][two.length()];
  }
}
