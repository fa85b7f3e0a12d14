// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.standalone.config;

import io.dcosnet.lb.DataPathChoice;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;

/** What carries connections. */
public enum DataPathKind {
  /** The best of all others that works on this machine. */
  AUTO,
  /** This process. */
  USERSPACE,
  /** The kernel, when processes of this node connect; for nobody else. */
  SOCKET,
  /** The kernel, by rules. */
  NFTABLES,
  /** Sockets for processes of this node, rules for everybody else. */
  SOCKET_NFTABLES,
  /** The load balancer within the kernel. */
  IPVS,
  /** Something else; this node only tells which addresses names have. */
  NONE;

  /** As it stands in configurations, such as {@code socket-nftables}. */
  public String word() {
    return name().toLowerCase(Locale.ROOT).replace('_', '-');
  }

  /** True where the kernel may carry connections. */
  public boolean inKernel() {
    return this != USERSPACE && this != NONE;
  }

  /** Names of data paths that are to be tried, the best first. */
  public List<String> preferred() {
    return this == AUTO ? DataPathChoice.BEST_FIRST : List.of(word());
  }

  /**
   * One that carries connections, by its word.
   *
   * @throws IllegalArgumentException for another text
   */
  public static DataPathKind serving(String text) {
    for (DataPathKind kind : values()) {
      if (kind != NONE && kind.word().equals(text)) {
        return kind;
      }
    }
    throw new IllegalArgumentException(text);
  }

  /** The words that {@link #serving} knows. */
  public static String servingWords() {
    return Arrays.stream(values())
        .filter(kind -> kind != NONE)
        .map(DataPathKind::word)
        .collect(Collectors.joining(", "));
  }
}
