// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.api.net;

/** Foreign text in our messages: short, on one line, and without anything that moves a cursor. */
final class Quoted {

  private static final int SHOWN = 64;

  private Quoted() {}

  static String of(String text) {
    StringBuilder quoted = new StringBuilder("\"");
    for (int i = 0; i < Math.min(text.length(), SHOWN); i++) {
      char c = text.charAt(i);
      boolean plain = c >= ' ' && c < 0x7f && c != '"' && c != '\\';
      quoted.append(plain ? String.valueOf(c) : "\\u%04x".formatted((int) c));
    }
    if (text.length() > SHOWN) {
      quoted.append("… (").append(text.length()).append(" characters)");
    }
    return quoted.append('"').toString();
  }
}
