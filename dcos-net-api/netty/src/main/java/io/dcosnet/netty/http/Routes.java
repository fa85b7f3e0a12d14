// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.netty.http;

import io.dcosnet.api.http.HttpHandler;
import java.util.Comparator;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Which handler answers which part of the tree of paths. <b>Immutable.</b> */
final class Routes {

  /**
   * A handler and what is allowed there.
   *
   * @param prefix begins with a slash and does not end with one; empty for the root
   * @param maxBodyBytes negative where the server's own limit holds
   */
  record Mount(String prefix, HttpHandler handler, int maxBodyBytes) {

    Mount orAllowing(int defaultMaxBodyBytes) {
      return maxBodyBytes >= 0 ? this : new Mount(prefix, handler, defaultMaxBodyBytes);
    }

    /** For logs. */
    String name() {
      return prefix.isEmpty() ? "/" : prefix;
    }

    /** Whole segments only: {@code /v1} holds {@code /v1} and {@code /v1/x}, not {@code /v10}. */
    boolean holds(String path) {
      return path.startsWith(prefix)
          && (path.length() == prefix.length() || path.charAt(prefix.length()) == '/');
    }
  }

  private final List<Mount> longestFirst;

  Routes(List<Mount> mounts) {
    longestFirst =
        mounts.stream()
            .sorted(Comparator.comparingInt((Mount mount) -> mount.prefix.length()).reversed())
            .toList();
  }

  /** The mount with the longest prefix that holds {@code path}. */
  @Nullable Mount find(String path) {
    for (Mount mount : longestFirst) {
      if (mount.holds(path)) {
        return mount;
      }
    }
    return null;
  }
}
