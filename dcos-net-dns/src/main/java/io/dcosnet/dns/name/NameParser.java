// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.dns.name;

import io.dcosnet.api.DecodeException;
import java.util.Arrays;

/** Reads one name from master-file text. <b>Confined to</b> one call. */
final class NameParser {

  private final String text;
  private final byte[] wire = new byte[DomainName.MAX_WIRE_OCTETS];
  private int labelStart;
  private int end = 1;

  NameParser(String text) {
    this.text = text;
  }

  DomainName parse() {
    if (text.equals(".")) {
      return DomainName.ROOT;
    }
    int at = 0;
    while (at < text.length()) {
      char c = text.charAt(at);
      if (c == '.') {
        closeLabel(at);
        at++;
      } else if (c == '\\') {
        at = unescape(at);
      } else {
        int point = text.codePointAt(at);
        for (byte octet : Utf8.encode(Character.toString(point))) {
          add(octet, at);
        }
        at += Character.charCount(point);
      }
    }
    if (end - labelStart > 1 || text.isEmpty()) {
      closeLabel(at);
    }
    wire[labelStart] = 0;
    return new DomainName(Arrays.copyOf(wire, end));
  }

  private int unescape(int at) {
    if (at + 1 < text.length() && !isDigit(at + 1) && text.charAt(at + 1) < 128) {
      add((byte) text.charAt(at + 1), at);
      return at + 2;
    }
    boolean number = isDigit(at + 1) && isDigit(at + 2) && isDigit(at + 3);
    int value = number ? Integer.parseInt(text.substring(at + 1, at + 4)) : 256;
    if (value > 255) {
      throw fault("an ASCII character or three digits up to 255 behind the backslash", at);
    }
    add((byte) value, at);
    return at + 4;
  }

  private boolean isDigit(int at) {
    return at < text.length() && text.charAt(at) >= '0' && text.charAt(at) <= '9';
  }

  private void add(byte octet, int at) {
    if (end - labelStart > DomainName.MAX_LABEL_OCTETS) {
      throw fault("labels of at most 63 octets", at);
    }
    // One octet stays free for the root's zero.
    if (end >= DomainName.MAX_WIRE_OCTETS - 1) {
      throw fault("at most 255 octets", at);
    }
    wire[end++] = octet;
  }

  private void closeLabel(int at) {
    int length = end - labelStart - 1;
    if (length == 0) {
      throw fault("no empty label", at);
    }
    wire[labelStart] = (byte) length;
    labelStart = end++;
  }

  private DecodeException fault(String expected, int at) {
    return new DecodeException("name: \"" + text + "\" (expected: " + expected + ")", at);
  }
}
