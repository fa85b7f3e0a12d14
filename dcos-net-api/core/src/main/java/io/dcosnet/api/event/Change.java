// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.api.event;

import org.jspecify.annotations.Nullable;

/**
 * One thing before and after. <b>Immutable</b> as far as its values are.
 *
 * @param before null when it is new
 * @param after null when it is gone; never equal to {@code before}
 */
public record Change<T>(@Nullable T before, @Nullable T after) {

  public Change {
    if (before == null && after == null) {
      throw new IllegalArgumentException("change: both sides missing (expected: one at least)");
    }
  }

  public static <T> Change<T> added(T after) {
    return new Change<>(null, after);
  }

  public static <T> Change<T> removed(T before) {
    return new Change<>(before, null);
  }

  /** The side that exists, the newer one if both do. */
  public T latest() {
    T newer = after;
    if (newer != null) {
      return newer;
    }
    T older = before;
    if (older == null) {
      throw new AssertionError("checked by the constructor");
    }
    return older;
  }
}
