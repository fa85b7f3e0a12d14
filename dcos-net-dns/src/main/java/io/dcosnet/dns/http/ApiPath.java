// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.dns.http;

import io.dcosnet.dns.name.DomainName;
import io.dcosnet.dns.name.DomainNameBuilder;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The path of a request behind the place where an API is mounted. <b>Immutable.</b> */
final class ApiPath {

  private static final List<String> NOWHERE = List.of();

  private final List<String> segments;

  private ApiPath(List<String> segments) {
    this.segments = segments;
  }

  /**
   * Splits a path.
   *
   * @param prefix begins with a slash, or is empty
   * @param path decoded
   */
  static ApiPath of(String prefix, String path) {
    String start = prefix + "/v1/";
    return new ApiPath(
        path.startsWith(start) ? List.of(path.substring(start.length()).split("/", -1)) : NOWHERE);
  }

  /** True for {@code /v1/<resource>}. */
  boolean is(String resource) {
    return segments.size() == 1 && segments.get(0).equals(resource);
  }

  /** The part behind {@code /v1/<resource>/} up to the end; null for any other path. */
  @Nullable String below(String resource) {
    boolean matches =
        segments.size() == 2 && segments.get(0).equals(resource) && !segments.get(1).isEmpty();
    return matches ? segments.get(1) : null;
  }

  /** The part between {@code /v1/<resource>/} and {@code /<last>}; null for any other path. */
  @Nullable String between(String resource, String last) {
    boolean matches =
        segments.size() == 3
            && segments.get(0).equals(resource)
            && !segments.get(1).isEmpty()
            && segments.get(2).equals(last);
    return matches ? segments.get(1) : null;
  }

  /**
   * Reads a name as it stands in a path: dots part labels, with or without the last one, and
   * nothing is an escape.
   *
   * @return null when it is no name
   */
  static @Nullable DomainName name(String text) {
    String labels = text.endsWith(".") ? text.substring(0, text.length() - 1) : text;
    if (labels.isEmpty()) {
      return text.isEmpty() ? null : DomainName.ROOT;
    }
    return new DomainNameBuilder().append(labels).build(DomainName.ROOT, true);
  }

  /** Checks a prefix that a host gave. */
  static String checkedPrefix(String prefix) {
    boolean plain = prefix.isEmpty() || (prefix.startsWith("/") && !prefix.endsWith("/"));
    if (!plain) {
      throw new IllegalArgumentException(
          "prefix: \"" + prefix + "\" (expected: empty, or a path like /mesos_dns)");
    }
    return prefix;
  }
}
