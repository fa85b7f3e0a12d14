// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.lb.edge.label;

import java.net.IDN;
import java.util.Locale;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * A name that clients ask for. <b>Immutable.</b>
 *
 * @param name lower case, in ASCII, without the star
 * @param wildcard true for all names that have exactly one label more than {@code name}
 */
public record Vhost(String name, boolean wildcard) {

  private static final int MAX_LENGTH = 253;
  private static final Pattern LABEL = Pattern.compile("[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?");

  /** Reads {@code web.example.org} or {@code *.example.org}; null for what is no name. */
  static @Nullable Vhost read(String text) {
    boolean wildcard = text.startsWith("*.");
    String name = ascii(wildcard ? text.substring(2) : text);
    if (name == null || name.length() > MAX_LENGTH) {
      return null;
    }
    for (String label : name.split("\\.", -1)) {
      if (!LABEL.matcher(label).matches()) {
        return null;
      }
    }
    return new Vhost(name, wildcard);
  }

  private static @Nullable String ascii(String text) {
    if (text.chars().allMatch(c -> c < 0x80)) {
      return text.toLowerCase(Locale.ROOT);
    }
    try {
      return IDN.toASCII(text).toLowerCase(Locale.ROOT);
    } catch (IllegalArgumentException e) {
      return null;
    }
  }

  /** True when a request for {@code host}, in lower case and without a port, is for this name. */
  public boolean matches(String host) {
    if (!wildcard) {
      return host.equals(name);
    }
    int dot = host.indexOf('.');
    return dot > 0 && host.substring(dot + 1).equals(name);
  }

  /** As in a label. */
  @Override
  public String toString() {
    return wildcard ? "*." + name : name;
  }
}
