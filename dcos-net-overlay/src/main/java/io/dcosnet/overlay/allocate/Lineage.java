// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.overlay.allocate;

import static java.util.Objects.requireNonNull;

import io.dcosnet.api.DecodeException;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Where a store stands in the life of its cluster, which may have had another store before.
 * <b>Immutable.</b>
 *
 * @param base is added to the revisions of the store before agents are told, so that what they hear
 *     grows also when the store was lost and began to count anew; 0 or more
 */
public record Lineage(Stage stage, long base) {

  /** What may be done with a store. */
  public enum Stage {
    /** Nobody has begun with it: a new cluster, or one that has lost its store. */
    NEW,
    /** Agents are asked what they have; nothing is given out. */
    COLLECTING,
    /** Elements are given out. */
    OPEN
  }

  static final Lineage NEW = new Lineage(Stage.NEW, 0);

  private static final Pattern TEXT = Pattern.compile("(collecting|open) ([0-9]{1,18})");

  public Lineage {
    requireNonNull(stage, "stage");
    if (base < 0) {
      throw new IllegalArgumentException("base: " + base + " (expected: 0 or more)");
    }
  }

  /** Of a store that nobody here may read. */
  public static Lineage unknown() {
    return NEW;
  }

  /** What agents are told for a revision of the store. */
  public long told(long revision) {
    return base + revision;
  }

  /** As it stands in the store: {@code open 17}. */
  String text() {
    return stage.name().toLowerCase(Locale.ROOT) + " " + base;
  }

  static Lineage parse(String text) {
    Matcher matcher = TEXT.matcher(text);
    if (!matcher.matches()) {
      throw new DecodeException("lineage: unknown (expected: such as \"open 0\")", 0);
    }
    Stage stage = Stage.valueOf(matcher.group(1).toUpperCase(Locale.ROOT));
    return new Lineage(stage, Long.parseLong(matcher.group(2)));
  }
}
