// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.api.net;

import io.dcosnet.api.DecodeException;

/** One reading of one address text. <b>Confined to</b> the calling thread. */
final class IpAddressParser {

  private final String text;
  private int at;

  IpAddressParser(String text) {
    this.text = text;
  }

  /** Cheap refusal of what cannot be an address, such as most host names. */
  static boolean looksLikeAddress(String text) {
    if (text.isEmpty() || text.length() > 45) {
      return false;
    }
    boolean colon = text.indexOf(':') >= 0;
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      boolean fits = isDigit(c) || c == '.' || (colon && (c == ':' || hex(c) >= 0));
      if (!fits) {
        return false;
      }
    }
    return true;
  }

  IpAddress parse() {
    IpAddress address = text.indexOf(':') >= 0 ? ipv6() : IpAddress.ofIpv4((int) dottedDecimal());
    if (at != text.length()) {
      throw fault("end of the address");
    }
    return address;
  }

  private long dottedDecimal() {
    long bits = 0;
    for (int part = 0; part < 4; part++) {
      if (part > 0) {
        if (at >= text.length() || text.charAt(at) != '.') {
          throw fault("a dot and the next of four parts");
        }
        at++;
      }
      bits = bits << 8 | decimalByte();
    }
    return bits;
  }

  private int decimalByte() {
    int start = at;
    int value = 0;
    while (at < text.length() && isDigit(text.charAt(at)) && at - start < 4) {
      value = value * 10 + (text.charAt(at++) - '0');
    }
    boolean leadingZero = at - start > 1 && text.charAt(start) == '0';
    if (at == start || value > 255 || leadingZero) {
      at = start;
      throw fault("a number 0-255 without leading zeros");
    }
    return value;
  }

  private IpAddress ipv6() {
    int[] groups = new int[8];
    int count = 0;
    int gapAt = -1;
    if (text.startsWith("::")) {
      gapAt = 0;
      at = 2;
    }
    boolean needGroup = gapAt < 0;
    while (at < text.length() || needGroup) {
      if (count == 8) {
        throw fault("at most eight groups");
      }
      if (dottedDecimalAhead()) {
        if (count > 6) {
          throw fault("room for an IPv4 part");
        }
        long bits = dottedDecimal();
        groups[count++] = (int) (bits >>> 16);
        groups[count++] = (int) (bits & 0xffff);
        break;
      }
      groups[count++] = hexGroup();
      needGroup = false;
      if (at == text.length()) {
        break;
      }
      if (text.charAt(at) != ':') {
        throw fault("a colon");
      }
      at++;
      if (at < text.length() && text.charAt(at) == ':') {
        if (gapAt >= 0) {
          throw fault("one :: only");
        }
        gapAt = count;
        at++;
      } else {
        needGroup = true;
      }
    }
    return assemble(groups, count, gapAt);
  }

  private IpAddress assemble(int[] groups, int count, int gapAt) {
    if ((gapAt < 0) != (count == 8)) {
      throw fault("eight groups, or fewer with one ::");
    }
    long[] words = new long[2];
    for (int i = 0; i < count; i++) {
      boolean afterGap = gapAt >= 0 && i >= gapAt;
      int position = afterGap ? 8 - count + i : i;
      words[position / 4] |= (long) groups[i] << (48 - 16 * (position % 4));
    }
    return IpAddress.ofIpv6(words[0], words[1]);
  }

  private boolean dottedDecimalAhead() {
    int i = at;
    while (i < text.length() && isDigit(text.charAt(i))) {
      i++;
    }
    return i > at && i < text.length() && text.charAt(i) == '.';
  }

  private int hexGroup() {
    int start = at;
    int value = 0;
    while (at < text.length() && hex(text.charAt(at)) >= 0 && at - start < 4) {
      value = value << 4 | hex(text.charAt(at++));
    }
    if (at == start) {
      throw fault("a group of 1-4 hex digits");
    }
    return value;
  }

  private DecodeException fault(String expected) {
    return new DecodeException(
        "address: " + Quoted.of(text) + " at character " + at + " (expected: " + expected + ")",
        at);
  }

  private static boolean isDigit(char c) {
    return c >= '0' && c <= '9';
  }

  private static int hex(char c) {
    return c < 128 ? Character.digit(c, 16) : -1;
  }
}
