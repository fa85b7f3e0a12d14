// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.dns.wire;

/**
 * What the options in the OPT record of a query ask for (RFC 6891 §6.1.2). They are read where they
 * stand; what is not known here is stepped over.
 *
 * <p><b>Confined to</b> the thread of its {@link QueryReader}.
 */
public final class QueryOptions {

  /** Octets of the part of a cookie that the client chose. */
  public static final int CLIENT_COOKIE_OCTETS = 8;

  private static final int SHORTEST_SERVER_COOKIE = 8;
  private static final int LONGEST_SERVER_COOKIE = 32;
  private static final int NO_COOKIE = -1;

  private int cookieOffset = NO_COOKIE;
  private int cookieLength;
  private boolean identity;
  private boolean keepalive;
  private boolean padding;

  void clear() {
    cookieOffset = NO_COOKIE;
    cookieLength = 0;
    identity = false;
    keepalive = false;
    padding = false;
  }

  /** Reads all options between two offsets; false when they break a rule. */
  boolean read(byte[] octets, int start, int stop) {
    int at = start;
    while (at < stop) {
      if (at + 4 > stop) {
        return false;
      }
      int code = u16(octets, at);
      int length = u16(octets, at + 2);
      at += 4;
      if (at + length > stop || !readOption(code, at, length)) {
        return false;
      }
      at += length;
    }
    return true;
  }

  private boolean readOption(int code, int offset, int length) {
    switch (code) {
      case OptionCode.COOKIE -> {
        return readCookie(offset, length);
      }
      case OptionCode.NSID -> identity = true;
      case OptionCode.TCP_KEEPALIVE -> keepalive = true;
      case OptionCode.PADDING -> padding = true;
      default -> {
        // Such as a client's subnet (RFC 7871): ours are the same answers for all.
      }
    }
    return true;
  }

  /** Of several cookies the first one counts (RFC 7873 §4). */
  private boolean readCookie(int offset, int length) {
    if (hasCookie()) {
      return true;
    }
    int ofServer = length - CLIENT_COOKIE_OCTETS;
    cookieOffset = offset;
    cookieLength = length;
    return ofServer == 0
        || (ofServer >= SHORTEST_SERVER_COOKIE && ofServer <= LONGEST_SERVER_COOKIE);
  }

  /** True when the client sent a cookie: its own part at least. */
  public boolean hasCookie() {
    return cookieOffset != NO_COOKIE;
  }

  /** Where the cookie begins in the octets that were read; -1 without one. */
  public int cookieOffset() {
    return cookieOffset;
  }

  /** 8 octets of the client's part, then 0 or 8-32 of the server's. */
  public int cookieLength() {
    return cookieLength;
  }

  /** The client wants to know which server answers (NSID, RFC 5001). */
  public boolean asksIdentity() {
    return identity;
  }

  /** The client wants to know how long it may keep the connection open (RFC 7828). */
  public boolean asksKeepalive() {
    return keepalive;
  }

  /** The client wants the length of the response to tell little (RFC 7830). */
  public boolean asksPadding() {
    return padding;
  }

  private static int u16(byte[] octets, int index) {
    return (octets[index] & 0xff) << 8 | (octets[index + 1] & 0xff);
  }
}
