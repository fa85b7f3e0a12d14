// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.zookeeper;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.zip.CRC32C;
import org.jspecify.annotations.Nullable;

/**
 * Where a key of a store stands in the tree of ZooKeeper: {@code agents/7b1e} at {@code
 * <root>/keys/agents/~f3/7b1e}.
 *
 * <p>All parts of a key but the last are directories. Before the last stands a shard, {@code ~} and
 * two hex digits of its CRC32C, because ZooKeeper answers with at most 1 MiB, and the names of all
 * agents of a large cluster below one node would be more. Only shards begin with {@code ~}, so no
 * node is both a directory and a key, whatever the keys are.
 *
 * <p>Letters, digits and {@code . _ : -} stand for themselves; other bytes of UTF-8 are {@code
 * %XX}, because ZooKeeper forbids some and people have to type them. A part that is empty is {@code
 * %}; {@code .} and {@code ..} are escaped.
 *
 * <p><b>Immutable.</b>
 */
final class KeyLayout {

  private static final String SHARD = "~";
  private static final HexFormat LOWER = HexFormat.of();
  private static final HexFormat UPPER = HexFormat.of().withUpperCase();

  private final String top;

  /**
   * A layout.
   *
   * @param top of the tree, absolute, without a slash at its end
   */
  KeyLayout(String top) {
    this.top = top;
  }

  String top() {
    return top;
  }

  String path(String key) {
    StringBuilder path = new StringBuilder(top);
    int begin = 0;
    for (int slash = key.indexOf('/'); slash >= 0; slash = key.indexOf('/', begin)) {
      path.append('/').append(encoded(key.substring(begin, slash)));
      begin = slash + 1;
    }
    String name = encoded(key.substring(begin));
    return path.append('/').append(shard(name)).append('/').append(name).toString();
  }

  /** What has to exist before a node at this path, from the top down, without the top. */
  List<String> directoriesOf(String path) {
    List<String> directories = new ArrayList<>();
    int slash = path.indexOf('/', top.length() + 1);
    while (slash >= 0) {
      directories.add(path.substring(0, slash));
      slash = path.indexOf('/', slash + 1);
    }
    return directories;
  }

  static boolean isShard(String name) {
    return name.startsWith(SHARD);
  }

  /** The key whose path this is; null when no key has it. */
  @Nullable String key(String path) {
    StringBuilder key = new StringBuilder();
    int begin = top.length() + 1;
    for (int slash = path.indexOf('/', begin); slash >= 0; slash = path.indexOf('/', begin)) {
      String part = path.substring(begin, slash);
      if (!isShard(part)) {
        key.append(decoded(part)).append('/');
      }
      begin = slash + 1;
    }
    key.append(decoded(path.substring(begin)));
    // Whatever was decoded wrongly has another path.
    return path(key.toString()).equals(path) ? key.toString() : null;
  }

  private static String shard(String name) {
    CRC32C sum = new CRC32C();
    sum.update(name.getBytes(StandardCharsets.US_ASCII));
    return SHARD + LOWER.toHexDigits((byte) sum.getValue());
  }

  private static String encoded(String part) {
    if (part.isEmpty()) {
      return "%";
    }
    boolean dots = part.equals(".") || part.equals("..");
    StringBuilder name = new StringBuilder();
    for (byte octet : part.getBytes(StandardCharsets.UTF_8)) {
      if (isPlain(octet) && !dots) {
        name.append((char) octet);
      } else {
        name.append('%').append(UPPER.toHexDigits(octet));
      }
    }
    return name.toString();
  }

  private static boolean isPlain(byte octet) {
    return (octet >= 'a' && octet <= 'z')
        || (octet >= 'A' && octet <= 'Z')
        || (octet >= '0' && octet <= '9')
        || octet == '.'
        || octet == '_'
        || octet == ':'
        || octet == '-';
  }

  private static String decoded(String name) {
    byte[] octets = new byte[name.length()];
    int length = 0;
    for (int i = 0; i < name.length(); i++) {
      char c = name.charAt(i);
      if (c == '%' && i + 2 < name.length() && isHex(name, i + 1)) {
        octets[length++] = (byte) HexFormat.fromHexDigits(name, i + 1, i + 3);
        i += 2;
      } else if (c != '%') {
        octets[length++] = (byte) c;
      }
    }
    return new String(octets, 0, length, StandardCharsets.UTF_8);
  }

  private static boolean isHex(String name, int at) {
    return HexFormat.isHexDigit(name.charAt(at)) && HexFormat.isHexDigit(name.charAt(at + 1));
  }
}
