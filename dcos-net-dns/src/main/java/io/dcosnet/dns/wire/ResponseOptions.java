// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.dns.wire;

/**
 * The options that go with a response to a query that has an OPT record. They are chosen before the
 * response begins, so that there is room for them whatever else it holds.
 *
 * <p><b>Confined to</b> the thread of its {@link ResponseWriter}.
 */
public final class ResponseOptions {

  /** Longest identity of a server: small enough for the smallest responses. */
  public static final int MAX_IDENTITY_OCTETS = 64;

  private static final int HEADER_OCTETS = 4;
  private static final int NOT_TOLD = -1;
  private static final byte[] NONE = {};

  private byte[] cookie = NONE;
  private byte[] identity = NONE;
  private int keepalive = NOT_TOLD;
  private int block;

  /** Forgets what was chosen for the response before. */
  public void clear() {
    cookie = NONE;
    identity = NONE;
    keepalive = NOT_TOLD;
    block = 0;
  }

  /**
   * Sends a cookie.
   *
   * @param octets the client's part and the server's, 40 at most; read when the response ends
   */
  public void cookie(byte[] octets) {
    cookie = octets;
  }

  /** Says which server answers, in {@value #MAX_IDENTITY_OCTETS} octets at most. */
  public void identity(byte[] octets) {
    identity = octets;
  }

  /**
   * Says how long a connection may be idle.
   *
   * @param tenths of a second, 0-65535
   */
  public void keepalive(int tenths) {
    keepalive = tenths;
  }

  /** Makes the length of the response a multiple of this, as far as its limit allows. */
  public void padTo(int octets) {
    block = octets;
  }

  /** Octets that are needed at least. */
  int octets() {
    int octets = cookie.length == 0 ? 0 : HEADER_OCTETS + cookie.length;
    octets += identity.length == 0 ? 0 : HEADER_OCTETS + identity.length;
    octets += keepalive == NOT_TOLD ? 0 : HEADER_OCTETS + 2;
    return octets + (block == 0 ? 0 : HEADER_OCTETS);
  }

  /**
   * Writes them at the end of a message.
   *
   * @param end where the message must end, for which {@link #octets} made room
   * @return the offset behind them
   */
  int write(byte[] out, int start, int end) {
    int at = start;
    if (cookie.length > 0) {
      at = option(out, at, OptionCode.COOKIE, cookie);
    }
    if (identity.length > 0) {
      at = option(out, at, OptionCode.NSID, identity);
    }
    if (keepalive != NOT_TOLD) {
      header(out, at, OptionCode.TCP_KEEPALIVE, 2);
      put16(out, at + HEADER_OCTETS, keepalive);
      at += HEADER_OCTETS + 2;
    }
    return block == 0 ? at : pad(out, at, end);
  }

  private static int option(byte[] out, int at, int code, byte[] data) {
    header(out, at, code, data.length);
    System.arraycopy(data, 0, out, at + HEADER_OCTETS, data.length);
    return at + HEADER_OCTETS + data.length;
  }

  private int pad(byte[] out, int at, int end) {
    int start = at + HEADER_OCTETS;
    int over = start % block;
    int stop = Math.min(over == 0 ? start : start + block - over, end);
    header(out, at, OptionCode.PADDING, stop - start);
    for (int i = start; i < stop; i++) {
      out[i] = 0; // what stood there belongs to somebody else's answer
    }
    return stop;
  }

  private static void header(byte[] out, int at, int code, int length) {
    put16(out, at, code);
    put16(out, at + 2, length);
  }

  private static void put16(byte[] out, int index, int value) {
    out[index] = (byte) (value >>> 8);
    out[index + 1] = (byte) value;
  }
}
