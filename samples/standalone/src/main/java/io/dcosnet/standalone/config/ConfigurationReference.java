// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.standalone.config;

import java.util.List;
import java.util.Map;

/** Writes the tables of {@code docs/configuration.md}, which a test holds to them. */
public final class ConfigurationReference {

  private ConfigurationReference() {}

  /**
   * One heading and one table per section.
   *
   * @param notConnected keys that this build refuses, by their path
   */
  public static String markdown(List<KeyDescription> keys, Map<String, String> notConnected) {
    StringBuilder text = new StringBuilder();
    for (KeyDescription section : keys) {
      if (section.isSection()) {
        text.append("## ").append(section.path()).append("\n\n").append(section.help());
        text.append(mark(section.path(), notConnected)).append("\n");
        table(section.path(), keys, notConnected, text);
        text.append("\n");
      }
    }
    return text.toString();
  }

  private static void table(
      String section,
      List<KeyDescription> keys,
      Map<String, String> notConnected,
      StringBuilder text) {
    List<KeyDescription> own =
        keys.stream().filter(key -> key.parent().equals(section) && !key.isSection()).toList();
    if (own.isEmpty()) {
      return;
    }
    text.append("\n| key | value | default | meaning |\n|---|---|---|---|\n");
    for (KeyDescription key : own) {
      text.append("| `").append(key.name()).append("` | ").append(escape(key.form()));
      text.append(" | ").append(key.byDefault().isEmpty() ? "" : "`" + key.byDefault() + "`");
      text.append(" | ").append(escape(key.help()));
      text.append(mark(key.path(), notConnected)).append(" |\n");
    }
  }

  private static String mark(String path, Map<String, String> notConnected) {
    return notConnected.containsKey(path) ? " *Refused by this version.*" : "";
  }

  private static String escape(String text) {
    return text.replace("|", "\\|");
  }
}
