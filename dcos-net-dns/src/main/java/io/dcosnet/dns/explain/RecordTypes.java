// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.dns.explain;

import io.dcosnet.dns.zone.RecordType;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Types that a person may ask for. A pure function. */
public final class RecordTypes {

  private static final Pattern NUMBERED = Pattern.compile("(?:TYPE)?([0-9]{1,5})");

  /** No mnemonic stands for a type above this one that is asked for here. */
  private static final int LAST_NAMED = 260;

  private RecordTypes() {}

  /**
   * Reads a mnemonic, {@code TYPE65} or {@code 65}, in any case.
   *
   * @return empty for anything else, and for types that no record has, such as AXFR
   */
  public static Optional<Integer> parse(String text) {
    String upper = text.toUpperCase(Locale.ROOT);
    Matcher numbered = NUMBERED.matcher(upper);
    if (numbered.matches()) {
      return Optional.of(Integer.parseInt(numbered.group(1))).filter(RecordTypes::isAsked);
    }
    for (int type = 1; type <= LAST_NAMED; type++) {
      if (isAsked(type) && RecordType.name(type).equals(upper)) {
        return Optional.of(type);
      }
    }
    return Optional.empty();
  }

  private static boolean isAsked(int type) {
    boolean meta =
        type == RecordType.OPT || (type >= RecordType.FIRST_META && type < RecordType.ANY);
    return type >= 1 && type <= 0xffff && !meta;
  }
}
