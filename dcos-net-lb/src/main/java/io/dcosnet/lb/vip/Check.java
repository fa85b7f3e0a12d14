// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.lb.vip;

import static java.util.Objects.requireNonNull;

import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * Whether back ends of a VIP are tried now and then, beside what their scheduler says of them.
 *
 * <p>A TCP connect shows little of a service: most accept connections long before they work and
 * long after they stopped to. Where there is a choice take a request, or leave health to the
 * scheduler, which runs its checks beside the task. <b>Immutable.</b>
 *
 * @param path that is asked for; empty unless the kind is HTTP
 */
public record Check(Kind kind, String path) {

  /** Longest path. */
  public static final int MAX_PATH = 255;

  /** Nothing is tried. */
  public static final Check NONE = new Check(Kind.NONE, "");

  /** A connection is made. */
  public static final Check TCP = new Check(Kind.TCP, "");

  /** What is tried. */
  public enum Kind {
    NONE,
    /** A connection is made and ended. */
    TCP,
    /** {@code GET} of a path; good are answers with status 200-399. */
    HTTP
  }

  public Check {
    requireNonNull(kind, "kind");
    requireNonNull(path, "path");
    if (kind == Kind.HTTP ? !isPath(path) : !path.isEmpty()) {
      throw new IllegalArgumentException(
          "path: \"" + path + "\" (expected: one of printable ASCII from /, for HTTP only)");
    }
  }

  /** A request for a path, with query if it has one. */
  public static Check http(String path) {
    return new Check(Kind.HTTP, path);
  }

  /**
   * Reads {@code none}, {@code tcp}, {@code http} or {@code http:/path}; null for anything else.
   */
  public static @Nullable Check read(String text) {
    int colon = text.indexOf(':');
    String kind = (colon < 0 ? text : text.substring(0, colon)).toLowerCase(Locale.ROOT);
    if (colon >= 0) {
      String path = text.substring(colon + 1);
      return kind.equals("http") && isPath(path) ? http(path) : null;
    }
    return switch (kind) {
      case "none" -> NONE;
      case "tcp" -> TCP;
      case "http" -> http("/");
      default -> null;
    };
  }

  /** It goes into a request line as it is. */
  private static boolean isPath(String path) {
    return path.startsWith("/")
        && path.length() <= MAX_PATH
        && path.chars().allMatch(c -> c > ' ' && c < 127);
  }

  /** The text, as {@link #read} takes it. */
  @Override
  public String toString() {
    String name = kind.name().toLowerCase(Locale.ROOT);
    return path.isEmpty() ? name : name + ":" + path;
  }
}
