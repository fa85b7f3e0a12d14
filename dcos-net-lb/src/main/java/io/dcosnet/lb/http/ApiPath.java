// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.lb.http;

import org.jspecify.annotations.Nullable;

/** Paths behind the place where an API is mounted. */
final class ApiPath {

  private ApiPath() {}

  /**
   * What lies below a resource.
   *
   * @param resource such as {@code /v1/vips}
   * @param path decoded
   * @return empty for the resource itself, null for what does not lie there
   */
  static @Nullable String below(String resource, String path) {
    if (path.equals(resource)) {
      return "";
    }
    boolean deeper = path.startsWith(resource + "/") && path.length() > resource.length() + 1;
    return deeper ? path.substring(resource.length() + 1) : null;
  }

  /** Checks a prefix that a host gave. */
  static String checkedPrefix(String prefix) {
    boolean plain = prefix.isEmpty() || (prefix.startsWith("/") && !prefix.endsWith("/"));
    if (!plain) {
      throw new IllegalArgumentException(
          "prefix: \"" + prefix + "\" (expected: empty, or a path like /lb)");
    }
    return prefix;
  }
}
