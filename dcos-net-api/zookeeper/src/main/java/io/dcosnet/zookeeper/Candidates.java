// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.zookeeper;

import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Reads the nodes of an election, {@code _c_<uuid>-latch-<sequence>} as Curator names them. */
final class Candidates {

  private static final String MARK = "latch-";

  private Candidates() {}

  static boolean isCandidate(String node) {
    return sequence(node) >= 0;
  }

  /** What the node of the leader contains; null when there is none. */
  static byte @Nullable [] lowest(Map<String, byte[]> nodes) {
    byte[] content = null;
    long lowest = Long.MAX_VALUE;
    for (Map.Entry<String, byte[]> node : nodes.entrySet()) {
      long sequence = sequence(node.getKey());
      if (sequence >= 0 && sequence < lowest) {
        lowest = sequence;
        content = node.getValue();
      }
    }
    return content;
  }

  private static long sequence(String node) {
    int mark = node.lastIndexOf(MARK);
    String digits = mark < 0 ? "" : node.substring(mark + MARK.length());
    return digits.matches("[0-9]{1,18}") ? Long.parseLong(digits) : -1;
  }
}
