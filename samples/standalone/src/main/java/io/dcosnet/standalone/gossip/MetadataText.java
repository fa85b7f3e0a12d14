// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.standalone.gossip;

import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** What a member says of itself, as {@code KEY=VALUE} words. */
final class MetadataText {

  private MetadataText() {}

  /**
   * Reads the words.
   *
   * @throws IllegalArgumentException for a word without a key, and for one key given twice
   */
  static Map<String, String> parse(List<String> words) {
    Map<String, String> metadata = new TreeMap<>();
    for (String word : words) {
      int equals = word.indexOf('=');
      if (equals < 1) {
        throw new IllegalArgumentException(word + " (expected: KEY=VALUE)");
      }
      String key = word.substring(0, equals);
      if (metadata.put(key, word.substring(equals + 1)) != null) {
        throw new IllegalArgumentException(word + " (expected: each key once)");
      }
    }
    return metadata;
  }
}
