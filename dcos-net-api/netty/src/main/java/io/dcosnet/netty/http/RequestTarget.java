// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.netty.http;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The path and query that a request line asks for, decoded once and strictly, so that routing,
 * guards and handlers all see the same text. <b>Immutable.</b>
 *
 * <p>Refused are: escapes that are no hex digits or no UTF-8, control characters, backslashes,
 * encoded slashes (they would change what a segment is) and the segments {@code .} and {@code ..},
 * however they are written. Clients resolve dots themselves (RFC 3986, section 5.2.4), so only an
 * attempt to climb out of a folder sends them.
 *
 * @param path begins with a slash
 * @param query names in the order of their first value
 */
record RequestTarget(String path, Map<String, List<String>> query) {

  /** More parameters than any resource of ours has; they cost memory per request. */
  static final int MAX_PARAMETERS = 256;

  /** Reads the origin form {@code /path?query} or the absolute form; empty for all else. */
  static Optional<RequestTarget> parse(String target) {
    String local = withoutAuthority(target);
    if (!local.startsWith("/") || !isVisibleAscii(local) || local.indexOf('#') >= 0) {
      return Optional.empty();
    }
    int mark = local.indexOf('?');
    String path = decode(mark < 0 ? local : local.substring(0, mark), true);
    if (path == null || !isSafe(path)) {
      return Optional.empty();
    }
    Map<String, List<String>> query = mark < 0 ? Map.of() : query(local.substring(mark + 1));
    return query == null ? Optional.empty() : Optional.of(new RequestTarget(path, query));
  }

  /** Proxies may send {@code http://host/path}, which servers must take (RFC 9112, 3.2.2). */
  private static String withoutAuthority(String target) {
    String lower = target.length() < 8 ? "" : target.substring(0, 8).toLowerCase(Locale.ROOT);
    if (!lower.startsWith("http://") && !lower.startsWith("https://")) {
      return target;
    }
    int end = target.indexOf("://") + 3;
    while (end < target.length() && "/?".indexOf(target.charAt(end)) < 0) {
      end++;
    }
    String rest = target.substring(end);
    return rest.startsWith("/") ? rest : "/" + rest;
  }

  private static boolean isVisibleAscii(String text) {
    for (int i = 0; i < text.length(); i++) {
      if (text.charAt(i) <= ' ' || text.charAt(i) > '~') {
        return false;
      }
    }
    return true;
  }

  private static boolean isSafe(String path) {
    int segment = 1;
    for (int i = 1; i <= path.length(); i++) {
      if (i == path.length() || path.charAt(i) == '/') {
        String part = path.substring(segment, i);
        if (part.equals(".") || part.equals("..")) {
          return false;
        }
        segment = i + 1;
      } else if (path.charAt(i) == '\\' || Character.isISOControl(path.charAt(i))) {
        return false;
      }
    }
    return true;
  }

  private static @Nullable Map<String, List<String>> query(String text) {
    Map<String, List<String>> query = new LinkedHashMap<>();
    int count = 0;
    for (int begin = 0; begin < text.length(); ) {
      int end = text.indexOf('&', begin);
      end = end < 0 ? text.length() : end;
      if (end > begin) {
        String pair = text.substring(begin, end);
        int equals = pair.indexOf('=');
        String name = parameter(equals < 0 ? pair : pair.substring(0, equals));
        String value = equals < 0 ? "" : parameter(pair.substring(equals + 1));
        if (name == null || value == null || ++count > MAX_PARAMETERS) {
          return null;
        }
        query.computeIfAbsent(name, first -> new ArrayList<>(1)).add(value);
      }
      begin = end + 1;
    }
    return query;
  }

  private static @Nullable String parameter(String text) {
    String decoded = decode(text.replace('+', ' '), false);
    return decoded == null || decoded.indexOf('\0') >= 0 ? null : decoded;
  }

  private static @Nullable String decode(String text, boolean path) {
    int escape = text.indexOf('%');
    if (escape < 0) {
      return text;
    }
    ByteBuffer bytes = ByteBuffer.allocate(text.length());
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (c == '%') {
        int value = i + 2 < text.length() ? hex(text.charAt(i + 1), text.charAt(i + 2)) : -1;
        if (value < 0 || (path && value == '/')) {
          return null;
        }
        bytes.put((byte) value);
        i += 2;
      } else {
        bytes.put((byte) c);
      }
    }
    try {
      return StandardCharsets.UTF_8.newDecoder().decode(bytes.flip()).toString();
    } catch (CharacterCodingException e) {
      return null;
    }
  }

  private static int hex(char high, char low) {
    int a = Character.digit(high, 16);
    int b = Character.digit(low, 16);
    return a < 0 || b < 0 ? -1 : a * 16 + b;
  }
}
