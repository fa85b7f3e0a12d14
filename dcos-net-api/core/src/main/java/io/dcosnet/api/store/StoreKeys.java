// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.api.store;

import io.dcosnet.api.Bytes;
import org.jspecify.annotations.Nullable;

/** What is a legal key, and which keys share a prefix. For those who implement a store. */
public final class StoreKeys {

  private StoreKeys() {}

  /**
   * Size of a key in UTF-8.
   *
   * @throws IllegalArgumentException for a key that no store takes
   */
  public static int requireKey(String key) {
    if (key.isEmpty()) {
      throw new IllegalArgumentException("key: empty (expected: 1 byte or more)");
    }
    int bytes = 0;
    for (int i = 0; i < key.length(); i++) {
      char c = key.charAt(i);
      if (c < 0x80) {
        bytes += 1;
      } else if (c < 0x800) {
        bytes += 2;
      } else if (!Character.isSurrogate(c)) {
        bytes += 3;
      } else if (Character.isHighSurrogate(c)
          && i + 1 < key.length()
          && Character.isLowSurrogate(key.charAt(i + 1))) {
        bytes += 4;
        i++;
      } else {
        // Encoded it would become a question mark, and two keys could become one.
        throw new IllegalArgumentException("key: half a surrogate pair at character " + i);
      }
    }
    if (bytes > ReplicatedStore.MAX_KEY_BYTES) {
      throw new IllegalArgumentException(
          "key: %d bytes (expected: at most %d): %s…"
              .formatted(bytes, ReplicatedStore.MAX_KEY_BYTES, key.substring(0, 40)));
    }
    return bytes;
  }

  /**
   * Checks the size of a value.
   *
   * @throws IllegalArgumentException for one that no store takes
   */
  public static void requireValue(String key, Bytes value) {
    if (value.size() > ReplicatedStore.MAX_VALUE_BYTES) {
      throw new IllegalArgumentException(
          "value of %s: %d bytes (expected: at most %d)"
              .formatted(key, value.size(), ReplicatedStore.MAX_VALUE_BYTES));
    }
  }

  /**
   * The least string that is greater than all strings with this prefix; null when there is none.
   */
  static @Nullable String endOf(String prefix) {
    for (int i = prefix.length() - 1; i >= 0; i--) {
      char c = prefix.charAt(i);
      if (c != Character.MAX_VALUE) {
        return prefix.substring(0, i) + (char) (c + 1);
      }
    }
    return null;
  }
}
