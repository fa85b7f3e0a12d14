// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.lb.edge.label;

import java.util.List;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Credentials that a client must show. <b>Immutable.</b>
 *
 * @param realm printable, without quotation marks
 * @param user not empty
 * @param hash as crypt(3) makes it
 */
public record BasicAuth(String realm, String user, String hash) {

  // What crypt(3) writes: its alphabet, the dollars between the parts, and "rounds=".
  private static final Pattern HASH = Pattern.compile("[A-Za-z0-9./$=,_-]{1,512}");
  private static final Pattern TEXT = Pattern.compile("[\\x20-\\x7e&&[^\"\\\\]]+");

  /** Reads {@code realm:user:hash}; null for anything else. */
  static @Nullable BasicAuth read(String text) {
    List<String> parts = List.of(text.split(":", -1));
    if (parts.size() != 3
        || !TEXT.matcher(parts.get(0)).matches()
        || !TEXT.matcher(parts.get(1)).matches()
        || !HASH.matcher(parts.get(2)).matches()) {
      return null;
    }
    return new BasicAuth(parts.get(0), parts.get(1), parts.get(2));
  }

  /** Without the hash, which is not for logs. */
  @Override
  public String toString() {
    return "BasicAuth[" + realm + ":" + user + "]";
  }
}
